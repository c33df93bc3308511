"""The outline of a brace of any width, the same as Manim draws but without building one for each."""

from functools import cache

import numpy as np
from manim import ORIGIN, UP, BraceBetweenPoints

from storyreel.graphics.layout import at
from storyreel.graphics.text.glyph import Points

CURVED = 0.45276
"""The width, in Manim units, of a brace without straight parts; a narrower one is this one squeezed."""


def brace_points(width: float) -> Points:
    """The points of a brace that opens downwards, `width` units wide; x is 0 at its left end."""
    curved, straight = _shapes()
    if width < CURVED:
        return np.asarray(curved * np.array([width / CURVED, 1.0, 1.0]))
    return np.asarray(curved + (width - CURVED) * straight)


@cache
def _shapes() -> tuple[Points, Points]:
    """The brace without straight parts, and how far each point moves for one more unit of width."""
    curved, wider = (BraceBetweenPoints(ORIGIN, at(width, 0), UP).points for width in (CURVED, CURVED + 1))
    return curved, wider - curved
