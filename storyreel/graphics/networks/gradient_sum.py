"""The sum of a neuron's gradient over the next layer: arrows in a row, each beginning where the last ends."""

import numpy as np
from manim import DashedLine, Line, VGroup

from storyreel.core.arrays import Array
from storyreel.core.errors import StoryreelError
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, at
from storyreel.graphics.networks.gradient_arrow import GradientArrow

NARROWEST = 0.34
"""The least width for each arrow, in Manim units."""


class GradientSum(VGroup):
    """The arrows of the summands `shares` in `area`, from left to right, and that of their sum at the right.

    `arrows` are those of the shares, `links` the thin lines from the end of one to the start of the next,
    `total` the arrow of the sum, `level` the dashed line at 0. Raises StoryreelError where there are too many
    for the width.
    """

    def __init__(self, shares: Array, area: Area) -> None:
        columns = len(shares) + 1
        across = min(area.width / columns, 1.0)
        if across < NARROWEST:
            raise StoryreelError(f"there is no room to add up the gradients of {len(shares)} neurons")
        ends = np.concatenate([[0.0], np.cumsum(shares)])
        low, high = float(ends.min()), float(ends.max())
        unit = area.height / ((high - low) or 1.0)
        left = area.centre[0] - across * columns / 2

        def point(column: int, value: float) -> tuple[float, float, float]:
            return at(left + across * (column + 0.5), area.centre[1] + unit * (value - (low + high) / 2))

        width = min(0.6 * across, 0.4)
        self.arrows = VGroup(
            *(
                GradientArrow(unit * share, width).move_to(point(column, (before + after) / 2))
                for column, (share, before, after) in enumerate(zip(shares, ends[:-1], ends[1:], strict=True))
            )
        )
        self.links = VGroup(
            *(
                Line(
                    point(column, value),
                    point(column + 1, value),
                    stroke_color=theme.colour("line"),
                    stroke_width=theme.SPACING.thin_stroke,
                )
                for column, value in enumerate(ends[1:])
            )
        )
        self.level = DashedLine(
            at(left, point(0, 0.0)[1]),
            at(left + across * columns, point(0, 0.0)[1]),
            stroke_color=theme.colour("muted"),
            stroke_width=theme.SPACING.thin_stroke,
        )
        self.total = GradientArrow(unit * ends[-1], 1.4 * width).move_to(point(len(shares), ends[-1] / 2))
        super().__init__(self.level, self.links, self.arrows, self.total)
