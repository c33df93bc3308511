"""A neuron's weighted sum as bars: each input, times its weight, and the products end to end."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from manim import RIGHT, Line, ManimColor, Rectangle, RoundedRectangle, VGroup, VMobject, interpolate_color

from storyreel.core.number_format import MINUS, shown
from storyreel.engine.trace import Trace
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, at
from storyreel.graphics.text.symbol import symbol
from storyreel.graphics.text.typeset import Typeset, maths

THICK = 0.52
"""The height of a bar, as a share of that of its row."""
NAMES, FACTORS = 0.16, 0.3
"""The shares of the width that the names have, and the products of inputs and weights."""
ROOM_FOR_NUMBER = 1.5
"""Units to the right of the longest bar for its number."""
BESIDE = 0.15
"""Units between a bar and its number, and between a row and its name."""
CORNER, LIT = 0.12, 0.92
"""The radius of the corners of a frame around a row, in Manim units, and its height, as a share of a row."""
LEAST = 0.03
"""The least length of a bar, in Manim units."""


@dataclass(frozen=True)
class Term:
    """An input of a neuron, its weight, and their product; a bias is its own product, and has no input.

    The texts are as the lesson writes the numbers.
    """

    name: str
    kind: str
    value: float
    text: str
    weight_text: str
    product: float
    product_text: str


def terms_of(trace: Trace, neuron: str) -> list[Term]:
    """The terms of a neuron's weighted sum, a bias of 0 left out."""
    names, address = trace.network.names, trace.network.names[neuron]
    layer, (k,) = address.layer or 0, address.index
    terms = []
    for source, weight in zip(names.activations[layer - 1], names.weights[layer][k], strict=True):
        value, factor = trace.number(source), trace.number(weight)
        product = value * factor
        texts = trace.text(source), trace.text(weight)
        terms.append(Term(source, "activation", value, *texts, product, shown(product)))
    if names.biases[layer] and (bias := trace.number(name := names.biases[layer][k])):
        terms.append(Term(name, "bias", 1.0, "1", trace.text(name), bias, trace.text(name)))
    return terms


