"""Horizontal arrows as long as their numbers are large."""

import numpy as np
from manim import Animation, GrowFromPoint, VMobject

from storyreel.graphics import theme
from storyreel.graphics.layout import at
from storyreel.graphics.motion.verbs import ease_out
from storyreel.graphics.polylines import polygons

HEAD = 1.9
"""The length of a head, in halves of its height."""
LARGEST_HEAD, SHAFT = 0.7, 0.42
"""The largest length of a head, as a share of the arrow's; the height of the shaft, as a share of it."""


class LevelArrow(VMobject):
    """An arrow at the height `y` from the x coordinate `start` to `end`, whose head is `height` units high.

    Its whole length, with the head, stands for its number.
    """

    def __init__(self, start: float, end: float, y: float, height: float, kind: str = "gradient") -> None:
        super().__init__(stroke_width=0, fill_color=theme.colour(kind), fill_opacity=1)
        self.foot = at(start, y)
        half, length = height / 2, abs(end - start)
        neck = end - np.sign(end - start) * min(HEAD * half, LARGEST_HEAD * length)
        upper = [(start, SHAFT * half), (neck, SHAFT * half), (neck, half), (end, 0.0)]
        corners = [(x, y + up) for x, up in upper] + [(x, y - up) for x, up in upper[-2::-1]]
        self.points = polygons(np.array([corners]))

    def grows(self) -> Animation:
        """It grows from its foot."""
        return GrowFromPoint(self, np.array(self.foot), rate_func=ease_out)
