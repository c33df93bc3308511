"""Reads the content digest in a film, which tells that the film need not be written again."""

from mmap import ACCESS_READ, mmap
from pathlib import Path


def has_content_digest(film: Path, content_digest: str) -> bool:
    """True if the file at `film` was written by `write_film` with this `content_digest`.

    The digest's bytes are searched for, which needs no library that reads films; they are near the start, and
    nothing else can contain them.
    """
    try:
        with film.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as content:
            return content.find(content_digest.encode()) >= 0
    except (OSError, ValueError):  # ValueError: an empty file
        return False
