"""Files that are either whole or not there: written beside their name, and moved to it when finished."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from storyreel.errors import OutsideError


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a temporary path beside `path` to write to, and rename it to `path` at the end.

    The folder is made if it is missing. When the body raises (Ctrl-C included), the temporary file is
    removed and `path` stays as it was. Two processes may write the same path at once: the one that
    finishes last wins. Raises OutsideError if the disk refuses.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            yield temporary
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        # An error about any other file is the body's own.
        if str(error.filename) not in (str(temporary), str(path.parent)):
            raise
        raise OutsideError(f"cannot write {path}: {error.strerror}") from error
