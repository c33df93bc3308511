"""Numbers that add up as rows of arrows: each begins at 0, is multiplied, and then follows the one above."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from manim import LEFT, RIGHT, Animation, AnimationGroup, Line, Mobject, UpdateFromAlphaFunc, VGroup, VMobject
from manim.utils.rate_functions import linear

from storyreel.core.number_format import MINUS
from storyreel.engine.equations.neuron_sum import NeuronSum
from storyreel.graphics import theme
from storyreel.graphics.axis_line import axis_line
from storyreel.graphics.layout import Area, LayoutError, at
from storyreel.graphics.motion.verbs import appear, draw, ease_travel, one_after_another, vanish
from storyreel.graphics.networks.dense.sum_arrows import SumArrows, Term
from storyreel.graphics.text.typeset import CAPITALS, Typeset, in_line, maths, slot

HEAD, NUMBER, FACTOR, GAP = 0.95, 2.9, 3.6, 0.12
"""The width of the column of heads in Manim units, those of numbers and of the factors after them in em, and
the gap between two columns, in units."""
EM_IN_PITCH, EM_IN_WIDTH = 0.75, 0.043
"""The largest em of numbers, in distances of rows and in widths of the area."""
ABOVE = 0.1
"""Units above the first row."""
FAINT = 0.5
"""The opacity of what is written in a row whose number is 0 as it is written."""


@dataclass(frozen=True)
class ArrowSum:
    """What rows of arrows show: numbers that are multiplied by `factors`, if there are any, to `terms`, the
    `total` of these, and this times a `factor`, the `product`."""

    starts: list[Term]
    factors: list[str]
    terms: list[Term]
    total: Term
    factor: str | None
    product: Term | None


def descents(numbers: NeuronSum, has_factors: bool = True) -> ArrowSum:
    """What arrows show of gradients that add up: minus each of them. `has_factors` is True where they are
    products themselves."""
    through = numbers.through
    factor, product = None, None
    if through is not None:
        (_, factor, _, result) = numbers.texts(through)
        product = _minus(result, through.value)
    texts = numbers.columns if has_factors else [numbers.texts(each) for each in numbers.products]
    terms = [_minus(text[-1], each.value) for text, each in zip(texts, numbers.products, strict=True)]
    starts, factors = terms, list[str]()
    if has_factors:
        starts = [
            _minus(text[0], each.numbers[0]) for text, each in zip(texts, numbers.products, strict=True)
        ]
        factors = [text[1] for text in texts]
    total = _minus(numbers.texts(numbers.total)[-1], numbers.total.value)
    return ArrowSum(starts, factors, terms, total, factor, product)


class ArrowRows(VGroup):
    """A row for each of the terms of `shown` in `area`: one of `heads`, which are moved there, the number
    that is multiplied, its factor, an arrow, and at the right the product; below them is the total, as in
    `SumArrows`.

    All arrows have one scale, of `unit` Manim units for 1. Each begins at 0 and is as long as its start,
    until it is multiplied and added up.
    """

    def __init__(self, shown: ArrowSum, heads: Sequence[VMobject], area: Area) -> None:
        self.shown, self.area, self.heads = shown, area, VGroup(*heads)
        rows = len(shown.terms) + (3 if shown.product else 1)
        wide, high = EM_IN_WIDTH * area.width, EM_IN_PITCH * (area.height - ABOVE) / rows
        em = max(theme.SIZES.smallest, min(theme.SIZES.label, wide, high))
        if CAPITALS * em > (area.height - ABOVE) / rows:
            raise LayoutError(f"{len(shown.terms)} rows of arrows and their sum do not fit into the frame")
        columns = HEAD + ((NUMBER + FACTOR) * em + GAP if shown.factors else 0.0)
        room = Area("arrows", area.left + columns + 2 * GAP, area.bottom, area.right, area.top - ABOVE)
        also = [each.value for each in (*shown.starts, *shown.terms)]
        also += [shown.product.value] if shown.product else []
        self.sum = SumArrows(shown.terms, shown.total, room, shown.factor, shown.product, also=also, em=em)
        self.unit, self.ys, self.numbers = self.sum.unit, self.sum.ys.tolist(), self.sum.numbers
        self.arrows, self.links = self.sum.arrows, VGroup(*self.sum.links)
        self._places = [(0.0, term.value) for term in shown.starts]  # where each arrow begins, and its length
        self._draw(range(len(self.arrows)))
        self.longer_zero = self._cut_zero()
        for head, y in zip(heads, self.ys, strict=False):
            head.move_to(at(0, y)).align_to(at(area.left, 0), LEFT)
        right = area.left + HEAD + NUMBER * em
        self.starts, self.factors = VGroup(), VGroup()
        for start, factor, y in zip(shown.starts, shown.factors, self.ys, strict=False):
            base = y - CAPITALS * em / 2
            number = maths(start.text, plain=start.text, em=em, colour=theme.colour("gradient"))
            self.starts.add(number.align_to(at(right, 0), RIGHT).on_baseline(base))
            self.factors.add(_factor(factor, em).align_to(at(right + GAP, 0), LEFT).on_baseline(base))
        for number, term in zip(self.numbers, shown.terms, strict=True):
            if not _is_seen(term.text):  # so that the rows stand out that have something to say
                number.set_fill(opacity=FAINT)
        super().__init__(self.heads)

    def _cut_zero(self) -> Line:
        """Let the zero line end below the arrows, and return what has been cut off, for the rows of the
        total: so the frame shows nothing empty before these are there."""
        line, y = self.sum.zero[0], float(self.ys[len(self.arrows) - 1]) - self.sum.pitch / 2
        top, bottom = line.get_start(), line.get_end()
        cut = at(float(top[0]), y)
        line.put_start_and_end_on(top, cut)
        return axis_line(cut, bottom)

    def row(self, place: int) -> Area:
        """The room of a row."""
        y, half = float(self.ys[place]), self.sum.pitch / 2
        return Area("row", self.area.left - GAP / 2, y - half, self.area.right, y + half)

    def _draw(self, places: Sequence[int] | range) -> None:
        for place in places:
            start, length = self._places[place]
            self.arrows[place].points = self.sum.arrow(start, start + length, place).points

    def _moves(self, place: int, start: float, length: float) -> Animation:
        """The arrow of a row comes to begin somewhere else, and to have another length."""
        before = self._places[place]
        self._places[place] = start, length

        def move(arrow: Mobject, alpha: float) -> None:
            share = ease_travel(alpha)
            foot, long = ((1 - share) * a + share * b for a, b in zip(before, (start, length), strict=True))
            arrow.points = self.sum.arrow(foot, foot + long, place).points

        return UpdateFromAlphaFunc(self.arrows[place], move, rate_func=linear)

    def grow(self, but: int | None = None) -> Animation:
        """The zero line appears, and the arrows grow from it, with the numbers that they begin with; that of
        the row `but` is there."""
        arrows = list[Animation]()
        numbers = self.starts if len(self.starts) else self.numbers
        for place, number in enumerate(numbers):
            if place == but:
                continue
            length = self._places[place][1]
            self._places[place] = 0.0, 0.0
            self._draw([place])
            arrows.append(AnimationGroup(self._moves(place, 0.0, length), appear(number)))
        return AnimationGroup(appear(self.sum.zero), one_after_another(arrows, overlap=0.8))

    def multiply(self) -> Animation:
        """Row by row, the factor appears, the arrow is multiplied by it, and the product appears; where that
        would be written as 0, all that is written in the row leaves."""
        steps = []
        for place, term in enumerate(self.shown.terms):
            if _is_seen(term.text):
                written = [appear(self.factors[place]), appear(self.numbers[place])]
            else:
                written = [vanish(self.starts[place])]
            steps.append(AnimationGroup(*written, self._moves(place, 0.0, term.value)))
        return one_after_another(steps, overlap=0.7)

    def stack(self) -> Animation:
        """Row by row, each arrow moves until it begins where the one above it ends."""
        ends, steps = np.cumsum([term.value for term in self.shown.terms]).tolist(), list[Animation]()
        for place, term in enumerate(self.shown.terms):
            move = self._moves(place, ends[place] - term.value, term.value)
            steps.append(AnimationGroup(move, appear(self.links[place])))
        return one_after_another(steps, overlap=0.6)

    def add_up(self) -> Animation:
        """The zero line gets longer, and the total appears below the arrows."""
        parts = self.sum.total, self.sum.rule, self.sum.total_number
        return AnimationGroup(draw(self.longer_zero), *map(appear, parts))


def _minus(text: str, value: float) -> Term:
    """Minus a number that is written as `text`, with its sign."""
    if not _is_seen(text):
        return Term(text.removeprefix(MINUS), -value)
    return Term(f"+{text[len(MINUS) :]}" if text.startswith(MINUS) else f"{MINUS}{text}", -value)


def _is_seen(text: str) -> bool:
    """True for a number that is not written as 0."""
    return any(digit in text for digit in "123456789")


def _factor(text: str, em: float) -> Typeset:
    """Times a weight, in the colour of its sign."""
    is_negative = text.startswith(MINUS)
    written = f"({text})" if is_negative else text
    paints = theme.colour("muted"), theme.colour("negative" if is_negative else "positive")
    source = f"${slot(0, 'times')} {slot(1, in_line(written))}$"
    return Typeset(source, plain=f"× {written}", em=em, slots=("", ""), colours=paints)
