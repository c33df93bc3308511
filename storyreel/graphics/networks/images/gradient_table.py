"""A table of numbers, a row for each weight and a column for each example, and the means of all rows."""

import math
from collections.abc import Sequence

import numpy as np
from manim import Animation, AnimationGroup, Line, Mobject, Rectangle, UpdateFromAlphaFunc, VGroup, VMobject
from manim.utils.rate_functions import linear

from storyreel.core.number_format import MINUS, shown
from storyreel.engine.names import Address
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, LayoutError, Point, at
from storyreel.graphics.motion.verbs import appear, draw, ease_travel, one_after_another, pop
from storyreel.graphics.networks.neuron import Neuron
from storyreel.graphics.text.typeset import Typeset, in_line, maths

DIGITS, FEWEST_DECIMALS = 2, 2
"""The digits of the largest number of the table, as in sums of these; all have as many decimals as it, and at
least so many."""
WIDEST_COLUMN, WIDEST_MEAN, NARROWEST, COMFORTABLE = 1.65, 2.5, 3.4, 3.55
"""The largest widths of a column and of that of means, in Manim units; the smallest width, in em, and that
from which on numbers are larger."""
WIDEST_HEAD, SHARE_OF_HEAD, BESIDE_HEAD = 2.1, 0.2, 0.22
"""The largest width of the heads of rows, in units and as a share of the table's, and what of it is free
beside them, in units."""
WIDE = 9.0
"""The width from which on the numbers of a table are larger, in units."""
DOTS = 0.55
"""The room for the dots that stand for other columns and rows, in units."""
TALLEST_ROW, SHORTEST_ROW = 1.6, 0.5
"""The largest and the smallest height of a row, in units."""
HEADER = 1.05
"""The least height of what is above the columns, in units."""
RADIUS, RADIUS_IN_HEAD, EM_IN_RADIUS = 0.36, 0.19, 0.95
"""The radius of a neuron in heights of rows, and at most in widths of the head of its row; the em of its
number in radii."""
FILLED = 0.88
"""The size of a cell, as a share of its room."""
FAINTEST, BRIGHTEST = 0.06, 0.4
"""The opacity of a cell of 0, and of that of the largest number."""
BRACKET = 0.16
"""The length of the ends of a bracket, in units."""
GATHERED = 0.7
"""The share of its time after which what flies to a mean has arrived and fades out."""
UNSEEN_UNTIL, SEEN_FROM = 0.15, 0.85
"""The shares of that time until which the numbers of a row fade, and from which on they come back."""


