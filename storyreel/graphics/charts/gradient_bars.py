"""Bars below the numbers of a chain, as high as the gradients that have come back to them."""

from collections.abc import Sequence
from itertools import pairwise

from manim import Line, Rectangle, VGroup

from storyreel.graphics import theme
from storyreel.graphics.layout import Area, at

WIDTH = 0.35
"""The width of a bar, in distances of bars."""
LEAST = 0.012
"""The least height of a bar in Manim units, about a pixel: a gradient that is almost 0 is not 0."""


class GradientBars(VGroup):
    """A `line` across an area, and on it, at each of the x coordinates `xs`, a bar.

    The highest of the `gradients`, by size, fills the area; the heights of all others are in proportion.
    """

    def __init__(self, xs: Sequence[float], gradients: Sequence[float], area: Area) -> None:
        pitch = min((abs(a - b) for a, b in pairwise(xs)), default=area.width)
        self.unit = area.height / (max(map(abs, gradients), default=0.0) or 1.0)
        half = pitch / 2
        self.line = Line(at(min(xs) - half, area.bottom), at(max(xs) + half, area.bottom))
        self.line.set_stroke(theme.colour("line"), theme.SPACING.thin_stroke)
        self.bars = VGroup(
            *(
                Rectangle(width=WIDTH * pitch, height=max(LEAST, self.unit * abs(gradient)), stroke_width=0)
                .set_fill(theme.colour("gradient"), opacity=1)
                .move_to(at(x, area.bottom + max(LEAST, self.unit * abs(gradient)) / 2))
                for x, gradient in zip(xs, gradients, strict=True)
            )
        )
        super().__init__(self.line, self.bars)
