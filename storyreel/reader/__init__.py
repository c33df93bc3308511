"""Reading storyboards: from a YAML file to a checked `Storyboard`, or to all of its problems at once.

In: the path of a file, or its text. Out: `load` returns a `Storyboard` (room `storyboard`), or raises
`StoryboardError` with every problem and its place. The module `storyboard` reads the whole file with the help
of a module for each thing in it. Each reports its problems to the `Document`, which knows where everything
stands, and goes on, so that all are found together.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from storyreel.core.paths import SCENES

if TYPE_CHECKING:
    from storyreel.storyboard.model import Storyboard

__all__ = ["load"]


def load(path: Path | str, *, text: str | None = None, scenes: Path = SCENES) -> "Storyboard":
    """The storyboard in the file at `path`, or in `text`, which is then what `path` would hold.

    `scenes` is the folder with the scene files that the chapters may name. Raises `StoryboardError` with
    all problems, `UsageError` if there is no such file, `OutsideError` if it cannot be read.
    """
    from storyreel.reader.storyboard import read_lesson

    return read_lesson(Path(path), text, scenes)
