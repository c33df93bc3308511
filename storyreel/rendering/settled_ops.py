"""Counts the operations that have settled: the first of a frame, while they are the same for some frames."""

from collections import deque
from collections.abc import Sequence
from itertools import takewhile

from storyreel.rendering.draw_ops import DrawOp

FRAMES = 6
"""The frames in which operations are the same until they have settled."""


class SettledOps:
    """The operations of one frame after the other."""

    def __init__(self) -> None:
        self._last: Sequence[DrawOp] = ()
        self._same = deque([0] * FRAMES, FRAMES)

    def count(self, ops: Sequence[DrawOp]) -> int:
        """How many of the first operations of the next frame have settled."""
        same = takewhile(lambda pair: pair[0] is pair[1], zip(self._last, ops, strict=False))
        self._same.append(sum(1 for _ in same))
        self._last = ops
        return min(self._same)
