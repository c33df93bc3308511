"""What a film tells of what it was made of, so that it need not be made again."""

from mmap import ACCESS_READ, mmap
from pathlib import Path


def is_made_of(film: Path, made_of: str) -> bool:
    """Whether the file at `film` is the film of which `write_film` was told that it is `made_of` this hash.

    It is the only one that can hold such a hash, and holds it near its start: nothing of the film needs to
    be read, and no library that reads films to be loaded, which would take longer than all the rest.
    """
    try:
        with film.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as content:
            return content.find(made_of.encode()) >= 0
    except (OSError, ValueError):  # the latter from an empty file
        return False
