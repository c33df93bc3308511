"""Which storyboard a lesson was made from: a lesson's folder has the name of its storyboard's file only.

`lesson.json` has the path from the lesson's folder to the storyboard. So it stays true when both are moved
together, and it does not matter from where, or through which links, the storyboard is named.
"""

import fcntl
import filecmp
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from storyreel.core.errors import OutsideError, UsageError


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


@contextmanager
def own_folder(storyboard: Path, folder: Path) -> Iterator[None]:
    """Keep other renders from writing into the lesson's `folder`, which is made if needed.

    Waits while another render does, and then raises UsageError as `require_own_folder` does. Raises
    OutsideError if the folder cannot be made.
    """
    with _locked(folder):
        require_own_folder(storyboard, folder)
        try:
            yield
        finally:
            with suppress(OSError):  # it has files
                folder.rmdir()


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold a lock on the folder; where its file system has no locks, none."""
    while True:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutsideError(f"cannot write {folder}: {error.strerror}") from error
        try:
            descriptor = os.open(folder, os.O_RDONLY)
        except FileNotFoundError:  # removed meanwhile, as below
            continue
        try:
            with suppress(OSError):
                fcntl.flock(descriptor, fcntl.LOCK_EX)
            if _is_open(descriptor, folder):
                yield
                return
        finally:
            os.close(descriptor)


def _is_open(descriptor: int, folder: Path) -> bool:
    """True unless the folder of an open descriptor was removed, so that its path is another's or nobody's."""
    try:
        return os.path.samestat(os.fstat(descriptor), folder.stat())
    except FileNotFoundError:
        return False


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