class GradientTable(VGroup):
    """A row for each of `weights` in `area`, with its numbers `values`, (weights, examples), and the `means`
    of rows in a column of their own. `last` is the number of the last layer, whose neurons are classes.

    Each cell is tinted in the colour of gradients where its number is positive and in `falling` where it is
    negative, the more so the larger it is. Of the columns there are as many as have room; dots at their right
    stand for the others, and dots below for other weights. `heads` are the two neurons of each row's weight,
    with their numbers. `cells[row][column]` and `numbers` are what a row has; `slots` are the empty cells of
    means, and `mean_cells` and `mean_numbers`, which are not there at first, what comes into them.
    """

    def __init__(
        self, weights: Sequence[Address], last: int, values: np.ndarray, means: np.ndarray, area: Area
    ) -> None:
        rows, self.area = len(weights), area
        is_wide = area.width > WIDE
        self.em = theme.SIZES.body if is_wide else theme.SIZES.smallest
        head = self.head = min(WIDEST_HEAD, SHARE_OF_HEAD * area.width)
        mean = min(WIDEST_MEAN, 0.2 * area.width)
        free = area.width - head - DOTS - mean
        self.columns = max(1, min(values.shape[1], int(free / (NARROWEST * self.em))))
        self.width_of_column = min(WIDEST_COLUMN, free / self.columns)
        self.em = min(theme.SIZES.label, max(self.em, self.width_of_column / COMFORTABLE))
        self.pitch = min(TALLEST_ROW, (area.height - HEADER - DOTS) / rows)
        self.header = HEADER
        if is_wide:  # images as wide as their columns, where rows are tall
            self.header = min(self.width_of_column, max(HEADER, (area.height - DOTS) / (rows + 1)))
            self.pitch = min(TALLEST_ROW, (area.height - self.header - DOTS) / rows)
        if self.pitch < SHORTEST_ROW:
            raise LayoutError(f"{rows} rows of weights do not fit into the frame")
        wide = head + self.columns * self.width_of_column + DOTS + mean
        self.left = area.centre[0] - wide / 2
        self.right = self.left + wide
        self.first = self.left + head
        self.top = area.centre[1] + (self.header + rows * self.pitch + DOTS) / 2
        self.ys = (self.top - self.header - self.pitch * (np.arange(rows) + 0.5)).tolist()
        self.xs = (self.first + self.width_of_column * (np.arange(self.columns) + 0.5)).tolist()
        self.mean_x, self.mean_width = self.right - FILLED * mean / 2, mean
        largest = float(np.abs(values).max()) or 1.0
        decimals = max(FEWEST_DECIMALS, DIGITS - 1 - math.floor(math.log10(largest)))
        self.texts = [[_signed(value, decimals) for value in row[: self.columns]] for row in values.tolist()]
        self.mean_texts = [_signed(value, decimals) for value in means.tolist()]
        self.heads = VGroup(
            *(self._head(weight, last, y) for weight, y in zip(weights, self.ys, strict=True))
        )
        size = FILLED * self.width_of_column, FILLED * self.pitch
        self.cells = [
            VGroup(*(_cell(at(x, y), size, value / largest) for x, value in zip(self.xs, row, strict=False)))
            for y, row in zip(self.ys, values.tolist(), strict=True)
        ]
        self.numbers = [
            VGroup(*(self._number(text, x, y) for x, text in zip(self.xs, row, strict=True)))
            for y, row in zip(self.ys, self.texts, strict=True)
        ]
        last_x = self.xs[-1] + self.width_of_column / 2 + DOTS / 2
        self.dots = VGroup(*(_dots("dots.c", "⋯", at(last_x, y)) for y in self.ys))
        below = self.ys[-1] - self.pitch / 2 - DOTS / 2
        self.dots_below = VGroup(
            _dots("dots.v", "⋮", at(self.left + head / 2, below)),
            _dots("dots.v", "⋮", at(self.mean_x, below)),
        )
        size = FILLED * mean, size[1]
        self.slots = VGroup(*(_slot(at(self.mean_x, y), size) for y in self.ys))
        self.mean_cells = VGroup(
            *(
                _cell(at(self.mean_x, y), size, m / largest)
                for y, m in zip(self.ys, means.tolist(), strict=True)
            )
        )
        self.mean_numbers = VGroup(
            *(self._number(text, self.mean_x, y) for text, y in zip(self.mean_texts, self.ys, strict=True))
        )
        self.brackets = VGroup(self._bracket(-1), self._bracket(1))
        super().__init__(self.heads, *self.cells, *self.numbers, self.dots, self.dots_below[0], self.slots)

    def _head(self, weight: Address, last: int, y: float) -> VGroup:
        """The neurons that a weight joins, with their numbers, and the connection between them."""
        to, source = weight.index
        radius = min(RADIUS * self.pitch, RADIUS_IN_HEAD * self.head)
        reach = self.head - 2 * radius - BESIDE_HEAD
        ends = [
            (source + 1, self.left + radius),
            (to if weight.layer == last else to + 1, self.left + radius + reach),
        ]
        neurons = []
        for number, x in ends:
            neuron = Neuron("activation", radius).shine(0.0).move_to(at(x, y))
            em = max(theme.SIZES.crowded, EM_IN_RADIUS * radius)
            name = maths(str(number), plain=str(number), em=em, colour=theme.colour("text"))
            neurons.append(VGroup(neuron, name.move_to(neuron.circle)))
        line = Line(
            at(ends[0][1] + radius, y),
            at(ends[1][1] - radius, y),
            stroke_color=theme.colour("weight"),
            stroke_width=theme.SPACING.stroke,
        )
        return VGroup(line, *neurons)

    def _number(self, text: str, x: float, y: float) -> Typeset:
        is_seen = text[0] in f"+{MINUS}"  # else it is written as 0
        paint = theme.colour("text" if is_seen else "muted")
        number = maths(in_line(text), plain=text, em=self.em, colour=paint)
        return number.move_to(at(x, y)).set_z_index(1)

    def _bracket(self, side: int) -> VMobject:
        """The left (−1) or the right (1) bracket around the means and the dots below them."""
        x = self.mean_x + side * FILLED * self.mean_width / 2
        top, bottom = self.ys[0] + FILLED * self.pitch / 2, self.ys[-1] - self.pitch / 2 - DOTS
        bracket = VMobject(stroke_color=theme.colour("text"), stroke_width=theme.SPACING.stroke)
        inner = x - side * BRACKET
        return bracket.set_points_as_corners(
            np.array([at(inner, top), at(x, top), at(x, bottom), at(inner, bottom)])
        )

    def row(self, place: int) -> Area:
        """The room of a row, from its neurons to its mean."""
        y, half = self.ys[place], self.pitch / 2
        return Area("row", self.left, y - half, self.right, y + half)

    def above(self, x: float) -> Point:
        """The middle of the room above a column."""
        return at(x, self.top - self.header / 2)

    @property
    def room_for_word(self) -> float:
        """The width of the room for words above the means."""
        return self.mean_width + DOTS

    def row_appears(self, place: int, has_numbers: bool = True) -> Animation:
        """The neurons of a row, its cells and its numbers appear; these only if they are not there yet."""
        steps: list[Animation] = [appear(self.heads[place]), appear(self.cells[place])]
        if has_numbers:
            steps.append(one_after_another(map(appear, self.numbers[place]), overlap=0.85))
        return AnimationGroup(*steps, appear(self.dots[place]))

    def gathers(self, places: Sequence[int]) -> Animation:
        """Row by row, copies of the cells slide to the right, into the mean of the row, which appears."""
        return one_after_another(map(self._gathers_row, places), overlap=0.5)

    def _gathers_row(self, place: int) -> Animation:
        copies = VGroup(*(cell.copy().set_z_index(2) for cell in self.cells[place]))
        starts = [copy.points.copy() for copy in copies]
        ways = [np.array(at(self.mean_x - x, 0)) for x in self.xs]
        opacities = [copy.get_fill_opacity() for copy in copies]
        written = VGroup(*self.numbers[place], self.dots[place])

        def slide(_: Mobject, alpha: float) -> None:
            share = ease_travel(min(1.0, alpha / GATHERED))
            left = min(1.0, (1 - alpha) / (1 - GATHERED)) if alpha > 0 else 0.0
            for copy, start, way, opacity in zip(copies, starts, ways, opacities, strict=True):
                copy.points = start + share * way
                copy.set_fill(opacity=left * opacity)

        def dim(_: Mobject, alpha: float) -> None:
            away = min(1.0, alpha / UNSEEN_UNTIL, (1 - alpha) / (1 - SEEN_FROM))
            written.set_fill(opacity=1 - (1 - theme.DIMMED / 2) * ease_travel(max(0.0, away)))

        gathering = AnimationGroup(
            UpdateFromAlphaFunc(copies, slide, introducer=True, remover=True, rate_func=linear),
            UpdateFromAlphaFunc(written, dim, rate_func=linear),
        )
        mean = AnimationGroup(appear(self.mean_cells[place]), pop(self.mean_numbers[place]))
        return one_after_another([gathering, mean], overlap=1 - GATHERED)

    def becomes_vector(self) -> Animation:
        """Brackets are drawn around the means, with dots for those of the other weights."""
        return AnimationGroup(*map(draw, self.brackets), appear(self.dots_below[1]))


def _signed(value: float, decimals: int) -> str:
    """A number with its sign, if it is not written as 0."""
    text = shown(value, f".{decimals}f")
    if not any(digit in text for digit in "123456789"):
        return text.removeprefix(MINUS)
    return text if text.startswith(MINUS) else f"+{text}"


def _cell(middle: Point, size: tuple[float, float], share: float) -> Rectangle:
    """The cell of a number that is such a share of the largest, from −1 to 1."""
    opacity = FAINTEST + (BRIGHTEST - FAINTEST) * math.sqrt(min(1.0, abs(share)))
    cell = Rectangle(width=size[0], height=size[1], stroke_width=0)
    cell.set_fill(theme.colour("falling" if share < 0 else "gradient"), opacity=opacity)
    return cell.move_to(middle)


def _slot(middle: Point, size: tuple[float, float]) -> Rectangle:
    """The empty cell of a mean."""
    slot = Rectangle(width=size[0], height=size[1], stroke_width=0)
    return slot.set_fill(theme.colour("surface"), opacity=1).move_to(middle)


def _dots(source: str, plain: str, middle: Point) -> Typeset:
    return maths(source, plain=plain, em=theme.SIZES.label, colour=theme.colour("muted")).move_to(middle)
