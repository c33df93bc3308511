"""A plate: the rounded rectangle under a number, which is as large as what it says needs."""

from functools import cache

import numpy as np
from manim import RoundedRectangle

from storyreel.graphics.text.glyph import Points


def plate_outline(width: float, height: float, corner: float) -> Points:
    """The outline of a plate around the origin, with corners of a radius; all of it in units.

    It is the same for all sizes but for how far apart its corners are.
    """
    square, wider, higher = _outlines(corner)
    return np.asarray(square + (width - 1) * (wider - square) + (height - 1) * (higher - square))


@cache
def _outlines(corner: float) -> tuple[Points, Points, Points]:
    sizes = ((1, 1), (2, 1), (1, 2))
    plates = (RoundedRectangle(corner_radius=corner, width=width, height=height) for width, height in sizes)
    square, wider, higher = (plate.points for plate in plates)
    return square, wider, higher
