"""Numbers in rows and columns as arrows, and columns in which those of a row are added up or averaged."""

import math
from collections.abc import Sequence
from functools import partial

import numpy as np
from manim import RIGHT, Animation, AnimationGroup, Line, Mobject, UpdateFromAlphaFunc, VGroup
from manim.utils.rate_functions import linear

from storyreel.graphics import theme
from storyreel.graphics.layout import Area, Point, at
from storyreel.graphics.motion.verbs import ease_travel, one_after_another
from storyreel.graphics.networks.images.level_arrow import LevelArrow
from storyreel.graphics.networks.neuron import Neuron
from storyreel.graphics.text.typeset import Typeset, maths

WIDEST_PITCH, WIDEST_COLUMN = 0.85, 0.9
"""The largest distance of two rows, and the largest width of a column, in Manim units."""
ROOM_FOR_NEURON, LINE = 0.9, 0.35
"""The width of the column of neurons at the left, with the lines from them, and the length of these, in
units."""
RESULT, WIDER_RESULT, BEFORE_RESULT = 0.09, 0.7, 0.35
"""The width of a field of results, as a share of the area's, and what it is wider; the gap before it, in
units."""
BESIDE_COLUMN = 0.08
"""Units from the arrows of a column to the end of its room."""
HALF_CELL, FILLED = 0.47, 0.88
"""The longest arrow of a column of results, as a share of the width of this; twice that of another column, as
a share of its width."""
RADIUS, HEAD = 0.36, 0.7
"""The radius of a neuron, and the height of the head of an arrow, in distances of rows."""
BELOW_HEAD = 0.24
"""Units from the middle of the words above a column of results to what is said of its scale."""
ARRIVED = 0.7
"""The share of its time after which a copy has arrived at its result and fades out."""
AT_ONCE = 0.6
"""The overlap of the moves of two rows."""
LIGHT = 0.35
"""The opacity of arrows that have been added up."""


