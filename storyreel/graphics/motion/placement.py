"""A choice of places for shapes that must not touch."""

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
