"""A plate: the rounded rectangle under a number."""

from functools import cache

import numpy as np
from manim import RoundedRectangle

from storyreel.graphics.text.glyph import Points


def plate_outline(width: float, height: float, corner: float) -> Points:
    """The points of a rounded rectangle centred on the origin; lengths in Manim units.

    They depend linearly on width and height, so they are interpolated between three plates.
    """
    square, wider, higher = _outlines(corner)
    return np.asarray(square + (width - 1) * (wider - square) + (height - 1) * (higher - square))


@cache
def _outlines(corner: float) -> tuple[Points, Points, Points]:
    sizes = ((1, 1), (2, 1), (1, 2))
    plates = (RoundedRectangle(corner_radius=corner, width=width, height=height) for width, height in sizes)
    square, wider, higher = (plate.points for plate in plates)
    return square, wider, higher
