"""Where to put things that must not touch, each of which may stand in a few places."""

from collections.abc import Sequence
from itertools import combinations, product

import numpy as np


def spread(places: Sequence[Sequence[np.ndarray]], width: float, height: float) -> tuple[np.ndarray, ...]:
    """One of its places for each thing, so that the closest two are as far apart as they can be.

    Distances are counted in widths and heights of the things. All choices are tried: `places` should hold
    few things with few places each.
    """

    def closest(spots: tuple[np.ndarray, ...]) -> float:
        steps = (abs(one - other) for one, other in combinations(spots, 2))
        return min((max(step[0] / width, step[1] / height) for step in steps), default=np.inf)

    return max(product(*places), key=closest)
