"""The ways of badges from one diagram to another one."""

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np

from storyreel.graphics.networks.label_places import box_of, covered
from storyreel.graphics.parts.badge import Badge


def whose_ways_cross(pairs: Mapping[str, tuple[Badge, Badge]], standing: Sequence[Badge]) -> list[str]:
    """The badges that would cover another one on the straight way from the first to the second of a pair, or
    one that is `standing`."""
    taken = np.array([box_of(badge) for badge in standing]).reshape(-1, 4)
    boxes = {name: np.array([box_of(badge) for badge in pair]) for name, pair in pairs.items()}
    found: list[str] = []
    for share in np.linspace(0.0, 1.0, 11)[1:-1]:
        here = {name: tuple(ends[0] + share * (ends[1] - ends[0])) for name, ends in boxes.items()}
        found += [
            name for name in here if name not in found and covered(np.array([here[name]]), taken)[0] > 0
        ]
        for one, other in combinations(here, 2):
            is_moved = one not in found and other not in found
            if is_moved and covered(np.array([here[one]]), np.array([here[other]]))[0] > 0:
                found.append(other)
    return found
