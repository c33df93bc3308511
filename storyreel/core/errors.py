"""The errors, and the problems of a storyboard as data.

StoryreelError                 every error that storyreel raises on purpose, with its exit status
├── StoryboardError      (1)   the storyboard has problems, all of them listed
├── UsageError           (2)   the command or the call asks for something that does not exist
└── OutsideError         (3)   something outside failed: the disk, a voice, a missing program
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, order=True, slots=True)
class Place:
    """Where in an author's file something stands; line and column count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


LONGEST_MESSAGE = 400  # characters


def one_line(message: str) -> str:
    """The message without line breaks and what cannot be printed; of a long one the middle is left out."""
    line = printable(" ".join(message.splitlines()))
    if len(line) <= LONGEST_MESSAGE:
        return line
    return f"{line[: LONGEST_MESSAGE // 2]} … {line[-LONGEST_MESSAGE // 2 :]}"


def printable(text: str) -> str:
    """The text with a space for each character that cannot be printed, as those that direct a terminal."""
    return "".join(character if character.isprintable() else " " for character in text)


def escaped(text: str) -> str:
    """The text with `\\ufeff` and the like, as in quoted YAML, for characters that cannot be printed."""
    if text.isprintable():
        return text
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode()
        for character in text
    )


@dataclass(frozen=True, order=True)
class Problem:
    """One fault of a storyboard: its place, and a message that may suggest what was meant.

    The message may quote the author's text; what cannot be printed of it is escaped.

    `source` is the line of the file that `place` points into. A warning does not stop a render.
    """

    place: Place
    message: str
    source: str = ""
    is_warning: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "message", escaped(self.message))

    def __str__(self) -> str:
        kind = "warning: " if self.is_warning else ""
        first = f"{self.place}: {kind}{self.message}"
        if not self.source:
            return first
        return f"{first}\n    {self.source}\n    {' ' * (self.place.column - 1)}^"


class StoryreelError(Exception):
    """The root of all errors that storyreel raises on purpose."""

    exit_status = 3

    def _render_traceback_(self) -> list[str]:
        """What IPython shows instead of a traceback: the error is in what was asked for, not in code."""
        return [f"storyreel: {self}"]


class StoryboardError(StoryreelError):
    """The storyboard has problems; `problems` are all of them, in the order of the file."""

    exit_status = 1

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def _render_traceback_(self) -> list[str]:
        return str(self).splitlines()


class UsageError(StoryreelError):
    """A command or a call asks for something that does not exist."""

    exit_status = 2


class OutsideError(StoryreelError):
    """Something outside of storyreel failed: no disk space, no voice, a missing program."""

    exit_status = 3
