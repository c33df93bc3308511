"""A neuron's weighted sum as bars: each input, times its weight, and the products end to end."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from manim import RIGHT, Line, ManimColor, Rectangle, RoundedRectangle, VGroup, VMobject, interpolate_color

from storyreel.core.errors import StoryreelError
from storyreel.core.number_format import MINUS, shown
from storyreel.engine.trace import Trace
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, at
from storyreel.graphics.text.paragraph import fitted
from storyreel.graphics.text.slot_list import SlotList
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
LONGEST_WORD, HIGHEST_WORD = 0.97, 0.5
"""The room for a word in place of a symbol, in Manim units, in the narrowest frame."""
HEADROOM = 0.08
"""The room for longer bars, as a share of the longest one."""
SLOPE = 0.9
"""The largest share of the height of its row that the ratio of two changes has."""


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
    `value`, all on one scale, from the line `zero`. Numbers are to the right of their bars. Below them is one
    for the `loss`, if it is given: its name, its number, and how the lesson writes that.

    `words` has words that stand in place of symbols, by the names of their quantities. `names`, `inputs`,
    `products` and `factors` have an entry for each term: its name, a bar with its number, the bar of its
    product with its number, and `0.9 × 0.5`, or nothing for a bias. The scale is that of the bars `like`
    which they are, if all bars have room at it.
    """

    def __init__(
        self,
        area: Area,
        terms: Sequence[Term],
        total: tuple[str, float, str],
        value: tuple[str, float, str],
        loss: tuple[str, float, str] | None = None,
        words: Mapping[str, str] | None = None,
        like: "WeightedBars | None" = None,
    ) -> None:
        self.area, self.terms, self._last = area, terms, (total[0], value[0])
        self._words = {name: _word(word) for name, word in (words or {}).items() if word}
        self.row = area.height / (len(terms) + (2 if loss is None else 3))
        products = [term.product for term in terms]
        self._ends = np.cumsum([0.0, *products])
        seen = [*self._ends, *products, value[1], loss[1] if loss else 0.0]
        seen += [*(term.value for term in terms if term.kind != "bias")]
        low, high = (1 + HEADROOM) * min(0.0, *seen), (1 + HEADROOM) * max(0.0, *seen)
        if like is not None and like.reach[0] <= min(seen) and max(seen) <= like.reach[1]:
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
        self.loss = self._bar(loss[1], loss[2], "loss", count + 2) if loss else None
        self.loss_name = self._name(loss[0], "loss", count + 2) if loss else None

    @property
    def ends(self) -> list[VGroup]:
        """What comes of the products: the bars of the total, the value and the loss, if there is one."""
        return [self.total, self.value, *filter(None, [self.loss])]

    def frame_around(self, name: str, are_seen: Sequence[bool] = (True, True)) -> RoundedRectangle:
        """A frame around the row of a term, or around the bar of the total or of the value, beside which the
        curve may be, by its name. Raises StoryreelError where these two are not seen, and for other names."""
        seen = [last for last, is_seen in zip(self._last, are_seen, strict=True) if is_seen]
        rows = [*(term.name for term in self.terms), *self._last]
        if (name in self._last and name not in seen) or name not in rows:
            raise StoryreelError(f"{name!r} has no bar on stage")
        row = rows.index(name)
        left = self.area.left + (NAMES + FACTORS) * self.area.width if name in self._last else self.area.left
        frame = RoundedRectangle(
            corner_radius=CORNER, width=self.area.right - left, height=LIT * self.row, fill_opacity=0
        )
        frame.set_stroke(theme.colour("text"), theme.SPACING.thin_stroke)
        return frame.move_to(at((left + self.area.right) / 2, self._y(row)))

    def _y(self, row: float) -> float:
        return self.area.top - (row + 0.5) * self.row

    def _rows_beside_name(self, first: int, count: int) -> Area:
        """The room of so many rows in the column of inputs times weights, from the row `first` on."""
        left = self.area.left + NAMES * self.area.width + BESIDE
        top = self.area.top - first * self.row
        width = FACTORS * self.area.width - 2 * BESIDE
        return Area("rows", left, top - count * self.row, left + width, top)

    @property
    def room_for_curve(self) -> Area:
        """Where there is room for the activation function: beside the total and the value, and a bias, which
        is multiplied by nothing."""
        has_bias = bool(self.terms) and self.terms[-1].kind == "bias"
        return self._rows_beside_name(len(self.terms) - has_bias, 2 + has_bias)

    def ratio(self, changes: tuple[str, str], ratio: str) -> Typeset:
        """The change of the loss, divided by that of a weight, and their ratio, as texts, in the row of the
        loss."""
        slots, room = SlotList(), self._rows_beside_name(len(self.terms) + 2, 1)
        parts = [
            slots.add(n, *of) for n, of in (("of loss", (changes[0], "loss")), ("by", (changes[1], "weight")))
        ]
        source = f"frac({parts[0]}, {parts[1]}) approx {slots.add('ratio', ratio, 'gradient')}"
        text = slots.typeset(source, f"{changes[0]} / {changes[1]} ≈ {ratio}", theme.SIZES.label)
        text.scale(min(1.0, room.width / text.width, SLOPE * self.row / text.height))
        return text.move_to(at(room.left + text.width / 2, room.centre[1]))

    def _name(self, name: str, kind: str, row: int) -> Typeset:
        width = NAMES * self.area.width - BESIDE
        if name in self._words:
            written = self._words[name].copy().set_color(theme.colour(kind))
            written.scale(min(theme.SIZES.number / theme.SIZES.body, width / LONGEST_WORD))
            return written.move_to(at(self.area.left + written.width / 2, self._y(row)))
        text = maths(symbol(name), plain=name, em=theme.SIZES.number, colour=theme.colour(kind))
        text.scale(min(1.0, width / text.width))
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

    def _set_length(self, bar: VMobject, value: float, row: float) -> None:
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

    def bend(self, total: float, value: float) -> Callable[[float], None]:
        """A function that shows the bar of the value on its way, 0 to 1, from the total: it moves down a row,
        and its length goes from that of the one to that of the other."""
        row = len(self.terms)

        def show(share: float) -> None:
            length = total + max(0.0, 2 * share - 1) * (value - total)
            self._set_length(self.value[0], length, row + min(1.0, 2 * share))

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


def _word(text: str) -> Typeset:
    """A word in place of a symbol, as large as it fits into the narrowest frame."""
    room, sizes = Area("name", 0.0, 0.0, LONGEST_WORD, HIGHEST_WORD), theme.SIZES
    return fitted(text, room, em=sizes.body, smallest=sizes.smallest)


def _corners(across: float, up: float) -> list[tuple[float, float]]:
    """The corners of a rectangle around (0, 0), the first one again at the end."""
    return [(-across, -up), (across, -up), (across, up), (-across, up), (-across, -up)]
