"""The subpaths of a path, and the subdivision of its curves, by which two paths get the same number."""

import itertools
from collections.abc import Iterator
from math import isfinite
from typing import Any

import numpy as np
from manim import VMobject
from manim.mobject.types import vectorized_mobject
from manim.utils.bezier import bezier_remap as _bezier_remap
from manim.utils.bezier import subdivide_bezier
from numpy.typing import NDArray

from storyreel.rendering.manim_patches.patch import Patch

Points = NDArray[np.float64]

RELATIVE = 1e-5
"""The relative tolerance of `numpy.allclose`, in addition to the shape's absolute one."""

_consider_points_equals = VMobject.consider_points_equals
_get_subpaths_from_points = VMobject.get_subpaths_from_points
_insert_n_curves_to_point_list = VMobject.insert_n_curves_to_point_list


def _are_points(points: Any) -> bool:
    return type(points) is np.ndarray and points.dtype == np.float64 and points.shape[-1:] == (3,)


def _is_near(p: Iterator[float], q: list[float], tolerance: float) -> bool:
    return all(
        (abs(a - b) <= tolerance + RELATIVE * abs(b) and isfinite(b)) or a == b
        for a, b in zip(p, q, strict=True)
    )


def consider_points_equals(self: VMobject, p0: Any, p1: Any) -> bool:
    """True if two points, or all points of an array and one point, are equal within the tolerance."""
    if not (_are_points(p0) and _are_points(p1) and p1.ndim == 1 and p0.ndim <= 2):
        return _consider_points_equals(self, p0, p1)
    tolerance, point = self.tolerance_for_point_equality, p1.tolist()
    if p0.ndim == 1:
        return _is_near(p0.tolist(), point, tolerance)
    return all(_is_near(row, point, tolerance) for row in p0.tolist())


def get_subpaths_from_points(self: VMobject, points: Points) -> list[Points]:
    """The runs of curves in which each starts where the one before it ends."""
    size = self.n_points_per_cubic_curve
    if not _are_points(points) or type(self).consider_points_equals is not consider_points_equals:
        return _get_subpaths_from_points(self, points)
    ends, starts = points[size - 1 : -1 : size], points[size::size]
    with np.errstate(invalid="ignore"):
        limit = self.tolerance_for_point_equality + RELATIVE * np.abs(starts)
        is_near = (np.abs(ends - starts) <= limit) & np.isfinite(starts) | (ends == starts)
    breaks = (np.flatnonzero(~is_near.all(axis=1)) + 1) * size
    borders = [0, *breaks.tolist(), len(points)]
    return [points[start:end] for start, end in itertools.pairwise(borders) if end - start >= size]


def insert_n_curves_to_point_list(self: VMobject, n: int, points: Points) -> Any:
    """The points of the same path with `n` more curves."""
    size = self.n_points_per_cubic_curve
    if not _are_points(points) or len(points) < size:
        return _insert_n_curves_to_point_list(self, n, points)
    curves = np.ascontiguousarray(points[: len(points) - len(points) % size]).reshape(-1, size, 3)
    return bezier_remap(curves, len(curves) + n).reshape(-1, 3)


def bezier_remap(bezier_tuples: Points, new_number_of_curves: int) -> Any:
    """The same path with so many curves, some of which are split."""
    count = len(bezier_tuples)
    if not 0 < count <= new_number_of_curves or not _are_points(bezier_tuples):
        return _bezier_remap(bezier_tuples, new_number_of_curves)
    if count == new_number_of_curves:
        return bezier_tuples.copy()
    sources = np.arange(new_number_of_curves, dtype="i") * count // new_number_of_curves
    curves = bezier_tuples[sources]
    parts = np.bincount(sources, minlength=count)
    firsts = np.cumsum(parts) - parts
    for source in np.flatnonzero(parts > 1).tolist():
        first, number = int(firsts[source]), int(parts[source])
        split = subdivide_bezier(bezier_tuples[source], number)
        curves[first : first + number] = split.reshape(number, *bezier_tuples.shape[1:])
    return curves


PATCHES = (
    Patch(VMobject, "consider_points_equals", consider_points_equals),
    Patch(VMobject, "get_subpaths_from_points", get_subpaths_from_points),
    Patch(VMobject, "insert_n_curves_to_point_list", insert_n_curves_to_point_list),
    Patch(vectorized_mobject, "bezier_remap", bezier_remap),
)
