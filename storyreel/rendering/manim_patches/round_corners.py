"""Rounded corners of polygons, whose arcs and lines are computed without making mobjects for them."""

from typing import Any

import numpy as np
from manim.mobject.geometry.polygram import Polygram
from manim.utils.iterables import adjacent_pairs
from numpy.typing import NDArray

from storyreel.rendering.manim_patches.arc import unit_arc
from storyreel.rendering.manim_patches.patch import Patch
from storyreel.rendering.manim_patches.put_start_and_end import angle_between, cross, length
from storyreel.rendering.manim_patches.rotation import normalize, rotation_matrix

Points = NDArray[np.float64]

_THIRDS = np.linspace(0, 1, 4)[:, np.newaxis]

_round_corners = Polygram.round_corners


def round_corners(
    self: Polygram,
    radius: Any = 0.5,
    evenly_distribute_anchors: bool = False,
    components_per_rounded_corner: int = 2,
) -> Polygram:
    """Round all corners with one radius; Manim's function handles polygons without proper corners."""
    groups: list[list[Points]] = []
    if not evenly_distribute_anchors and type(radius) in (int, float) and radius:
        groups = [
            _corners(group, radius, components_per_rounded_corner) for group in self.get_vertex_groups()
        ]
    if not groups or not all(len(arc) for arcs in groups for arc in arcs):
        return _round_corners(self, radius, evenly_distribute_anchors, components_per_rounded_corner)
    outline: list[Points] = []
    for arcs in groups:
        for arc, following in adjacent_pairs([arcs[-1], *arcs[:-1]]):
            outline += [arc, _line(arc[-1], following[0])]
    self.points = np.concatenate(outline)
    return self


def _corners(vertices: Points, radius: float, components: int) -> list[Points]:
    following = zip(vertices, np.roll(vertices, -1, axis=0), np.roll(vertices, -2, axis=0), strict=True)
    return [_corner(v1, v2, v3, radius, components) for v1, v2, v3 in following]


def _line(start: Points, end: Points) -> Points:
    line: Points = (1 - _THIRDS) * start + _THIRDS * end
    return line


def _corner(v1: Points, v2: Points, v3: Points, radius: float, components: int) -> Points:
    """The points of the arc at the vertex `v2`, (n, 3); n is 0 if there is no corner."""
    before, after = v2 - v1, v3 - v2
    bend = cross(before, after)[2]
    turn = angle_between(before, after) * np.sign(radius)
    angle = np.sign(bend) * turn
    shortest = min(length(before), length(after)) / 2
    cut = np.clip(radius * np.tan(turn / 2), -shortest, shortest)
    start, end = v2 - normalize(before) * cut, v2 + normalize(after) * cut
    target = end - start
    if not angle or not shortest or not length(target):
        return np.empty((0, 3))
    points = unit_arc(0.0, angle, components) + 0.0
    here = points[0].copy()
    current = points[-1] - here
    across = cross(current, target)
    axis = normalize(across) if length(across) else np.array((0.0, 0.0, 1.0))
    matrix = rotation_matrix(angle_between(current, target), axis)
    points = length(target) / length(current) * (points - here) + here
    turned: Points = np.dot(points - here, matrix.T) + here + (start - here)
    return turned


PATCHES = (Patch(Polygram, "round_corners", round_corners),)
