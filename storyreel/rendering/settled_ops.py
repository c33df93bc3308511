"""Counts the operations that have settled: the first of a frame, while they are the same for some frames."""

from collections import deque
from collections.abc import Sequence

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
        pairs = zip(self._last, ops, strict=False)
        shorter = min(len(self._last), len(ops))
        self._same.append(next((number for number, (old, new) in enumerate(pairs) if old is not new), shorter))
        self._last = ops
        return min(self._same)
