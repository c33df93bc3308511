"""The view at each frame of a beat."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from manim.utils.rate_functions import smoothstep

from storyreel.graphics.motion.verbs import ease_out
from storyreel.stage.view import View

SECONDS = 0.9
"""The time in which a view becomes another one, unless the next change or the beat's end comes first."""
SECONDS_AT_START = 0.6
"""The same where it makes room at the very start of a beat, for what appears there at once."""


@dataclass(frozen=True)
class _Move:
    """From frame `start` on, up to `end` (exclusive), the view moves from one to another; it sets off fast if
    `is_late`, as what it makes room for appears at the same time."""

    start: int
    end: int
    before: View
    after: View
    is_late: bool

    def at(self, frame: int) -> View:
        if frame >= self.end - 1:
            return self.after
        easing = ease_out if self.is_late else smoothstep
        return self.before.towards(self.after, easing((frame - self.start + 1) / (self.end - self.start)))


class ViewTrack:
    """The views of a beat with the frames from which on each holds; they move smoothly from one to the next.

    `views` begins with the view at the beat's start; None stands for the one before, and at first for the
    next: where nothing is on stage, no move is seen.
    """

    def __init__(self, views: Sequence[tuple[int, View | None]], end: int, fps: int) -> None:
        known = [(frame, view) for frame, view in views if view is not None]
        self._first = known[0][1] if known else View()
        changes = [(frame, one, other) for (_, one), (frame, other) in pairwise(known) if one != other]
        ends = [*(frame for frame, _, _ in changes[1:]), end]
        self._moves = []
        for (start, before, after), until in zip(changes, ends, strict=False):
            is_late = start == 0 and after.scale <= before.scale  # the beat before knew nothing of it
            frames = round((SECONDS_AT_START if is_late else SECONDS) * fps)
            self._moves.append(_Move(start, min(start + frames, until), before, after, is_late))

    def at(self, frame: int) -> View:
        """The view at a frame."""
        under_way = [move for move in self._moves if move.start <= frame]
        return under_way[-1].at(frame) if under_way else self._first

    @property
    def moving(self) -> list[tuple[int, int]]:
        """The ranges of frames in which the view moves: the first, and the one after the last."""
        return [(move.start, move.end) for move in self._moves]
