"""The ways of badges and texts from one diagram to another one."""

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
from manim import VMobject

from storyreel.graphics.networks.label_places import box_of, covered


def whose_ways_cross(
    pairs: Mapping[str, tuple[VMobject, VMobject]], standing: Mapping[str, Sequence[VMobject]]
) -> list[str]:
    """The shapes that would cover one before them on the straight way from the first to the second of a pair,
    or one that is `standing` and must not be covered by them."""
    boxes = {name: np.array([box_of(shape) for shape in pair]) for name, pair in pairs.items()}
    taken = {name: np.array([box_of(shape) for shape in shapes]) for name, shapes in standing.items()}
    found: list[str] = []
    for share in np.linspace(0.0, 1.0, 11)[1:-1]:
        here = {name: ends[:1] + share * (ends[1:] - ends[:1]) for name, ends in boxes.items()}
        found += [
            name
            for name, shapes in taken.items()
            if name not in found and covered(here[name], shapes.reshape(-1, 4))[0] > 0
        ]
        for one, other in combinations(here, 2):
            is_moved = one not in found and other not in found
            if is_moved and covered(here[one], here[other])[0] > 0:
                found.append(other)
    return found
