"""A word of the narration and the time at which it is heard."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Word:
    """One word as the captions write it, and when it is heard, in seconds."""

    text: str
    start: float
    end: float
