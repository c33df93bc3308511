"""Iso-lines of a grid of numbers, by marching squares: where the numbers are not above a level."""

import numpy as np

from storyreel.core.arrays import Array

GridPoint = tuple[int, int]
Side = tuple[GridPoint, GridPoint]
"""Two neighbours of the grid between which an iso-line passes: the lower node first, the higher second."""

FAR_ABOVE = 1e300


def areas_below(values: Array, level: float) -> list[Array]:
    """The outlines of the parts of a grid where `values`, of the shape (rows, columns), are at most `level`.

    Each is an array of points (column, row), of the shape (points, 2), closed: its last point is its first.
    The low part lies to its left, so that holes run the other way round. Outlines follow the grid's edge.
    """
    inside = np.nan_to_num(values.astype(float), nan=FAR_ABOVE, posinf=FAR_ABOVE)
    heights = np.pad(inside, 1, constant_values=FAR_ABOVE)
    following: dict[Side, Side] = {}
    is_low = heights <= level
    rows, columns = heights.shape
    for row in range(rows - 1):
        for column in range(columns - 1):
            if 0 < is_low[row : row + 2, column : column + 2].sum() < 4:
                following |= _crossings(heights, row, column, level)
    outlines = []
    while following:
        side, following_side = following.popitem()
        sides = [side, following_side]
        while following_side in following:
            following_side = following.pop(following_side)
            sides.append(following_side)
        outlines.append(np.array([_point(heights, side, level) for side in sides]))
    return outlines


def _crossings(heights: Array, row: int, column: int, level: float) -> dict[Side, Side]:
    """How the iso-line runs through one square: from the side where it comes in to that where it leaves."""
    corners = [(row, column), (row, column + 1), (row + 1, column + 1), (row + 1, column)]
    enters, leaves = [], []
    for here, there in zip(corners, corners[1:] + corners[:1], strict=True):
        if heights[here] <= level < heights[there]:
            enters.append((here, there))
        elif heights[there] <= level < heights[here]:
            leaves.append((there, here))
    # Going round counter-clockwise, the line comes in where low ground ends, which is then to its left, and
    # leaves where it begins: at the same low corner, unless both low corners of a saddle hang together.
    if len(enters) == 1:
        return dict(zip(enters, leaves, strict=True))
    is_joined = np.mean([heights[corner] for corner in corners]) <= level
    return {side: next(end for end in leaves if (end[0] != side[0]) == is_joined) for side in enters}


def _point(heights: Array, side: Side, level: float) -> tuple[float, float]:
    """Where the line passes between two nodes, as (column, row) of the grid without its rim."""
    (low, high) = side
    share = (level - heights[low]) / (heights[high] - heights[low])
    row, column = (a + share * (b - a) - 1 for a, b in zip(low, high, strict=True))
    return column, row
