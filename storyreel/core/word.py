"""A word of the narration and the time at which it is heard."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol


class WrittenWord(Protocol):
    """A word as the captions write it."""

    @property
    def text(self) -> str:
        """The word with its punctuation."""

    @property
    def is_attached(self) -> bool:
        """True if no space is between it and the word before, as in Chinese."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word as the captions write it, when it is heard, in seconds, and in a dialogue, who says it.

    No space is between a word that `is_attached` and the one before.
    """

    text: str
    start: float
    end: float
    speaker: str | None = None
    is_attached: bool = False


def running_text(words: Iterable[WrittenWord]) -> str:
    """The words as they are written in one line, with spaces where there are any."""
    return "".join(f"{'' if word.is_attached else ' '}{word.text}" for word in words).removeprefix(" ")
