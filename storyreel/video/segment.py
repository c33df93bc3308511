"""A piece of video: what a task becomes, in a few bytes, for those who only wait for it and join it."""

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class VideoSegment:
    """The piece of the task called `name`: `frames` of beat `number` of a chapter, counted from 1.

    It is shown in the film for `shown` seconds: that which ends a chapter may be longer.
    """

    name: str
    chapter: str
    number: int
    frames: int
    shown: Fraction
