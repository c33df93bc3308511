"""The text of an author's file, and the problems found in it."""

import hashlib
import os
import stat
from array import array
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from pathlib import Path

from storyreel.core.errors import (
    OutsideError,
    Place,
    Problem,
    StoryboardError,
    UsageError,
    one_line,
    printable,
)
from storyreel.core.limits import beyond, limits

LONGEST_LINE = 400  # characters: a longer one is not shown with a message


@dataclass
class Source:
    """The text of the file called `file`, and the problems reported so far, without duplicates."""

    file: str
    text: str
    problems: dict[Problem, None] = field(default_factory=dict)

    @cached_property
    def lines(self) -> list[str]:
        """The lines of the text."""
        return self.text.splitlines()

    @cached_property
    def _line_starts(self) -> "array[int]":
        lines = (self.text + "|").splitlines(keepends=True)  # so that a line starts after the last line feed
        return array("L", accumulate(map(len, lines[:-1]), initial=0))

    @property
    def digest(self) -> str:
        """A hash of the text, in hexadecimal digits."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    def place(self, line: int, column: int) -> Place:
        """A place in this file; `line` and `column` count from 0, as PyYAML's marks do."""
        return Place(self.file, line + 1, column + 1)

    def place_at(self, index: int) -> Place:
        """The place of the character at an index of the text."""
        line = bisect_right(self._line_starts, index) - 1
        return self.place(line, index - self._line_starts[line])

    def report(self, place: Place, message: str, *, is_warning: bool = False) -> None:
        """Add a problem at a place of this file, together with that line.

        Raises StoryboardError with all problems at the first one beyond the limit.
        """
        line = self.lines[place.line - 1] if place.line <= len(self.lines) else ""
        line = printable(line) if len(line) <= LONGEST_LINE else ""
        self.problems[Problem(place, one_line(message), line, is_warning)] = None
        if len(self.problems) > limits().problems:
            self.problems.popitem()
            self.problems[Problem(self.place(0, 0), beyond("problems"))] = None
            raise StoryboardError(tuple(self.problems))

    @property
    def errors(self) -> int:
        """The number of problems that stop a render."""
        return sum(not problem.is_warning for problem in self.problems)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """The problems that do not stop a render, in the order of the file."""
        return tuple(sorted(problem for problem in self.problems if problem.is_warning))

    def take_over(self, other: "Source") -> None:
        """Add the problems of another file that belongs to this one."""
        self.problems |= other.problems

    def stop_at_problems(self) -> None:
        """Raise `StoryboardError` with all problems and warnings, unless there are only warnings."""
        if self.errors:
            raise StoryboardError(tuple(self.problems))


UNNAMED = "storyboard"
"""What the file of a storyboard is called that came as a text."""


def path_and_text(storyboard: Path | str) -> tuple[Path, str | None]:
    """The path of a storyboard's file, and None; what has line breaks is the text itself, of no file."""
    if isinstance(storyboard, str) and "\n" in storyboard:
        return Path(UNNAMED), storyboard
    return Path(storyboard), None


def source_of(path: Path, text: str | None) -> Source:
    """The file's text, or `text` as if it were the file's. Raises as `read_source` does."""
    return read_source(path) if text is None else Source(str(path), text)


def read_source(path: Path) -> Source:
    """The source in the file at `path`.

    Raises `StoryboardError` if it is too large or not UTF-8, `UsageError` if there is no such file,
    `OutsideError` if it cannot be read.
    """
    most = limits().file_bytes
    data = _read(path, most + 1)
    source = Source(str(path), data.decode("utf-8-sig", errors="replace"))
    if len(data) > most:
        source.report(Place(str(path), 1, 1), beyond("file_bytes"))
    else:
        try:
            data.decode("utf-8-sig")
        except UnicodeDecodeError as fault:
            place = source.place_at(len(data[: fault.start].decode("utf-8-sig")))
            source.report(place, f"the byte 0x{data[fault.start]:02X} is not UTF-8; save the file as UTF-8")
    source.stop_at_problems()
    return source


def _read(path: Path, most: int) -> bytes:
    """The first `most` bytes of the file. Not of a pipe or a device, which may have no end."""
    if not path.stem.strip("."):
        raise UsageError(f"{path}: a lesson is named after its file; give it a name such as lesson.yaml")
    try:
        with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise UsageError(f"{path} is a pipe or a device; save the storyboard in a file")
            return file.read(most)
    except FileNotFoundError:
        raise UsageError(f"there is no file {path}") from None
    except IsADirectoryError:
        raise UsageError(f"{path} is a folder; name the storyboard in it") from None
    except (OSError, ValueError) as fault:  # ValueError: a NUL in the path
        raise OutsideError(f"cannot read {path}: {getattr(fault, 'strerror', fault)}") from None
