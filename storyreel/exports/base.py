"""The interface of exports, which make files from a rendered lesson for the place where it is published."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from storyreel.lesson.manifest import Manifest


@dataclass(frozen=True)
class ExportRequest:
    """The input of an export.

    `folder` has the `lesson.json` and the films of `lesson`; the export writes into it. `base_url` is the
    address of the folder on the web, with a `/` at its end, or None if unknown. With `with_beats` each beat
    is exported too; the beats' films are in the folder `beats`. With `transparent` there are also films
    without a background, beside the others.
    """

    folder: Path
    lesson: Manifest
    base_url: str | None = None
    with_beats: bool = False
    transparent: bool = False


@dataclass(frozen=True)
class Export:
    """An export: its `name`, and a `note` that describes it in a few words.

    `write` writes the files and returns their paths, first the one to open first. It reads nothing but the
    lesson's folder, and equal input gives equal bytes. It raises OutsideError if a file cannot be written.
    """

    name: str
    note: str
    write: Callable[[ExportRequest], list[Path]]
