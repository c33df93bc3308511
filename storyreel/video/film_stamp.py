"""What a film tells of what it was made of, so that it need not be made again."""

from mmap import ACCESS_READ, mmap
from pathlib import Path


def has_content_digest(film: Path, content_digest: str) -> bool:
    """True if the file at `film` was written by `write_film` with this `content_digest`.

    It is the only one that can hold such a hash, and holds it near its start: nothing of the film needs to
    be read, and no library that reads films to be loaded, which would take longer than all the rest.
    """
    try:
        with film.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as content:
            return content.find(content_digest.encode()) >= 0
    except (OSError, ValueError):  # the latter from an empty file
        return False
