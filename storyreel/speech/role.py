"""How one speaker of a lesson sounds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Role:
    """The name of a voice, the number of one of its variants, and the pace, relative to the voice's own."""

    voice: str
    variant: int = 0
    pace: float = 1.0
