"""Dashed lines whose ends can move."""

import math
from collections.abc import Sequence

import numpy as np
from manim import VGroup, VMobject

from storyreel.graphics import theme
from storyreel.graphics.layout import at


class Dashes(VMobject):
    """A dashed line in the colour of `kind`, with dashes of about `length` units at both ends.

    It is one mobject however many dashes it has, so its length can change during an animation.
    """

    def __init__(self, kind: str, length: float, opacity: float) -> None:
        paint, width = theme.colour(kind), theme.SPACING.thin_stroke
        super().__init__(stroke_color=paint, stroke_width=width, stroke_opacity=opacity)
        self.length, self.cap = length, width / 100

    def run(self, start: np.ndarray, end: np.ndarray) -> "Dashes":
        """Run from one point to another, in Manim units."""
        self.points = dashes_between(start, end, self.length, self.cap)
        return self


def dashes_between(start: np.ndarray, end: np.ndarray, length: float, cap: float) -> np.ndarray:
    """The points of dashes along a line, from its start to its end, four a dash.

    Half of the line is dashes of about `length` Manim units, together with their round ends, which add `cap`
    units, the width of the stroke, to each.
    """
    whole = float(np.linalg.norm(end - start))
    count = max(2, math.ceil(whole / length / 2))
    drawn = max(0.5 / count - cap / max(whole, cap), 0.05 / count)
    begins = np.arange(count) * (1 - drawn) / (count - 1)
    shares = begins[:, np.newaxis] + np.linspace(0, drawn, 4)
    points: np.ndarray = start + shares.reshape(-1, 1) * (end - start)
    return points


class AxisDashes(VGroup):
    """Dashed lines from a point down to the x axis and across to the y axis, in the colours of `kinds`."""

    def __init__(self, kinds: Sequence[str], length: float = 0.05, opacity: float = 1.0) -> None:
        super().__init__(*(Dashes(kind, length, opacity) for kind in kinds))

    def run(self, here: np.ndarray, left: float, bottom: float) -> None:
        """Run from the point `here` to axes that meet at (`left`, `bottom`), in Manim units."""
        for line, end in zip(self, (at(here[0], bottom), at(left, here[1])), strict=True):
            line.run(here, np.array(end))
