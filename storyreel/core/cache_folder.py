"""The folders that keep what takes long to make, for all lessons of this user."""

import atexit
import shutil
import sys
import tempfile
from functools import cache
from pathlib import Path

from platformdirs import user_cache_path


def speech_cache() -> Path:
    """The folder that keeps spoken sentences."""
    return _cache_folder() / "speech"


def segment_cache() -> Path:
    """The folder that keeps segments of video."""
    return _cache_folder() / "pieces"


def sent_file_cache() -> Path:
    """The folder that keeps the files that were sent to this machine with tasks."""
    return _cache_folder() / "sent"


def font_cache() -> Path:
    """The folder that keeps copies of the fonts of themes, each typeface in a folder of its own."""
    return _cache_folder() / "fonts"


def _cache_folder() -> Path:
    """The user's cache folder; where nothing can be written to it, a temporary one of this process.

    Other processes are told the paths of the folders in it, and do not ask for them. Raises OSError if there
    is no folder for temporary files either.
    """
    return _writable(user_cache_path("storyreel", appauthor=False))


@cache
def _writable(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError as error:
        temporary = tempfile.mkdtemp(prefix="storyreel-")
        atexit.register(shutil.rmtree, temporary, ignore_errors=True)
        print(
            f"storyreel: cannot write {folder}: {error.strerror}; what is spoken and drawn is kept for this"
            " run only (XDG_CACHE_HOME may name another folder)",
            file=sys.stderr,
        )
        return Path(temporary)
