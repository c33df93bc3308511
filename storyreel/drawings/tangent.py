"""A tangent: how steep a curve is at a point of it."""

import numpy as np
from manim import Line

from storyreel import theme
from storyreel.drawings.axes import Axes
from storyreel.layout import at

REACH = 1.5
"""Units to both sides of the point, where the axes leave so much room."""


class Tangent(Line):
    """A line through the point (x, y) of some axes with a slope, in units of y for each of x.

    It ends where the axes do, and is a mere point where (x, y) lies outside of them or the slope is none.
    """

    def __init__(self, axes: Axes, x: float, y: float, slope: float) -> None:
        here = axes.point(x, y)
        # Infinitely steep and undefined slopes have no direction on screen.
        along = axes.point(x + 1, y + slope) - here if np.isfinite([x, y, slope]).all() else np.zeros(3)
        room = np.array([[axes.left, axes.right], [axes.bottom, axes.top], [0.0, 0.0]])
        start = end = np.array(at(axes.left, axes.bottom))
        if along.any() and all(
            low - 1e-6 <= c <= high + 1e-6 for c, (low, high) in zip(here, room, strict=True)
        ):
            along = along / np.linalg.norm(along)
            start, end = (here + way * _way(here, way, room) for way in (-along, along))
        super().__init__(
            start, end, stroke_color=theme.colour("gradient"), stroke_width=theme.SPACING.stroke + 1
        )


def _way(here: np.ndarray, along: np.ndarray, room: np.ndarray) -> float:
    """How far, up to `REACH`, one can go from `here` in the direction `along` inside of `room`."""
    ways = [REACH]
    for coordinate, step, (low, high) in zip(here, along, room, strict=True):
        if abs(step) > 1e-9:
            ways.append(((high if step > 0 else low) - coordinate) / step)
    return max(min(ways), 0.0)
