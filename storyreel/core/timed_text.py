"""A text with the time for which it is shown."""

from typing import Protocol


class TimedText(Protocol):
    """A caption, or a chapter with its title: a text from `start` to `end`, in seconds."""

    @property
    def start(self) -> float:
        """When it appears."""

    @property
    def end(self) -> float:
        """When it disappears."""

    @property
    def text(self) -> str:
        """The words."""

    @property
    def speaker(self) -> str | None:
        """The label of who says them, in a dialogue."""
