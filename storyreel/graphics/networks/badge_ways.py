"""The ways of badges and texts from one diagram to another one."""

from collections.abc import Iterator, Mapping
from itertools import combinations

import numpy as np
from manim import VMobject

from storyreel.core.arrays import Array
from storyreel.graphics.networks.label_places import box_of, covered

Pairs = Mapping[str, tuple[VMobject, VMobject]]
"""Shapes as they are and as they will be, by their names."""


def whose_ways_cross(pairs: Pairs) -> list[str]:
    """The shapes that would cover one before them on the straight way from the first to the second of a
    pair."""
    found: list[str] = []
    for here in _on_the_way(pairs):
        for one, other in combinations(here, 2):
            is_moved = one not in found and other not in found
            if is_moved and covered(here[one], here[other])[0] > 0:
                found.append(other)
    return found


def whose_ways_meet(pairs: Pairs, nodes: Pairs, own: Mapping[str, str]) -> list[str]:
    """The shapes that would cover one of the `nodes`, which move at the same time, on the straight way from
    the first to the second of a pair; `own` are the names of the nodes that they are in."""
    ways = zip(_on_the_way(pairs), _on_the_way(nodes), strict=True)
    found = {
        name
        for here, there in ways
        for name, box in here.items()
        for node, circle in there.items()
        if own.get(name) != node and covered(box, circle)[0] > 0
    }
    return [name for name in pairs if name in found]


def _on_the_way(pairs: Pairs) -> Iterator[dict[str, Array]]:
    """The rectangles of shapes, (1, 4), at nine moments of their straight ways from first to second."""
    boxes = {name: np.array([box_of(shape) for shape in pair]) for name, pair in pairs.items()}
    for share in np.linspace(0.0, 1.0, 11)[1:-1]:
        yield {name: ends[:1] + share * (ends[1:] - ends[:1]) for name, ends in boxes.items()}
