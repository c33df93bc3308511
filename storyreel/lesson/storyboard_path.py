"""Which storyboard a lesson was made from: a lesson's folder has the name of its storyboard's file only.

`lesson.json` has the path from the lesson's folder to the storyboard. So it stays true when both are moved
together, and it does not matter from where, or through which links, the storyboard is named.
"""

import filecmp
import json
import os
from pathlib import Path

from storyreel.core.errors import UsageError


def storyboard_path(storyboard: Path, folder: Path) -> str:
    """The path from the lesson's `folder` to the `storyboard`, links resolved, with `/` between its parts."""
    return Path(os.path.relpath(storyboard.resolve(), folder.resolve())).as_posix()


def require_own_folder(storyboard: Path, folder: Path) -> None:
    """Raise UsageError if the lesson in `folder` was made from another storyboard, which is still there.

    A copy with the same content is not another one. A lesson made before its storyboard was recorded may be
    anyone's.
    """
    recorded = _recorded_path(folder)
    other = (folder.resolve() / recorded).resolve() if recorded else None
    if other and other.is_file() and not _is_same(storyboard, other):
        raise UsageError(f"{folder} has the lesson of {other}; choose another folder with --out")


def _recorded_path(folder: Path) -> str:
    """The path in the folder's `lesson.json`; empty if there is none."""
    try:
        return str(json.loads((folder / "lesson.json").read_bytes())["inputs"]["storyboard_path"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def _is_same(storyboard: Path, other: Path) -> bool:
    try:
        return storyboard.samefile(other) or filecmp.cmp(storyboard, other, shallow=False)
    except OSError:
        return False
