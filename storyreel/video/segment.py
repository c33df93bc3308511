"""The description of a video segment, for code that waits for it and joins it but does not draw it."""

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class VideoSegment:
    """The result of the render job called `name`: `frames` frames of beat `number` (from 1) of a chapter.

    It is shown in the film for `shown` seconds; the last segment of a chapter may last longer. One that only
    has the turn of the picture into that of the next chapter has no picture for a poster.
    """

    name: str
    chapter: str
    number: int
    frames: int
    shown: Fraction
    has_poster: bool = True
