"""A word of the narration and the time at which it is heard."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Word:
    """One word as the captions write it, when it is heard, in seconds, and in a dialogue, who says it."""

    text: str
    start: float
    end: float
    speaker: str | None = None
