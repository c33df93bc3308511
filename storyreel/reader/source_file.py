"""The text of an author's file, and the problems found in it."""

import hashlib
from array import array
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from pathlib import Path

from storyreel.core.errors import OutsideError, Place, Problem, StoryboardError, UsageError

LARGEST_BYTES = 1_000_000
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

        Line breaks in the message, from an author's text that it quotes, become spaces.
        """
        line = self.lines[place.line - 1] if place.line <= len(self.lines) else ""
        visible = "".join(character if character.isprintable() else " " for character in line)
        line = visible if len(visible) <= LONGEST_LINE else ""
        self.problems[Problem(place, " ".join(message.splitlines()), line, is_warning)] = None

    @property
    def errors(self) -> int:
        """The number of problems that stop a render."""
        return sum(not problem.is_warning for problem in self.problems)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """The problems that do not stop a render, in the order of the file."""
        return tuple(sorted(problem for problem in self.problems if problem.is_warning))

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
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_BYTES + 1)
    except (FileNotFoundError, IsADirectoryError):
        raise UsageError(f"there is no file {path}") from None
    except OSError as fault:
        raise OutsideError(f"cannot read {path}: {fault.strerror}") from None
    source = Source(str(path), data.decode("utf-8-sig", errors="replace"))
    if len(data) > LARGEST_BYTES:
        source.report(Place(str(path), 1, 1), f"a storyboard has at most {LARGEST_BYTES // 1000} kB")
    else:
        try:
            data.decode("utf-8-sig")
        except UnicodeDecodeError as fault:
            place = source.place_at(len(data[: fault.start].decode("utf-8-sig")))
            source.report(place, f"the byte 0x{data[fault.start]:02X} is not UTF-8; save the file as UTF-8")
    source.stop_at_problems()
    return source
