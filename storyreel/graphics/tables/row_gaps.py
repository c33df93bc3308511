"""What a network says of each row of a table beside what it should say: two marks on a scale, and the gap."""

from collections.abc import Callable, Sequence

import numpy as np
from manim import Circle, Dot, Line, VGroup

from storyreel.core.arrays import Array
from storyreel.core.number_format import shown
from storyreel.graphics import theme
from storyreel.graphics.layout import at
from storyreel.graphics.plots.ticks import ticks
from storyreel.graphics.tables.table import Table
from storyreel.graphics.text.typeset import tick

INSET, BEYOND = 0.4, 0.06
"""Units that the scale leaves free at both sides of its column, and the part of the range that it goes beyond
the smallest and the largest number."""
DOT, MARK = 0.2, 0.62
"""The radius of a prediction's dot and the length of a target's mark, in heights of a row."""
APART, RING = 0.2, 5.0
"""How far dots and rings are from the middle of their rows, in heights of a row, and the width of a ring's
stroke in 1/100 unit."""
LARGEST_DOT = 0.16
"""The largest radius of a dot in Manim units."""
MOST_TICKS, TICK_EM, ROOM_FOR_TICK = 4, 0.4, 1.0
"""The most intervals of the scale, the font size of its numbers and the room of each, in Manim units."""
GRID = 0.45
"""The opacity of the lines of the scale."""


class RowGaps(VGroup):
    """A strip of a table: in each row a mark at the `targets`' number, a dot at that of the `values`, and a
    line between the two, all on one scale that goes beyond the numbers of the `reach`.

    `dots[row]` and `gaps[row]` follow the values; the scale and `marks[row]` stay. After `compare` there are
    `rings[row]` and `ring_gaps[row]` for other values, below the dots.
    """

    def __init__(
        self, table: Table, column: int, targets: Sequence[float], reach: tuple[float, float], kind: str
    ) -> None:
        self.table, self.targets, self.kind = table, list(targets), kind
        left, right = table.span(column)
        self.ends, self.numbers_reach = (left + INSET, right - INSET), reach
        beyond = BEYOND * (reach[1] - reach[0] or 1.0)
        self.reach = reach[0] - beyond, reach[1] + beyond
        rows = range(len(self.targets))
        numbers = ticks(*self.reach, max(1, min(MOST_TICKS, int((right - left) / ROOM_FOR_TICK))))
        self.scale_lines = VGroup(*map(self._grid_line, numbers))
        self.numbers = VGroup(*map(self._grid_number, numbers))
        self.marks = [self._mark(row) for row in rows]
        self.dots = [self._dot() for _ in rows]
        self.gaps = [
            Line(stroke_color=theme.colour("loss"), stroke_width=theme.SPACING.bold_stroke) for _ in rows
        ]
        self.values = [0.0 for _ in rows]
        self.rings: list[Circle] = []
        self.ring_gaps: list[Line] = []
        super().__init__(self.scale_lines, self.numbers)

    def x(self, value: float) -> float:
        """The x coordinate of a number."""
        low, high = self.reach
        return self.ends[0] + (value - low) / (high - low) * (self.ends[1] - self.ends[0])

    def _y(self, row: int) -> float:
        return self.table.place(0, row)[1]

    def _grid_line(self, number: float) -> Line:
        top = self._y(0) + self.table.row_height / 2
        bottom = self._y(len(self.targets) - 1) - self.table.row_height / 2
        line = Line(at(self.x(number), top), at(self.x(number), bottom), stroke_color=theme.colour("line"))
        return line.set_stroke(width=theme.SPACING.thin_stroke, opacity=GRID)

    def _grid_number(self, number: float) -> VGroup:
        text = tick(shown(number), max(theme.SIZES.smallest, min(TICK_EM, self.table.em)))
        return text.move_to(at(self.x(number), 0)).on_baseline(self.table.baseline(-1))

    def _mark(self, row: int) -> Line:
        half, x, y = MARK * self.table.row_height / 2, self.x(self.targets[row]), self._y(row)
        return Line(
            at(x, y - half),
            at(x, y + half),
            stroke_color=theme.colour("target"),
            stroke_width=theme.SPACING.bold_stroke,
        )

    def _dot(self) -> Dot:
        radius = min(LARGEST_DOT, DOT * self.table.row_height)
        return Dot(radius=radius, color=theme.colour(self.kind)).set_z_index(1)

    def put(self, row: int, value: float) -> None:
        """The dot and the gap of a row show a value."""
        self.values[row] = value
        here, y = self.x(value), self._y(row) + (APART * self.table.row_height if self.rings else 0.0)
        self.dots[row].move_to(at(here, y))
        self.gaps[row].put_start_and_end_on(at(self.x(self.targets[row]), y), at(here + 1e-6, y))

    def compare(self, values: Sequence[float]) -> None:
        """Make rings and gaps for other values of all rows; dots are put above these from now on."""
        radius = self.dots[0].width / 2 - RING / 200
        for row, value in enumerate(values):
            here, y = self.x(value), self._y(row) - APART * self.table.row_height
            ring = Circle(radius=radius, color=theme.colour(self.kind), stroke_width=RING)
            self.rings.append(
                ring.set_fill(theme.colour("background"), 1).move_to(at(here, y)).set_z_index(1)
            )
            line = Line(
                at(self.x(self.targets[row]), y), at(here + 1e-6, y), stroke_color=theme.colour("loss")
            )
            self.ring_gaps.append(line.set_stroke(width=theme.SPACING.bold_stroke))

    def follow(
        self, rows: Sequence[int], values: Array, first: int, step_at: Callable[[float], float]
    ) -> Callable[[float], None]:
        """A function that shows in these rows, at `alpha` (0 to 1), the values, (steps, rows) from
        the step `first` on, at `step_at(alpha)`, between those of two whole steps."""
        steps = first + np.arange(len(values))

        def show(alpha: float) -> None:
            for row in rows:
                self.put(row, float(np.interp(step_at(alpha), steps, values[:, row])))

        return show
