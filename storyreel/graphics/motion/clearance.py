"""How clearly something that flies is seen where it passes over what is written: two numbers in one place
cannot be read."""

from collections.abc import Callable

import numpy as np

from storyreel.core.arrays import Array

HIDDEN = 0.08
"""The Manim units by which a flying text may reach into a written one until it is not seen at all."""

Box = Array
"""A rectangle in Manim units: left, bottom, right, top."""


class Clearance:
    """The visibility, 0 to 1, of what flies along `way` from the rectangle `start` to `end`.

    It is not seen over the rectangles `taken` (n, 4), except for those that reach into its `end`, nor over
    `start`, where the text stands of which it is a copy.
    """

    def __init__(self, way: Callable[[float], Array], start: Box, end: Box, taken: Array) -> None:
        self.way = way
        self.halves = (start[2:] - start[:2]) / 2, (end[2:] - end[:2]) / 2
        # What is around the source, such as its neuron or its plate, is left with it.
        apart = (_depth(taken, end) <= 0) & (_depth(taken, start) <= 0)
        self.taken = np.vstack([taken[apart], start])

    def __call__(self, share: float) -> float:
        """The visibility at a share of the way; at its end, always 1."""
        if share >= 1:
            return 1.0
        middle, half = self.way(share)[:2], (1 - share) * self.halves[0] + share * self.halves[1]
        here = np.concatenate([middle - half, middle + half])
        deepest = max(0.0, float(_depth(self.taken, here).max()))
        return max(0.0, 1 - deepest / HIDDEN)


def _depth(boxes: Array, box: Box) -> Array:
    """The Manim units by which each of the rectangles (n, 4) reaches into another; negative where apart."""
    low, high = np.maximum(boxes[:, :2], box[:2]), np.minimum(boxes[:, 2:], box[2:])
    return np.asarray((high - low).min(axis=1))
