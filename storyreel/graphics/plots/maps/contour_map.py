"""A contour map: bands between contour lines, the lower the darker."""

import math

import numpy as np
from manim import DOWN, LEFT, RIGHT, ManimColor, Rectangle, VGroup, VMobject

from storyreel.core.arrays import Array
from storyreel.core.errors import StoryreelError
from storyreel.core.number_format import shown
from storyreel.engine.regions.contours import areas_below
from storyreel.graphics import theme
from storyreel.graphics.height_colour import height_colour
from storyreel.graphics.layout import Point, at
from storyreel.graphics.plots.axes import Axes
from storyreel.graphics.text.symbol import symbol
from storyreel.graphics.text.typeset import maths, tick

BANDS = 10
WEAKEST, STRONGEST = 0.04, 0.55
"""The shares of full colour of the lowest and of the highest band: a path on it can still be seen."""
HIGHEST = 92
"""The percentile of all heights at which the highest band begins."""


def shade(share: float, kind: str) -> ManimColor:
    """The fill of the band that begins at a share of the greatest height, in a landscape of `kind`."""
    return ManimColor(height_colour(share, kind, WEAKEST + (STRONGEST - WEAKEST) * share))


class ContourMap(VGroup):
    """The map of `heights`, of shape (rows, columns), which are spread evenly over the `axes`.

    `background` is the highest band, `bands` are the others from the highest down, each a region with its
    contour line, and `frame` is the edge. Levels grow with the square of the band's number, so that on a
    round bowl their lines are evenly spaced. The heights are those of the quantity `of`, of a kind. Raises
    StoryreelError where none is finite.
    """

    def __init__(self, axes: Axes, heights: Array, of: str, kind: str) -> None:
        self.axes, self.of, self.kind = axes, of, kind
        finite = heights[np.isfinite(heights)]
        if not finite.size:
            raise StoryreelError(f"the {of} is too large everywhere on this map; use smaller numbers")
        self.low, self.high = low, high = float(finite.min()), float(np.percentile(finite, HIGHEST))
        self.background = Rectangle(
            width=axes.right - axes.left,
            height=axes.top - axes.bottom,
            stroke_width=0,
            fill_color=shade(1.0, kind),
            fill_opacity=1,
        ).move_to(at((axes.left + axes.right) / 2, (axes.bottom + axes.top) / 2))
        self.bands = VGroup()
        for share in np.arange(BANDS - 1, 0, -1) / BANDS:
            region = self._region(areas_below(heights, low + (high - low) * share**2), heights.shape)
            self.bands.add(region.set_fill(shade(share, kind), 1))
        # Above the bands, whose lines also run along the edge of the map.
        self.frame = self.background.copy().set_fill(opacity=0).set_z_index(1)
        self.frame.set_stroke(theme.colour("line"), theme.SPACING.thin_stroke)
        super().__init__(self.background, self.bands, self.frame, axes)

    def key(self, spot: Point) -> VGroup:
        """The key, from `spot` on: the quantity's symbol, all shades, and the heights at both ends."""
        name = maths(symbol(self.of), plain="", colour=theme.colour(self.kind))
        name.move_to(spot, aligned_edge=LEFT)
        bar = VGroup(
            *(
                Rectangle(
                    width=0.3, height=0.4, stroke_width=0, fill_color=shade(share, self.kind), fill_opacity=1
                )
                for share in np.arange(1, BANDS + 1) / BANDS
            )
        )
        bar.arrange(RIGHT, buff=0).next_to(name, RIGHT, buff=0.25)
        # As many decimals as tell heights between both ends from these.
        apart = self.high - self.low
        digits = 1 - math.floor(math.log10(apart)) if apart > 0 else 0
        ends = [
            tick(shown(round(height, digits))).next_to(square, DOWN, buff=0.12)
            for height, square in ((self.low, bar[0]), (self.high, bar[-1]))
        ]
        return VGroup(name, bar, *ends)

    def _region(self, outlines: list[Array], shape: tuple[int, ...]) -> VMobject:
        region = VMobject(
            stroke_color=theme.colour(self.kind),
            stroke_width=theme.SPACING.thin_stroke,
            stroke_opacity=0.5,
        )
        steps = (
            (self.axes.right - self.axes.left) / (shape[1] - 1),
            (self.axes.top - self.axes.bottom) / (shape[0] - 1),
        )
        corner = np.array([self.axes.left, self.axes.bottom, 0.0])
        for outline in outlines:
            points = corner + np.column_stack([outline * steps, np.zeros(len(outline))])
            region.start_new_path(points[0])
            region.add_points_as_corners(points[1:])
        return region
