"""A ball that rolls along a curve."""

import math

import numpy as np
from manim import Dot, VGroup

from storyreel.core.arrays import Array
from storyreel.graphics import theme

DOT = 0.13
"""The radius, in Manim units, of the dot from which the ball grows."""
RADIUS = 0.24
"""The radius of the ball."""
SPOT, ASIDE = 0.36, 0.5
"""The radius of the spot on it, and its distance from the middle, in radii of the ball."""
INTERVAL, FRICTION, AT_REST, MOST = 0.02, 0.62, 0.015, 3000
"""Of `rolling_way`: the time between two places, in units in which the pull is 1; how much of its speed the
ball loses in such a unit; how far it moves in 150 intervals when it is at rest; and the most intervals."""


class RollingBall(VGroup):
    """A ball on a curve of which the points, (n, 3), are given from left to right, in Manim units.

    `place` puts it where it touches the curve; while it grows, it rises from a dot that is on the curve.
    """

    def __init__(self, curve: Array) -> None:
        lengths = np.linalg.norm(np.diff(curve, axis=0, prepend=curve[:1]), axis=1).cumsum()
        self._curve, self._lengths = curve, lengths
        paint = theme.colour("text")
        self.body = Dot(radius=DOT, color=paint)
        self.spot = Dot(radius=DOT, color=theme.colour("muted"))  # by which its rotation is seen
        self._outline = self.body.points / DOT
        super().__init__(self.body, self.spot)
        self.set_z_index(3)

    def place(self, x: float, size: float = 1.0) -> None:
        """Stand at the point of the curve at `x` units of the frame; `size` is 1 for the ball, less
        for one that grows from a dot.

        There is nothing at 0, where the curve's own dot is.
        """
        if size <= 0:
            self.body.points = self.spot.points = np.zeros((0, 3))
            return
        radius = DOT + (RADIUS - DOT) * size
        here = np.array([x, np.interp(x, self._curve[:, 0], self._curve[:, 1]), 0.0])
        middle = here + self._upright(x) * radius * size
        turned = -float(np.interp(x, self._curve[:, 0], self._lengths)) / RADIUS
        self.body.points = self._outline * radius + middle
        aside = np.array([math.cos(turned), math.sin(turned), 0.0])
        self.spot.points = (self._outline * SPOT + aside * ASIDE) * radius + middle
        self.spot.set_fill(opacity=size)

    def _upright(self, x: float) -> Array:
        """The unit vector that stands on the curve at `x`."""
        ends = x + np.array([-0.05, 0.05])
        rise = np.diff(np.interp(ends, self._curve[:, 0], self._curve[:, 1]))[0]
        normal = np.array([-rise, 0.1, 0.0])
        return np.asarray(normal / np.linalg.norm(normal))


def rolling_way(curve: Array, start: float) -> Array:
    """Where a ball that is let go at `start` rolls to on a curve, as x at equal intervals of time: (n,).

    It is pulled down along the curve and slowed down in proportion to its speed, until it hardly moves. It
    does not leave the ends of the curve.
    """
    xs, heights = curve[:, 0], curve[:, 1]
    slopes = np.gradient(heights, xs)
    x, speed, way = start, 0.0, [start]
    for step in range(MOST):
        slope = float(np.interp(x, xs, slopes))
        along = math.sqrt(1 + slope * slope)
        speed += (-slope / along - FRICTION * speed) * INTERVAL
        x = float(np.clip(x + speed / along * INTERVAL, xs[0], xs[-1]))
        way.append(x)
        if step > 150 and max(abs(place - x) for place in way[-150:]) < AT_REST:
            break
    return np.array(way)
