"""A word of the narration and the time at which it sounds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Word:
    """One word as the captions write it, and when it sounds, in seconds."""

    text: str
    start: float
    end: float
