"""A tangent: how steep a curve is at a point of it."""

import numpy as np
from manim import Line

from storyreel.graphics import theme
from storyreel.graphics.layout import at
from storyreel.graphics.plots.axes import Axes
from storyreel.graphics.polylines import polyline

REACH = 0.7
"""Units to both sides of the point, where the axes leave so much room."""
DIP = 0.25
"""Units by which it may reach below the axes: cut off there, it would turn over where a curve touches."""


class Tangent(Line):
    """A line through the point (x, y) of some axes with a slope, in units of y for each of x.

    It ends where the axes do, and is a mere point where all of it lies outside of them or the slope is none.
    """

    def __init__(self, axes: Axes, x: float, y: float, slope: float) -> None:
        super().__init__(stroke_color=theme.colour("gradient"), stroke_width=theme.SPACING.stroke + 1)
        self.touch(axes, x, y, slope)

    def touch(self, axes: Axes, x: float, y: float, slope: float) -> None:
        """Lie at another point, or with another slope."""
        here = axes.point(x, y)
        # Infinitely steep and undefined slopes have no direction on screen.
        along = axes.point(x + 1, y + slope) - here if np.isfinite([x, y, slope]).all() else np.zeros(3)
        room = np.array([[axes.left, axes.right], [axes.bottom - DIP, axes.top], [0.0, 0.0]])
        start = end = np.array(at(axes.left, axes.bottom))
        along = along / (np.linalg.norm(along) or 1.0)
        first, last = _inside(here, along, room)
        if along.any() and first < last:
            start, end = here + first * along, here + last * along
        self.points = polyline([start, end])


def _inside(here: np.ndarray, along: np.ndarray, room: np.ndarray) -> tuple[float, float]:
    """From where to where, up to `REACH` on both sides of `here`, the direction `along` leads through `room`.

    The first is not below the last where it does not.
    """
    first, last = -REACH, REACH
    for coordinate, step, bounds in zip(here, along, room, strict=True):
        if abs(step) > 1e-9:
            ways = sorted((bounds - coordinate) / step)
            first, last = max(first, ways[0]), min(last, ways[1])
        elif not bounds[0] - 1e-6 <= coordinate <= bounds[1] + 1e-6:
            last = first
    return first, last
