"""A text with the time for which it is shown: a caption, or a chapter's title."""

from typing import Protocol


class TimedText(Protocol):
    """A caption, or a chapter with its title: a text from `start` to `end`, in seconds."""

    @property
    def start(self) -> float:
        """When it begins."""

    @property
    def end(self) -> float:
        """When it is over."""

    @property
    def text(self) -> str:
        """What it says."""
