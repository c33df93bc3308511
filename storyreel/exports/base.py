"""What an export is: something made of a finished lesson for a place where it is shown."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from storyreel.lesson.manifest import Manifest


@dataclass(frozen=True)
class Order:
    """What is asked of an export.

    `folder` is where the `lesson` has its `lesson.json` and its films, and what is made is put. `base_url`
    is where the folder's files will be found on the web, with a `/` at its end; None where it is not known.
    `with_beats`: also something for each beat, whose films are then in the folder's `beats`. `transparent`:
    also films without a background, which are then beside the others.
    """

    folder: Path
    lesson: Manifest
    base_url: str | None = None
    with_beats: bool = False
    transparent: bool = False


@dataclass(frozen=True)
class Export:
    """An export by its `name`; `note` says in a few words what it is.

    `write` makes it and returns the paths of what it wrote, the one to look at first. It reads nothing but
    the lesson's folder, and makes the same bytes of the same files. It raises OutsideError when the disk
    refuses.
    """

    name: str
    note: str
    write: Callable[[Order], list[Path]]
