"""The gradients of all examples with respect to one weight or bias: as bars, or as arrows in rows."""

from collections.abc import Sequence

import numpy as np
from manim import Line, Rectangle, VGroup, VMobject

from storyreel.core.arrays import Array
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, Point, at
from storyreel.graphics.polylines import polygons
from storyreel.graphics.text.typeset import tick

BELOW = 1.3
"""Units below the bars of a chart for its name and the mean."""
FILLED, BAR = 0.72, 0.8
"""The part of the distance of two charts that bars fill, and of that of two bars that each of them fills."""
LINE_BEYOND, LEAST = 0.1, 0.012
"""Units that the lines of zero and of the mean are longer than bars, and the least height of a bar."""
SPACE, ASIDE = 0.35, 1.4
"""The free rows above the arrow of the mean, and the units at both sides of the arrows for numbers."""
THICK, HEAD, SHAFT = 0.8, 0.7, 0.55
"""The width of an arrow's head in distances of two rows, and the head's length and the shaft's width in
that."""


class ExampleChart(VGroup):
    """The bars of one weight or bias in a cell, for `gradients` of shape (steps, examples), and the line at
    their mean. `zero` is the line from which they go up and down, with a share of the room `below` it; `unit`
    is how high a gradient of 1 is, in Manim units."""

    def __init__(self, cell: Area, gradients: Array, below: float) -> None:
        self.bottom = cell.bottom + BELOW
        self.room = cell.top - self.bottom
        low, high = min(0.0, float(gradients.min())), max(0.0, float(gradients.max()))
        shares = (((1 - below), high), (below, -low))
        self.unit = min((share * self.room / most for share, most in shares if most > 0), default=1.0)
        self.level = self.bottom + below * self.room
        count = gradients.shape[1]
        pitch = FILLED * cell.width / count
        left = cell.centre[0] - FILLED * cell.width / 2
        self.xs = [left + (number + 0.5) * pitch for number in range(count)]
        self.width_of_bar = BAR * pitch
        fill = theme.colour("gradient")
        self.bars = VGroup(
            *(Rectangle(width=1, height=1, stroke_width=0, fill_color=fill, fill_opacity=1) for _ in self.xs)
        )
        half = FILLED * cell.width / 2 + LINE_BEYOND
        ends = (cell.centre[0] - half, cell.centre[0] + half)
        self.zero = _thin(at(ends[0], self.level), at(ends[1], self.level))
        self.mean: VMobject = Line(at(ends[0], 0), at(ends[1], 0), stroke_color=theme.colour("text"))
        self.mean.set_stroke(width=theme.SPACING.bold_stroke).set_z_index(1)
        super().__init__(self.bars, self.mean)

    def show_gradients(self, gradients: Sequence[float]) -> None:
        """Bars as high as these gradients, and the line at their mean."""
        for bar, x, gradient in zip(self.bars, self.xs, gradients, strict=True):
            height = max(LEAST, self.unit * abs(gradient))
            bar.stretch_to_fit_width(self.width_of_bar).stretch_to_fit_height(height)
            bar.move_to(at(x, self.level + (height / 2 if gradient >= 0 else -height / 2)))
        mean = sum(gradients) / len(gradients)
        self.mean.move_to(at(float(self.zero.get_x()), self.level + self.unit * mean))

    def factor(self, gradients: Sequence[float]) -> float:
        """How many times as large bars of these gradients have room for."""
        extent = (max(0.0, *gradients) - min(0.0, *gradients)) or 1.0
        return self.room / extent / self.unit

    def move_zero(self, level: float) -> None:
        """The line of zero is at another height."""
        self.level = level
        self.zero.set_y(level)


class ExampleArrows(ExampleChart):
    """The same as a row of its own for each example, with its number, counted from 1, at the left: an arrow
    from the line of zero, which is upright and in the middle, to the left where the gradient is positive, as
    a step makes the weight or bias smaller then. The arrow of the mean, in the colour of text, is below all.
    """

    def __init__(self, cell: Area, gradients: Array) -> None:
        count = gradients.shape[1]
        self.bottom = self.level = 0.0
        pitch = cell.height / (count + 1 + SPACE)
        ys = [cell.top - (row + 0.5) * pitch for row in range(count)]
        self.ys, self.mean_y = ys, cell.bottom + pitch / 2
        self.thick = THICK * pitch
        self.left, self.right = cell.left + ASIDE, cell.right - ASIDE
        self.room = (self.right - self.left) / 2
        self.unit = self.room / (float(np.abs(gradients).max()) or 1.0)
        middle = cell.centre[0]
        self.zero = _thin(at(middle, cell.top), at(middle, cell.bottom))
        rule = (cell.bottom + pitch + ys[-1] - pitch / 2) / 2
        self.rule = _thin(at(cell.left, rule), at(cell.right, rule))
        em = min(theme.SIZES.label, pitch)
        self.tags = VGroup(
            *(
                tick(str(row)).scale(em / theme.SIZES.small).move_to(at(cell.left + ASIDE / 2, y))
                for row, y in enumerate(ys, start=1)
            )
        )
        self.bars = VGroup(*(_arrow("gradient") for _ in ys))
        self.mean = _arrow("text")
        VGroup.__init__(self, self.bars, self.mean)

    def show_gradients(self, gradients: Sequence[float]) -> None:
        """Arrows as long as these gradients, and that of their mean."""
        middle = float(self.zero.get_x())
        mean = sum(gradients) / len(gradients)
        rows = zip([*self.bars, self.mean], [*self.ys, self.mean_y], [*gradients, mean], strict=True)
        for arrow, y, gradient in rows:
            length = self.unit * gradient
            side = 1.0 if length >= 0 else -1.0
            length = max(LEAST, abs(length))
            head, half = min(HEAD * self.thick, length), self.thick / 2
            neck, shaft = length - head, SHAFT * half
            outline = [(0, shaft), (neck, shaft), (neck, half), (length, 0), (neck, -half), (neck, -shaft)]
            corners = [(middle - side * x, y + up) for x, up in [*outline, (0, -shaft)]]
            arrow.points = polygons(np.array([corners]))

    def factor(self, gradients: Sequence[float]) -> float:
        """How many times as large arrows of these gradients have room for."""
        return self.room / (max(map(abs, gradients)) or 1.0) / self.unit

    def move_zero(self, level: float) -> None:
        """The line of zero stays in the middle."""


def _thin(start: Point, end: Point) -> Line:
    return Line(start, end, stroke_color=theme.colour("line"), stroke_width=theme.SPACING.thin_stroke)


def _arrow(kind: str) -> VMobject:
    return VMobject(stroke_width=0, fill_color=theme.colour(kind), fill_opacity=1)
