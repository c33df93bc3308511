"""A bar chart over a scale of numbers, such as the strengths of tones over their frequencies."""

from collections.abc import Sequence

import numpy as np
from manim import DOWN, LEFT, UP, Line, Rectangle, VGroup

from storyreel.core.arrays import Array
from storyreel.core.number_format import shown
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, at
from storyreel.graphics.plots.ticks import ticks
from storyreel.graphics.text.glyph import Points
from storyreel.graphics.text.typeset import tick, words

ROOM_FOR_NAME, ROOM_FOR_TICKS = 0.55, 0.5
"""Units above the bars for the words that name the chart, and below them for the numbers of the scale."""
WIDTH = 0.62
"""The width of a bar, in distances of bars."""
TICK, TICK_EM, TICK_WIDTH = 0.1, 0.4, 1.3
"""The length of a tick, the size of its number, and the room for that, in Manim units."""
_SQUARE = Rectangle(width=1, height=1).points


def lefts_in(area: Area, count: int) -> list[float]:
    """The middles of so many bars in an area."""
    return [area.left + area.width / count * (place + 0.5) for place in range(count)]


class BarChart(VGroup):
    """A bar for each of `values`, at its place on a scale of numbers, in an area.

    `places` are those numbers, evenly spaced. `low` and `high` are the ends of the scale of the values, with
    0 between them; all bars begin at `zero`. `heading` is written above the bars. Bars above zero have the
    colour of the first of `kinds`, those below that of the second. `has_scale`: with the numbers of the
    places below the bars, which have room also in an area as narrow as `narrowest`, in units.
    """

    def __init__(
        self,
        area: Area,
        places: Sequence[float],
        values: Sequence[float],
        low: float,
        high: float,
        name: str,
        kinds: tuple[str, str],
        has_scale: bool = True,
        narrowest: float | None = None,
    ) -> None:
        self.low, self.high, self.kinds, self.area = low, high, kinds, area
        self.bottom = area.bottom + (ROOM_FOR_TICKS if has_scale else 0.0)
        self.top = area.top - ROOM_FOR_NAME
        self.pitch = area.width / len(places)
        self.lefts = lefts_in(area, len(places))
        self.zero = Line(at(area.left, self.y_of(0.0)), at(area.right, self.y_of(0.0)))
        self.zero.set_stroke(theme.colour("line"), theme.SPACING.thin_stroke)
        self.bars = VGroup(*(Rectangle() for _ in values)).set_stroke(width=0)
        self.heading = words(name, em=theme.SIZES.body, colour=theme.colour("muted"))
        self.heading.move_to(at(area.left, area.top), aligned_edge=UP + LEFT)
        self.scale_marks = VGroup()
        super().__init__(self.zero, self.bars, self.heading, self.scale_marks)
        if has_scale:
            self._add_scale(places, narrowest or area.width)
        self.set_values(values)

    def y_of(self, value: float) -> float:
        """The height in the frame of a value."""
        return self.bottom + (value - self.low) / (self.high - self.low) * (self.top - self.bottom)

    def column(self, first: int, last: int) -> Rectangle:
        """The room of the bars from the place `first` to `last`, counted from 0."""
        left, right = self.lefts[first] - self.pitch / 2, self.lefts[last] + self.pitch / 2
        room = Rectangle(width=right - left, height=self.top - self.bottom)
        return room.move_to(at((left + right) / 2, (self.top + self.bottom) / 2))

    def _add_scale(self, places: Sequence[float], width: float) -> None:
        """Ticks with round numbers, each in the middle of the bar at that place."""
        if len(places) < 2:
            return
        first, step = places[0], places[1] - places[0]
        for number in ticks(places[0], places[-1], max(1, int(width / TICK_WIDTH))):
            x = self.lefts[0] + (number - first) / step * self.pitch
            mark = Line(at(x, self.bottom), at(x, self.bottom - TICK))
            mark.set_stroke(theme.colour("line"), theme.SPACING.thin_stroke)
            self.scale_marks.add(mark, tick(shown(number), TICK_EM).next_to(mark, DOWN, buff=TICK))

    def set_area(self, area: Area) -> None:
        """Fill another area; its words and numbers keep their size."""
        self.scale_marks.shift(at(0, area.bottom - self.area.bottom))
        for part in self.scale_marks:
            share = (float(part.get_x()) - self.area.left) / self.area.width
            part.set_x(area.left + share * area.width)
        self.bottom += area.bottom - self.area.bottom
        self.area, self.top = area, area.top - ROOM_FOR_NAME
        self.pitch, self.lefts = area.width / len(self.lefts), lefts_in(area, len(self.lefts))
        self.zero.put_start_and_end_on(at(area.left, self.y_of(0.0)), at(area.right, self.y_of(0.0)))
        self.heading.move_to(at(area.left, area.top), aligned_edge=UP + LEFT)
        self.set_values(self.values.tolist())

    def set_values(self, values: Sequence[float]) -> None:
        """Show these values."""
        self.values: Array = np.array(values, dtype=float)
        for bar, x, value in zip(self.bars, self.lefts, self.values.tolist(), strict=True):
            bar.points = self._outline(x, value)
            bar.set_fill(theme.colour(self.kinds[value < 0]), opacity=1)

    def _outline(self, x: float, value: float) -> Points:
        """The points of a bar; one of 0 is as high as the line."""
        start, end = self.y_of(0.0), self.y_of(value)
        shape: Points = _SQUARE * (WIDTH * self.pitch, max(abs(end - start), 0.01), 0.0)
        return shape + at(x, (start + end) / 2)
