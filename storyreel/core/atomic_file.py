"""Files that are either whole or not there: written beside their name, and moved to it when finished."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from storyreel.core.errors import OutsideError


@contextmanager
def atomic_file(path: Path) -> Iterator[Path]:
    """Give a temporary path beside `path` to write to, and rename it to `path` at the end.

    The folder is made if it is missing. When the body raises (Ctrl-C included), the temporary file is
    removed and `path` stays as it was. Two processes may write the same path at once: the one that
    finishes last wins. Raises OutsideError if the disk refuses.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _locked(temporary):
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


def remove_leftovers(folder: Path) -> None:
    """Remove the temporary files in `folder` whose writers were killed."""
    for temporary in folder.glob(".*.part"):
        try:
            with temporary.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # fails as long as its writer lives
                temporary.unlink(missing_ok=True)
        except (FileNotFoundError, BlockingIOError):
            continue


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """A new file at `path`, locked for as long as this process, or one forked from it, is at work on it."""
    while True:
        with path.open("wb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            if _is_at(file, path):  # and was not taken for a leftover before it was locked
                yield
                return


def _is_at(file: IO[bytes], path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False
