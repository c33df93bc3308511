"""Names of files as `lesson.json` may have them: plain ones, inside the lesson's folder."""

import re
from pathlib import Path
from typing import Annotated

from annotated_types import Predicate

from storyreel.core.errors import UsageError

_PLAIN = re.compile(r"[^./\\\x00-\x1f\x7f][^/\\\x00-\x1f\x7f]{0,199}")


def is_plain_name(name: str) -> bool:
    """True for the name of a file in some folder: not hidden, without separators and control characters."""
    return _PLAIN.fullmatch(name) is not None


def is_plain_path(path: str) -> bool:
    """True for a relative path of plain names, which cannot leave the folder that it starts from."""
    return all(map(is_plain_name, path.split("/")))


PlainName = Annotated[str, Predicate(is_plain_name)]
PlainPath = Annotated[str, Predicate(is_plain_path)]


def check_inside(folder: Path, path: str) -> None:
    """Raise UsageError where `path`, relative to `folder`, is a link that leads out of the folder."""
    target = (folder / path).resolve()
    if not target.is_relative_to(folder.resolve()):
        raise UsageError(f"{folder / path} leads out of the lesson's folder, to {target}")
