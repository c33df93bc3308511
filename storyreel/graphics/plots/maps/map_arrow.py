"""Arrows on a map or a surface: the steps that a network would take from where it is."""

import numpy as np
from manim import Animation, GrowFromPoint, Polygon, VGroup

from storyreel.core.arrays import Array
from storyreel.graphics import theme
from storyreel.graphics.motion.verbs import ease_out

HALF, HALF_HEAD, HEAD = 0.018, 0.085, 0.2
"""Half the thickness of an arrow's shaft and of its head, and the length of this, in Manim units."""
LARGEST_HEAD = 0.6
"""The largest length of a head, as a share of the arrow's."""
BOLD = 3.0
"""How many times as thick a bold arrow is."""


class MapArrow(VGroup):
    """An arrow from `start` to `end`, in Manim units, in the colour of a kind; a bold one is above others."""

    def __init__(self, start: Array, end: Array, kind: str, is_bold: bool = False) -> None:
        self.start = np.asarray(start, dtype=float)
        way = np.asarray(end, dtype=float) - self.start
        length = float(np.linalg.norm(way)) or 1e-9
        along = way / length
        size = HEAD * (BOLD**0.5 if is_bold else 1.0)
        head = min(size, LARGEST_HEAD * length)
        aside = np.array((-along[1], along[0], 0.0)) * (BOLD if is_bold else 1.0) * head / size
        neck = end - along * head
        upper = [self.start + HALF * aside, neck + HALF * aside, neck + HALF_HEAD * aside]
        lower = [neck - HALF_HEAD * aside, neck - HALF * aside, self.start - HALF * aside]
        shape = Polygon(*upper, end, *lower, stroke_width=0, fill_opacity=1, fill_color=theme.colour(kind))
        super().__init__(shape)
        self.is_bold = is_bold
        self.set_z_index(2 if is_bold else 1)

    def grows(self) -> Animation:
        """It grows from where it starts."""
        return GrowFromPoint(self, self.start, rate_func=ease_out)
