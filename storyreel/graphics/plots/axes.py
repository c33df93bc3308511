"""Axes with a curve and a point on it that says where we are."""

from collections.abc import Callable

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, Arrow, Line, VGroup, VMobject

from storyreel.core.number_format import shown
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, at
from storyreel.graphics.plots.plot_marker import PlotMarker
from storyreel.graphics.plots.ticks import powers_of_ten, ticks
from storyreel.graphics.text.text_state import TextState
from storyreel.graphics.text.typeset import maths, tick

ROOM_LEFT, ROOM_BELOW = 0.75, 0.6
TICK = 0.1
"""The length of a tick and the space between it and its number, in units."""
CLEAR_OF_CORNER = 0.15
"""Units above the corner of the axes below which the axis of y has no tick."""
SAMPLES = 121


class Axes(VGroup):
    """Two axes in an area, with round numbers at their ticks; `labels` are Typst maths for x and y.

    `kinds` are the kinds of quantity on the axes, for their colours. `names` are the labels as they stand,
    `arrows` the axes themselves and `ticks` the marks on them with their numbers.
    With `is_log` the axis of y is logarithmic, and its range must be above 0.
    """

    def __init__(
        self,
        area: Area,
        x_range: tuple[float, float],
        y_range: tuple[float, float],
        labels: tuple[str, str],
        kinds: tuple[str, str],
        is_log: bool = False,
    ) -> None:
        super().__init__()
        self.x_range, self.y_range, self.kinds, self.is_log = x_range, y_range, kinds, is_log
        levels = powers_of_ten(*y_range, 4) if is_log else ticks(*y_range, 4)
        texts = [shown(y, ".0e").removeprefix("1×") if is_log else shown(y) for y in levels]
        widest = max((tick(text).width for text in texts), default=0.0)
        self.left, self.right = area.left + max(ROOM_LEFT, widest + 2 * TICK), area.right - 0.35
        self.bottom, self.top = area.bottom + ROOM_BELOW, area.top - 0.35
        corner = at(self.left, self.bottom)
        self.arrows = [
            Arrow(
                corner,
                end,
                buff=0,
                color=theme.colour("line"),
                stroke_width=theme.SPACING.thin_stroke,
                tip_length=0.2,
            )
            for end in (at(area.right, self.bottom), at(self.left, area.top))
        ]
        self.ticks: list[VMobject] = []
        self.add(*self.arrows)
        for number in ticks(*x_range, 4):
            self._tick(self.point(number, y_range[0]), shown(number), DOWN)
        for number, text in zip(levels, texts, strict=True):
            spot = self.point(x_range[0], number)
            if spot[1] > self.bottom + CLEAR_OF_CORNER:
                self._tick(spot, text, LEFT)
        names = [
            maths(text, plain="", colour=theme.colour(kind)) for text, kind in zip(labels, kinds, strict=True)
        ]
        names[0].next_to(at(area.right, self.bottom), UP, buff=0.15).align_to(at(area.right, 0), RIGHT)
        names[1].next_to(at(self.left, area.top), RIGHT, buff=0.15).align_to(at(0, area.top), UP)
        self.names = VGroup(*names)
        self.add(*names)

    def _tick(self, spot: np.ndarray, text: str, side: np.ndarray) -> None:
        mark = Line(
            spot,
            spot + TICK * side,
            stroke_color=theme.colour("line"),
            stroke_width=theme.SPACING.thin_stroke,
        )
        self.ticks += [mark, tick(text).next_to(mark, side, buff=TICK)]
        self.add(*self.ticks[-2:])

    def point(self, x: float, y: float) -> np.ndarray:
        """Where (x, y) stands in the frame, in Manim units."""
        across = (x - self.x_range[0]) / (self.x_range[1] - self.x_range[0])
        scaled = np.log10 if self.is_log else float
        low, high = scaled(self.y_range[0]), scaled(self.y_range[1])
        up = (scaled(y) - low) / (high - low)
        return np.array(
            [self.left + across * (self.right - self.left), self.bottom + up * (self.top - self.bottom), 0.0]
        )

    def inside(self, x: float, y: float) -> tuple[float, float]:
        """The point between the axes' ends that is nearest to (x, y)."""
        return float(np.clip(x, *self.x_range)), float(np.clip(y, *self.y_range))

    def curve(self, function: Callable[[float], float], kind: str) -> VMobject:
        """The graph of `function` over the range of x, cut off at the top of the range of y."""
        samples = [(x, function(x)) for x in np.linspace(*self.x_range, SAMPLES)]
        shape = VMobject(stroke_color=theme.colour(kind), stroke_width=theme.SPACING.stroke)
        shape.set_points_as_corners([self.point(x, y) for x, y in samples if y <= self.y_range[1] * 1.0001])
        return shape

    def reading(self, name: str, x: float, y: float) -> PlotMarker:
        """The point (x, y), with dashed lines to both axes and a tag that tells `name`, the quantity at y."""
        reading = PlotMarker(name, shown(y), self.kinds)
        self.stand(reading, x, y, reading.tag.text_state)
        return reading

    def stand(self, reading: PlotMarker, x: float, y: float, now: TextState) -> None:
        """Put a reading to the point (x, y), where its tag says `now`."""
        across = (x - self.x_range[0]) / (self.x_range[1] - self.x_range[0])
        reading.stand(self.point(x, y), self.point(self.x_range[0], self.y_range[0]), across, now)
