"""A tangent, which shows the slope of a curve at a point."""

import numpy as np
from manim import Line

from storyreel.graphics import theme
from storyreel.graphics.layout import at
from storyreel.graphics.plots.axes import Axes
from storyreel.graphics.polylines import polyline

REACH = 0.7
"""Its length on each side of the point, in Manim units, where the axes have that much room."""
DIP = 0.18
"""Units by which it may extend below the axes; cut off at them, it would flip where a curve touches them."""


class Tangent(Line):
    """A line through the point (x, y) of some axes; `slope` is in units of y per unit of x.

    It ends at the ends of the axes. It has no length where it is outside them or its slope is not finite.
    """

    def __init__(self, axes: Axes, x: float, y: float, slope: float) -> None:
        super().__init__(stroke_color=theme.colour("gradient"), stroke_width=theme.SPACING.stroke)
        self.place(axes, x, y, slope)

    def place(self, axes: Axes, x: float, y: float, slope: float, share: float = 1.0) -> None:
        """Move to another point and slope, with a `share` of the whole length."""
        here = axes.point(x, y)
        # Slopes that are not finite have no direction on screen.
        along = axes.direction(slope) if np.isfinite([x, y, slope]).all() else np.zeros(3)
        room = np.array([[axes.left, axes.right], [axes.bottom - DIP, axes.top], [0.0, 0.0]])
        start = end = np.array(at(axes.left, axes.bottom))
        first, last = _inside(here, along, room, REACH * share)
        if along.any() and first < last:
            start, end = here + first * along, here + last * along
        self.points = polyline([start, end])


def _inside(here: np.ndarray, along: np.ndarray, room: np.ndarray, reach: float) -> tuple[float, float]:
    """The part of a line inside `room`: its ends as distances from `here` along `along`, at most `reach`.

    The first is not below the last where no part is inside.
    """
    first, last = -reach, reach
    for coordinate, step, bounds in zip(here, along, room, strict=True):
        if abs(step) > 1e-9:
            ways = sorted((bounds - coordinate) / step)
            first, last = max(first, ways[0]), min(last, ways[1])
        elif not bounds[0] - 1e-6 <= coordinate <= bounds[1] + 1e-6:
            last = first
    return first, last
