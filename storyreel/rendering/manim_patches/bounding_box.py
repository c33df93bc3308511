"""The bounding box of a mobject with its family."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from manim import Mobject, VMobject
from numpy.typing import NDArray

from storyreel.rendering.manim_patches.patch import Patch

Points = NDArray[np.float64]

_get_points_defining_boundary = VMobject.get_points_defining_boundary
_get_extremum_along_dim = Mobject.get_extremum_along_dim
_get_critical_point = Mobject.get_critical_point
_reduce_across_dimension = Mobject.reduce_across_dimension
_get_anchors = VMobject.get_anchors


def get_points_defining_boundary(self: VMobject) -> Points:
    """The starts and ends of all curves of the family, in order, (n, 3)."""
    anchors = []
    for member in self.get_family():
        points = member.points
        count = len(points)
        if count == 1:
            anchors.append(points)
        elif (
            count % 4
            or not isinstance(member, VMobject)
            or member.n_points_per_cubic_curve != 4
            or type(member).get_anchors is not _get_anchors
        ):
            return _get_points_defining_boundary(self)
        elif count:
            anchors.append(points.reshape(-1, 4, 3)[:, ::3].reshape(-1, 3))
    if not anchors:
        return np.array(())
    return np.concatenate(anchors)


def get_critical_point(self: Mobject, direction: Any) -> Points:
    """The point of the bounding box in a direction: a corner, the middle of an edge, or the centre."""
    if type(self).get_extremum_along_dim is not _get_extremum_along_dim or self.dim != 3:
        return _get_critical_point(self, direction)
    result = np.zeros(3)
    points = self.get_points_defining_boundary()
    if not len(points):
        return result
    for dim in range(3):
        values, side = points[:, dim], direction[dim]
        if side < 0:
            result[dim] = np.minimum.reduce(values)
        elif side == 0:
            result[dim] = (np.minimum.reduce(values) + np.maximum.reduce(values)) / 2
        else:
            result[dim] = np.maximum.reduce(values)
    return result


def reduce_across_dimension(
    self: Mobject, reduce_func: Callable[[Iterable[float]], float], dim: int
) -> float | None:
    """The maximum or minimum coordinate of all points of the family; None if it has none."""
    reduce = np.maximum.reduce if reduce_func is max else np.minimum.reduce if reduce_func is min else None
    columns = [member.points[:, dim] for member in self.get_family() if len(member.points)]
    if reduce is None or not columns:
        return _reduce_across_dimension(self, reduce_func, dim)
    value: float = reduce(columns[0] if len(columns) == 1 else np.concatenate(columns))
    # The sign of zero, and the result with NaN, depend on the order of comparisons.
    return value if value < 0 or value > 0 else _reduce_across_dimension(self, reduce_func, dim)


PATCHES = (
    Patch(VMobject, "get_points_defining_boundary", get_points_defining_boundary),
    Patch(Mobject, "get_critical_point", get_critical_point),
    Patch(Mobject, "reduce_across_dimension", reduce_across_dimension),
)
