"""Bars beside the outputs of a softmax: their weighted sums, which turn into shares that add up to 1."""

from collections.abc import Sequence

import numpy as np
from manim import DOWN, RIGHT, Line, Rectangle, VGroup

from storyreel.core.arrays import Array
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, at
from storyreel.graphics.polylines import polygons
from storyreel.graphics.text.typeset import tick

THICK, OUTLINE = 0.4, 0.56
"""The thickness of a bar and of the outline of a target, in distances of two outputs."""
SEAM = 0.03
"""Units between two bars that stand end to end."""


class ShareBars(VGroup):
    """A bar for each of some outputs, at `heights`, between the left and the right of `area`.

    All have one scale, of `unit` Manim units for 1. `set_share(0)` gives the bars the lengths of
    `sums`, `set_share(1)` those of `shares`. `outlines` are the targets; `stack` is a copy of the shares, end
    to end below them, on
    `whole`, the outline of a bar of length 1 with that number.
    """

    def __init__(
        self, heights: Sequence[float], sums: Array, shares: Array, targets: Array, area: Area
    ) -> None:
        self.heights, self.sums, self.shares = np.asarray(heights), sums, shares
        low = min(0.0, float(sums.min()))
        high = max(1.0, float(sums.max()), float(targets.max()))
        self.unit = area.width / (high - low)
        self.foot = area.left - self.unit * low
        spacing = float(np.abs(np.diff(self.heights)).min()) if len(self.heights) > 1 else 1.0
        self.thickness = THICK * spacing
        reach = OUTLINE * spacing / 2 + 0.08
        self.zero = Line(
            at(self.foot, self.heights.max() + reach),
            at(self.foot, self.heights.min() - reach),
            stroke_color=theme.colour("line"),
            stroke_width=theme.SPACING.thin_stroke,
        )
        self.bars = VGroup(*(self._bar() for _ in self.heights))
        self.outlines = VGroup(
            *(
                self._outline(target, y, OUTLINE * spacing, "target")
                for target, y in zip(targets.tolist(), self.heights.tolist(), strict=True)
            )
        )
        below = float(self.heights.min()) - spacing
        self.stack = self._end_to_end(below)
        frame = self._outline(1.0, below, self.thickness + 0.1, "text")
        number = tick("1", theme.SIZES.label)
        self.whole = VGroup(frame, number.next_to(frame, DOWN, buff=0.12).align_to(frame, RIGHT))
        super().__init__(self.zero, self.bars)
        self.set_share(0.0)

    def _bar(self) -> Rectangle:
        return Rectangle(stroke_width=0, fill_color=theme.colour("activation"), fill_opacity=1)

    def _outline(self, length: float, y: float, thickness: float, kind: str) -> Rectangle:
        outline = Rectangle(stroke_color=theme.colour(kind), stroke_width=theme.SPACING.stroke)
        outline.points = self._rectangles(np.array([length]), np.array([y]), thickness)
        return outline

    def _end_to_end(self, y: float) -> VGroup:
        stack, start = VGroup(), 0.0
        for share in self.shares.tolist():
            bar = self._bar()
            bar.points = self._rectangles(np.array([share]), np.array([y]), self.thickness)
            stack.add(bar.shift(at(self.unit * start, 0)))
            bar.stretch_to_fit_width(max(bar.width - SEAM, SEAM))
            start += share
        return stack

    def _rectangles(self, lengths: Array, heights: Array, thickness: float) -> Array:
        ends, half = self.foot + self.unit * lengths, thickness / 2
        feet = np.full_like(ends, self.foot)
        corners = [
            (feet, heights - half),
            (ends, heights - half),
            (ends, heights + half),
            (feet, heights + half),
        ]
        return polygons(np.stack([np.stack(corner, axis=-1) for corner in corners], axis=1))

    def set_share(self, share: float, grown: float = 1.0) -> None:
        """Show the bars at a `share` of the way from the sums to the shares, `grown` to a part of this."""
        lengths = grown * (self.sums + share * (self.shares - self.sums))
        for bar, length, y in zip(self.bars, lengths, self.heights, strict=True):
            bar.points = self._rectangles(length[None], y[None], self.thickness)
