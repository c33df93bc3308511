"""Contours of a grid of numbers: the outlines of the areas where the numbers are at most a level."""

from typing import cast

import numpy as np
from contourpy import LineType, contour_generator

from storyreel.core.arrays import Array

FAR_ABOVE = 1e300
"""Higher than any level: in place of values that are not finite, and beyond the edge of the grid."""


def areas_below(values: Array, level: float) -> list[Array]:
    """The outlines of the areas of a grid where `values`, of the shape (rows, columns), are at most `level`.

    Each is an array of points (column, row), of the shape (points, 2); its last point is its first.
    The low area lies to its left, so that holes run the other way round. Outlines follow the grid's edge.
    """
    finite = np.nan_to_num(values.astype(float), nan=FAR_ABOVE, posinf=FAR_ABOVE)
    heights = np.pad(finite, 1, constant_values=FAR_ABOVE)
    rows, columns = (np.arange(-1.0, size - 1) for size in heights.shape)
    contours = contour_generator(columns, rows, heights, line_type=LineType.Separate)
    outlines = cast(list[Array], contours.lines(level))
    return [outline[::-1] for outline in outlines]
