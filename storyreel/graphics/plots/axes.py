"""Axes with ticks, labels, curves and markers."""

from collections.abc import Callable

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, Arrow, Line, VGroup, VMobject

from storyreel.core.number_format import in_full, is_exact, shown
from storyreel.engine.curves import require_wide
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, at
from storyreel.graphics.plots.plot_marker import PlotMarker
from storyreel.graphics.plots.ticks import powers_of_ten, ticks
from storyreel.graphics.text.text_state import TextState
from storyreel.graphics.text.typeset import maths, tick

ROOM_LEFT, ROOM_BELOW, ROOM_RIGHT = 0.75, 0.6, 0.35
TICK_EM = 0.46
"""The size of the numbers at the ticks."""
TICK = 0.1
"""The length of a tick, and the space between it and its number, in Manim units."""
CLEAR_OF_CORNER = 0.15
"""Units above the corner of the axes below which the y axis has no tick."""
TICK_WIDTH, TICK_HEIGHT = 0.75, 0.5
"""The room for the number of a tick on each axis, in Manim units."""
SAMPLES = 121


def most_ticks(length: float, room: float) -> int:
    """The most ticks on an axis of a length, of which each has some room: four at most."""
    return max(1, min(4, int(length / room)))


class Axes(VGroup):
    """Two axes in an area, with round numbers at their ticks; `labels` are Typst maths for x and y.

    `kinds` are the kinds of quantity on the axes, for their colours. `names` holds the labels, `arrows` the
    lines of the axes, `ticks` the tick marks and their numbers. `left`, `right`, `bottom` and `top` are where
    the ranges end, in Manim units. `tick_em` and `name_em` are the sizes of the numbers and of the
    labels. With `is_log` the y axis is logarithmic; its range must be above 0. Raises StoryreelError where a
    range is too narrow or too wide for a computer.
    """

    def __init__(
        self,
        area: Area,
        x_range: tuple[float, float],
        y_range: tuple[float, float],
        labels: tuple[str, str],
        kinds: tuple[str, str],
        is_log: bool = False,
        tick_em: float = TICK_EM,
        name_em: float = theme.SIZES.label,
    ) -> None:
        super().__init__()
        require_wide(*x_range)
        require_wide(*y_range)
        self.x_range, self.y_range, self.kinds, self.is_log = x_range, y_range, kinds, is_log
        self.tick_em, larger = tick_em, tick_em / TICK_EM
        count = most_ticks(area.height - ROOM_BELOW, larger * TICK_HEIGHT)
        levels = powers_of_ten(*y_range, count) if is_log else ticks(*y_range, count)
        texts = [shown(y, ".0e").removeprefix("1×") if is_log else _exact(y) for y in levels]
        widest = max((tick(text, tick_em).width for text in texts), default=0.0)
        self.left, self.right = area.left + max(ROOM_LEFT, widest + 2 * TICK), area.right - ROOM_RIGHT
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
        # However wide the levels are: so plots of equal areas have the same ticks for the same range.
        across = most_ticks(area.width - ROOM_LEFT - ROOM_RIGHT, larger * TICK_WIDTH)
        for number in ticks(*x_range, across):
            self._tick(self.point(number, y_range[0]), _exact(number), DOWN)
        for number, text in zip(levels, texts, strict=True):
            spot = self.point(x_range[0], number)
            if spot[1] > self.bottom + CLEAR_OF_CORNER:
                self._tick(spot, text, LEFT)
        names = [
            maths(text, plain="", em=name_em, colour=theme.colour(kind))
            for text, kind in zip(labels, kinds, strict=True)
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
        self.ticks += [mark, tick(text, self.tick_em).next_to(mark, side, buff=TICK)]
        self.add(*self.ticks[-2:])

    def point(self, x: float, y: float) -> np.ndarray:
        """The point of the frame, in Manim units, for the values (x, y)."""
        across = (x - self.x_range[0]) / (self.x_range[1] - self.x_range[0])
        scaled = np.log10 if self.is_log else float
        low, high = scaled(self.y_range[0]), scaled(self.y_range[1])
        up = (scaled(y) - low) / (high - low)
        return np.array(
            [self.left + across * (self.right - self.left), self.bottom + up * (self.top - self.bottom), 0.0]
        )

    def direction(self, slope: float) -> np.ndarray:
        """The unit vector on screen, to the right, of a line with a slope in units of y per unit of x."""
        (left, right), (low, high) = self.x_range, self.y_range
        rise = slope / (high - low) * (right - left) * (self.top - self.bottom) / (self.right - self.left)
        angle = np.arctan(rise)
        return np.array([np.cos(angle), np.sin(angle), 0.0])

    def clamp(self, x: float, y: float) -> tuple[float, float]:
        """The values (x, y) clamped to the ranges of the axes."""
        return float(np.clip(x, *self.x_range)), float(np.clip(y, *self.y_range))

    def curve(self, function: Callable[[float], float], kind: str) -> VMobject:
        """The graph of `function` over the x range, cut off at the top of the y range."""
        samples = [(x, function(x)) for x in np.linspace(*self.x_range, SAMPLES)]
        shape = VMobject(stroke_color=theme.colour(kind), stroke_width=theme.SPACING.stroke)
        shape.set_points_as_corners([self.point(x, y) for x, y in samples if y <= self.y_range[1] * 1.0001])
        return shape

    def marker(self, name: str, x: float, y: float, text: str) -> PlotMarker:
        """A marker at (x, y), with dashed lines to both axes and a tag that says `name` = `text`."""
        marker = PlotMarker(name, text, self.kinds)
        self.place_marker(marker, x, y, marker.tag.initial_state)
        return marker

    def place_marker(self, marker: PlotMarker, x: float, y: float, state: TextState) -> None:
        """Move a marker to (x, y); `state` is the text of its tag."""
        across = (x - self.x_range[0]) / (self.x_range[1] - self.x_range[0])
        marker.place(self.point(x, y), self.point(self.x_range[0], self.y_range[0]), across, state)


def _exact(number: float) -> str:
    """The number at a tick, with all digits where fewer would name another place."""
    text = shown(number)
    return text if is_exact(number, text) else in_full(number)
