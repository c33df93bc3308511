"""Atomic writes: to a temporary file in the same folder, which is renamed at the end."""

import errno
import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from storyreel.core.errors import OutsideError

NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""A full disk, a user's share of it that is full, a file that is too large."""


@contextmanager
def atomic_file(path: Path, is_durable: bool = True) -> Iterator[Path]:
    """Yield a temporary path in the folder of `path`, and rename it to `path` when the body ends.

    Creates the folder if needed. If the body raises (also on Ctrl-C), removes the temporary file and leaves
    `path` as it was. Two processes or threads may write the same path at once: the last to finish wins. The
    content is on the disk before the name, so that a power cut leaves the old file or the whole new one;
    without `is_durable` that is left to the system, which is faster, for files whose damage is found and
    mended.
    Raises OutsideError for errors of the file system.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_native_id()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _locked(temporary):
            try:
                yield temporary
                if is_durable:
                    _flush(temporary)
                temporary.replace(path)
                if is_durable:
                    _flush(path.parent)
            finally:
                temporary.unlink(missing_ok=True)
    except OSError as error:
        # An error about another file comes from the body; but copying names the source if there is no room.
        is_about_others = str(error.filename) not in (str(temporary), str(path.parent))
        if is_about_others and error.errno not in NO_ROOM:
            raise
        raise OutsideError(f"cannot write {path}: {error.strerror}") from error


def _flush(path: Path) -> None:
    """Have the system write a file, or the names in a folder, to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove_leftovers(folder: Path) -> None:
    """Remove the temporary files in `folder` whose writers were killed."""
    for temporary in folder.glob(".*.part"):
        try:
            with temporary.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # fails while its writer is alive
                temporary.unlink(missing_ok=True)
        except (FileNotFoundError, BlockingIOError):
            continue


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Create a file at `path`, locked until the context ends here and in processes forked from this one."""
    while True:
        with path.open("wb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            if _is_at(file, path):  # else it was removed as a leftover before it was locked
                yield
                return


def _is_at(file: IO[bytes], path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False
