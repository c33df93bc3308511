"""Reads storyboards: a YAML file becomes a checked `Storyboard`, or the list of all its problems.

In: the path of a file, or its text. Out: `load` returns a `Storyboard` (room `storyboard`), or raises
`StoryboardError` with every problem and its place; `json_schema` is the format as a JSON Schema.

The module `storyboard` reads the whole file, with a module for each part of it. Each reports its problems to
the `Document`, which has the place of every value, and goes on, so that one run finds all problems.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from storyreel.core.paths import SCENES
from storyreel.reader.source_file import path_and_text

if TYPE_CHECKING:
    from storyreel.storyboard.model import Storyboard

__all__ = ["load"]


def load(
    path: Path | str,
    *,
    text: str | None = None,
    scenes: Path = SCENES,
    theme: Path | str | None = None,
    aspect: str | None = None,
) -> "Storyboard":
    """The storyboard in the file at `path`, or in `text`, which is then taken for that file's content.

    A `path` with line breaks is the text itself, of a file called `storyboard`. `scenes` is the folder with
    the scene files. `theme`, the name of one or a file, takes the place of its own, and so does
    `aspect`, an aspect ratio, where it is asked what has room. Raises `StoryboardError`
    with all problems, `UsageError` if there is no such file or theme, `OutsideError` if it cannot be read.
    """
    from storyreel.reader.storyboard import read_lesson

    file, written = path_and_text(path) if text is None else (Path(path), text)
    return read_lesson(file, written, scenes, theme, aspect)
