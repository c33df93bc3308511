"""The length of a curve, computed for all sample points at once."""

from functools import cache
from typing import Any

import numpy as np
from manim import VMobject
from numpy.typing import NDArray

from storyreel.rendering.manim_patches.patch import Patch

_get_nth_curve_length_pieces = VMobject.get_nth_curve_length_pieces


@cache
def _shares(count: int) -> NDArray[np.float64]:
    return np.linspace(0, 1, count)[:, np.newaxis]


def get_nth_curve_length_pieces(
    self: VMobject, n: int, sample_points: int | None = None
) -> NDArray[np.float64]:
    """The distances between successive sample points (None: 10) of curve `n`."""
    if self.n_points_per_cubic_curve != 4:
        return _get_nth_curve_length_pieces(self, n, sample_points)
    curve: Any = self.get_nth_curve_function(n)
    points = curve(_shares(10 if sample_points is None else sample_points))
    lengths: NDArray[np.float64] = np.linalg.norm(points[1:] - points[:-1], axis=1)
    return lengths


PATCHES = (Patch(VMobject, "get_nth_curve_length_pieces", get_nth_curve_length_pieces),)