class WeightedBars:
    """A row of bars in an area for each of the `terms`, one for their `total` and one for the neuron's
    `value`, all on one scale, from the line `zero`. Numbers are to the right of their bars.

    `names`, `inputs`, `products` and `factors` have an entry for each term: its name, a bar with its number,
    the bar of its product with its number, and `0.9 × 0.5`, or nothing for a bias. The scale is that of the
    bars `like` which they are, if all bars have room at it.
    """

    def __init__(
        self,
        area: Area,
        terms: Sequence[Term],
        total: tuple[str, float, str],
        value: tuple[str, float, str],
        like: "WeightedBars | None" = None,
    ) -> None:
        self.area, self.terms, self._last = area, terms, (total[0], value[0])
        self.row = area.height / (len(terms) + 2)
        products = [term.product for term in terms]
        self._ends = np.cumsum([0.0, *products])
        seen = [*self._ends, *products, value[1], *(term.value for term in terms if term.kind != "bias")]
        low, high = min(0.0, *seen), max(0.0, *seen)
        if like is not None and like.reach[0] <= low and high <= like.reach[1]:
            low, high = like.reach
        self.reach: tuple[float, float] = (low, high)
        """The smallest and the largest number that bars have room for."""
        start = area.left + (NAMES + FACTORS) * area.width
        self.unit = (area.right - ROOM_FOR_NUMBER - start) / (high - low or 1.0)
        """Manim units for a number of 1."""
        self.zero_at = start - low * self.unit
        ends = at(self.zero_at, area.top), at(self.zero_at, area.bottom)
        self.zero = Line(*ends, stroke_color=theme.colour("line"), stroke_width=theme.SPACING.thin_stroke)
        self.names = [self._name(term.name, term.kind, k) for k, term in enumerate(terms)]
        self.inputs = [
            self._bar(term.value, term.text, term.kind, k) if term.kind != "bias" else VGroup()
            for k, term in enumerate(terms)
        ]
        self.factors = [self._factors(term, k) for k, term in enumerate(terms)]
        self.products = [
            self._bar(term.product, term.product_text, "weight", k) for k, term in enumerate(terms)
        ]
        count = len(terms)
        self.total = self._bar(total[1], total[2], "pre_activation", count)
        self.value = self._bar(value[1], value[2], "activation", count + 1)
        self.total_name = self._name(total[0], "pre_activation", count)
        self.value_name = self._name(value[0], "activation", count + 1)

    def frame_around(self, name: str) -> RoundedRectangle:
        """A frame around the row of a term, of the total or of the value, by its name."""
        row = [*(term.name for term in self.terms), *self._last].index(name)
        middle = at((self.area.left + self.area.right) / 2, self._y(row))
        frame = RoundedRectangle(
            corner_radius=CORNER, width=self.area.width, height=LIT * self.row, fill_opacity=0
        )
        return frame.set_stroke(theme.colour("text"), theme.SPACING.thin_stroke).move_to(middle)

    def _y(self, row: int) -> float:
        return self.area.top - (row + 0.5) * self.row

    def _name(self, name: str, kind: str, row: int) -> Typeset:
        text = maths(symbol(name), plain=name, em=theme.SIZES.number, colour=theme.colour(kind))
        text.scale(min(1.0, (NAMES * self.area.width - BESIDE) / text.width))
        return text.move_to(at(self.area.left + text.width / 2, self._y(row)))

    def _factors(self, term: Term, row: int) -> VGroup:
        """The input and the weight of a product, as it is written; nothing for a bias."""
        if term.kind == "bias":
            return VGroup()
        weight = f"({term.weight_text})" if term.weight_text.startswith(MINUS) else term.weight_text
        paints = theme.colour(term.kind), theme.colour("weight")
        first = maths(term.text, plain=term.text, em=theme.SIZES.label, colour=paints[0])
        second = maths(f"times {weight}", plain=f"× {weight}", em=theme.SIZES.label, colour=paints[1])
        both = VGroup(first, second.next_to(first, RIGHT, buff=BESIDE))
        both.scale(min(1.0, (FACTORS * self.area.width - 2 * BESIDE) / both.width))
        left = self.area.left + NAMES * self.area.width
        return both.move_to(at(left + BESIDE + both.width / 2, self._y(row)))

    def _bar(self, value: float, text: str, kind: str, row: int) -> VGroup:
        """A bar from the zero line, with its number to the right of it."""
        bar = Rectangle(stroke_width=0, fill_color=theme.colour(kind), fill_opacity=1)
        self._set_length(bar, value, row)
        number = maths(text, plain=text, em=theme.SIZES.number, colour=theme.colour("text"))
        return VGroup(bar, number.next_to(bar, RIGHT, buff=BESIDE))

    def _set_length(self, bar: VMobject, value: float, row: int) -> None:
        """Make a bar as long as a number, to the right of the zero line, or to the left if it is negative."""
        end = self.unit * value
        width, half = max(abs(end), LEAST), THICK * self.row / 2
        middle = np.array(at(self.zero_at + end / 2, self._y(row)))
        bar.set_points_as_corners([middle + at(x, y) for x, y in _corners(width / 2, half)])

    def multiply(self, number: int) -> Callable[[float], None]:
        """A function that shows the bar of a product on its way, 0 to 1, from the input: its length and its
        colour go from those of the one to those of the other."""
        term, bar = self.terms[number], self.products[number][0]
        first, last = ManimColor(theme.colour(term.kind)), ManimColor(theme.colour("weight"))

        def show(share: float) -> None:
            self._set_length(bar, (1 - share) * term.value + share * term.product, number)
            bar.set_fill(interpolate_color(first, last, share))

        return show

    def to_end_to_end(self, number: int) -> float:
        """How far, in Manim units, a product moves to begin where the one before it ends."""
        return float(self.unit * self._ends[number])

    def guides(self) -> VGroup:
        """The lines from the end of each product to the row below, once they are end to end."""
        lines = VGroup()
        for number, end in enumerate(self._ends[1:].tolist()):
            x, half = self.zero_at + self.unit * end, THICK * self.row / 2
            line = Line(at(x, self._y(number) - half), at(x, self._y(number + 1) + half))
            lines.add(line.set_stroke(theme.colour("line"), theme.SPACING.thin_stroke))
        return lines


def _corners(across: float, up: float) -> list[tuple[float, float]]:
    """The corners of a rectangle around (0, 0), the first one again at the end."""
    return [(-across, -up), (across, -up), (across, up), (-across, up), (-across, -up)]
