"""Places for shapes that must not touch."""

from collections.abc import Sequence
from itertools import combinations, product

import numpy as np


def spread(places: Sequence[Sequence[np.ndarray]], width: float, height: float) -> tuple[np.ndarray, ...]:
    """One place for each shape, out of its `places`, that keeps the closest two as far apart as possible.

    Distances are measured in units of the shapes' `width` and `height`. All combinations are tried, so
    `places` should hold few shapes with few places each.
    """

    def closest(spots: tuple[np.ndarray, ...]) -> float:
        steps = (abs(one - other) for one, other in combinations(spots, 2))
        return min((max(step[0] / width, step[1] / height) for step in steps), default=np.inf)

    return max(product(*places), key=closest)


def beside_each_other(
    middles: Sequence[float], widths: Sequence[float], gap: float, right: float
) -> list[float]:
    """The middles of shapes in a row with so many units between them: where they are wanted, or as far to the
    right of that as those before them need, but with none beyond `right`; then the others give way."""
    lefts: list[float] = []
    for middle, width in zip(middles, widths, strict=True):
        before = lefts[-1] + widths[len(lefts) - 1] + gap if lefts else -np.inf
        lefts.append(max(middle - width / 2, before))
    for place in reversed(range(len(lefts))):
        lefts[place] = min(lefts[place], right - widths[place])
        right = lefts[place] - gap
    return [left + width / 2 for left, width in zip(lefts, widths, strict=True)]
