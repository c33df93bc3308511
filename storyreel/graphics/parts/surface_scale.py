"""The ticks of an edge of a picture in three dimensions, with their numbers."""

from collections.abc import Sequence

from manim import Line, VGroup, VMobject

from storyreel.core.arrays import Array
from storyreel.core.number_format import shown
from storyreel.graphics import theme
from storyreel.graphics.polylines import polyline
from storyreel.graphics.text.typeset import tick

TICK, GAP = 0.12, 0.1
"""The length of a tick, and the least units between it and its number."""


class SurfaceScale(VGroup):
    """A tick and its number for each of `values`, along an edge that `place` is told."""

    def __init__(self, values: Sequence[float]) -> None:
        self.values = values
        self.marks = VGroup(
            *(Line(stroke_color=theme.colour("line"), stroke_width=theme.SPACING.thin_stroke) for _ in values)
        )
        self.labels = VGroup(*(tick(shown(value)) for value in values))
        super().__init__(self.marks, self.labels)

    def place(self, start: Array, end: Array, ends: tuple[float, float], away: Array) -> None:
        """Place them from `start` to `end`, points of the frame for the values `ends`; numbers lie `away`
        from the edge, a unit vector."""
        low, high = ends
        for value, mark, label in zip(self.values, self.marks, self.labels, strict=True):
            spot = start + (end - start) * (value - low) / (high - low)
            mark.points = polyline([spot, spot + TICK * away])
            label.move_to(spot + away * (TICK + GAP + _reach(label, away)))

    def reach(self, away: Array) -> float:
        """How far numbers reach away from the edge, in units."""
        return TICK + GAP + 2 * max((_reach(label, away) for label in self.labels), default=0.0)


def _reach(label: VMobject, away: Array) -> float:
    """How far a label reaches from its middle towards `away`, in units."""
    return float(abs(away[0]) * label.width + abs(away[1]) * label.height) / 2