class ArrowGrid(VGroup):
    """An arrow for each of `values`, of shape (rows, columns), and one for each of `results`, of shape
    (columns of results, rows), in `area`.

    Above the columns, `header` units are free. At the left is a neuron for each row, without light, as each
    example has activations of its own, and the beginning of the connection from it. All arrows of
    `values` have one scale, on which 1 is `unit` Manim
    units long, those of `results` one that is so many times `enlarged`, on which 1 is `result_unit`. All
    columns are equally wide. `zeros` are the lines where the arrows begin; `cells[column]` the arrows of a
    column.
    """

    def __init__(
        self,
        values: np.ndarray,
        results: Sequence[np.ndarray],
        area: Area,
        header: float,
    ) -> None:
        rows, columns = values.shape
        self.area, self.values, self.results = area, values, [np.asarray(each) for each in results]
        self.pitch = min(WIDEST_PITCH, (area.height - header) / rows)
        middle = area.centre[1] - header / 2
        self.heights = middle + self.pitch * ((rows - 1) / 2 - np.arange(rows))
        self.top = float(self.heights[0]) + self.pitch / 2
        field = RESULT * area.width + WIDER_RESULT
        step = BEFORE_RESULT + field
        beside = len(self.results) * step
        wide = min(WIDEST_COLUMN * columns, area.width - ROOM_FOR_NEURON - beside)
        left = area.left + (area.width - ROOM_FOR_NEURON - beside - wide) / 2
        first = left + ROOM_FOR_NEURON
        self.left, self.right = left, first + wide + beside
        self._measure(first, wide)
        end = first + wide
        self.fields = [end + k * step + BEFORE_RESULT + field / 2 for k in range(len(self.results))]
        largest = max((float(np.abs(each).max()) for each in self.results), default=1.0)
        self.enlarged = _round_below(HALF_CELL * field / (largest or 1.0) / self.unit)
        self.result_unit = self.enlarged * self.unit
        neurons = [Neuron("activation", RADIUS * self.pitch).shine(0.0) for _ in range(rows)]
        for neuron, y in zip(neurons, self.heights.tolist(), strict=True):
            neuron.move_to(at(left + RADIUS * self.pitch, y))
        self.neurons, self.lines = VGroup(*neurons), VGroup(*map(self._line_from, neurons))
        self.zeros = VGroup(*(self._zero(float(x)) for x in self.columns))
        self.result_zeros = VGroup(*map(self._zero, self.fields))
        self.cells = [self._arrows(values[:, k], float(x), self.unit) for k, x in enumerate(self.columns)]
        self.sums = [
            self._arrows(each, x, self.result_unit) for each, x in zip(self.results, self.fields, strict=True)
        ]
        super().__init__(self.neurons, self.lines, self.zeros, self.result_zeros)

    def _measure(self, first: float, wide: float) -> None:
        """Find the largest scale with which the columns are `wide` units together, from the x coordinate
        `first` on, and where their arrows begin: in the middle of each, below what stands above it."""
        count = self.values.shape[1]
        self.width_of_column = wide / count
        self.unit = FILLED * self.width_of_column / 2 / (float(np.abs(self.values).max()) or 1.0)
        self.columns = first + self.width_of_column * (np.arange(count) + 0.5)

    def row(self, place: int) -> Area:
        """The room of a row, from its neuron to its results."""
        y, half = float(self.heights[place]), self.pitch / 2
        return Area("row", self.left, y - half, self.right, y + half)

    def column(self, number: int) -> Area:
        """The room of a column, with what is above it."""
        x, half = float(self.columns[number]), self.width_of_column / 2 - BESIDE_COLUMN
        return Area("column", x - half, float(self.heights[-1]) - self.pitch / 2, x + half, self.area.top)

    def head(self, column: int) -> Point:
        """The middle of the room above a column."""
        return at(float(self.columns[column]), (self.top + self.area.top) / 2)

    def enlargement(self, number: int) -> Typeset | None:
        """How many times as long as the others the arrows of a column of results are, below the middle of the
        room above it; None if they are as long."""
        if self.enlarged == 1:
            return None
        text, (x, y, _) = f"{self.enlarged:g}", self.result_head(number)
        muted = theme.colour("muted")
        note = maths(f"(times {text})", plain=f"(× {text})", em=theme.SIZES.small, colour=muted)
        return note.move_to(at(x, y - BELOW_HEAD))

    def result_head(self, number: int) -> Point:
        """The middle of the room above a column of results."""
        return at(self.fields[number], (self.top + self.area.top) / 2)

    def _line_from(self, neuron: Neuron) -> Line:
        """The beginning of the connection from a neuron, which says that a row is a weight."""
        rim = neuron.get_right()
        paint = theme.colour("weight")
        return Line(rim, rim + LINE * RIGHT, stroke_color=paint, stroke_width=theme.SPACING.stroke)

    def _zero(self, x: float) -> Line:
        return Line(
            at(x, self.top),
            at(x, float(self.heights[-1]) - self.pitch / 2),
            stroke_color=theme.colour("line"),
            stroke_width=theme.SPACING.thin_stroke,
        )

    def _arrows(self, values: np.ndarray, x: float, unit: float) -> VGroup:
        rows = zip(values.tolist(), self.heights.tolist(), strict=True)
        return VGroup(*(LevelArrow(x, x + unit * value, y, HEAD * self.pitch) for value, y in rows))

    def grows(self, column: int) -> Animation:
        """The arrows of a column grow, from the top."""
        return one_after_another([arrow.grows() for arrow in self.cells[column]], overlap=0.9)

    def gathers(self, number: int) -> Animation:
        """Row by row, copies of its arrows slide to the line of a result and leave the stage there, where the
        result grows; the arrows themselves become fainter."""
        return one_after_another(map(partial(self._gathers_row, number), range(len(self.heights))), AT_ONCE)

    def _gathers_row(self, number: int, row: int) -> Animation:
        arrows = VGroup(*(cells[row] for cells in self.cells))
        copies = VGroup(*(arrow.copy() for arrow in arrows))
        starts = [copy.points.copy() for copy in copies]
        ways = [at(self.fields[number] - x, 0) for x in self.columns.tolist()]

        def slide(_: Mobject, alpha: float) -> None:
            share = ease_travel(min(1.0, alpha / ARRIVED))
            opacity = min(1.0, (1 - alpha) / (1 - ARRIVED)) if alpha > 0 else 0.0
            for copy, start, way, arrow in zip(copies, starts, ways, arrows, strict=True):
                copy.points = start + share * np.array(way)
                copy.set_fill(opacity=opacity)
                arrow.set_fill(opacity=1 - (1 - LIGHT) * share)

        gathering = AnimationGroup(
            UpdateFromAlphaFunc(copies, slide, introducer=True, remover=True, rate_func=linear),
            UpdateFromAlphaFunc(arrows, lambda *_: None),  # they change with the copies
        )
        return one_after_another([gathering, self.sums[number][row].grows()], overlap=1 - ARRIVED)


def _round_below(number: float) -> float:
    """The largest round number, 1, 2 or 5 times a power of ten, that is not larger."""
    power = 10.0 ** math.floor(math.log10(number))
    return max(digit * power for digit in (1, 2, 5) if digit * power <= number * (1 + 1e-9))
