"""The outline of a brace of any width, as Manim draws it, without being drawn anew for each."""

from functools import cache

import numpy as np
from manim import ORIGIN, UP, BraceBetweenPoints

from storyreel.graphics.layout import at
from storyreel.graphics.text.glyph import Points

CURVED = 0.45276
"""The width of a brace without straight stretches, in units; a narrower one is as that one, squeezed."""


def brace_points(width: float) -> Points:
    """The points of a brace of a width, opening downwards, whose left end is above the origin."""
    curved, straight = _shapes()
    if width < CURVED:
        return np.asarray(curved * np.array([width / CURVED, 1.0, 1.0]))
    return np.asarray(curved + (width - CURVED) * straight)


@cache
def _shapes() -> tuple[Points, Points]:
    """The brace without straight stretches, and what each point of it moves by for a unit more of width."""
    curved, wider = (BraceBetweenPoints(ORIGIN, at(width, 0), UP).points for width in (CURVED, CURVED + 1))
    return curved, wider - curved
