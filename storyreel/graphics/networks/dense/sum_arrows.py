"""Numbers that add up, as arrows of one scale: each begins where the one before it ended."""

from collections.abc import Container, Sequence
from dataclasses import dataclass

import numpy as np
from manim import LEFT, RIGHT, UP, Line, VGroup, VMobject

from storyreel.engine.equations.neuron_sum import NeuronSum
from storyreel.graphics import theme
from storyreel.graphics.axis_line import axis_line
from storyreel.graphics.layout import Area, Point, at
from storyreel.graphics.polylines import polygons
from storyreel.graphics.text.typeset import Typeset, in_line, slot, tick, words

HALF, HALF_HEAD, LONGEST_HEAD, LARGEST_HEAD = 0.06, 0.17, 0.26, 0.7
"""Half the thickness of an arrow's shaft and of its head, and the largest length of this, in units; and as a
share of the arrow's length."""
LARGEST_PITCH = 0.85
"""The largest distance of two rows, in units."""
GAP, ABOVE = 0.3, 0.12
"""Units between the arrows and the numbers beside them, and from the zero line up to its 0 and the words."""
ELLIPSIS = "⋯"
"""The text of terms that are left out, which are one arrow."""


@dataclass(frozen=True)
class Term:
    """A number that is added up, or comes to be: its text and its value."""

    text: str
    value: float


class SumArrows(VGroup):
    """A row for each of `terms` and, below a rule, one for their `total`, as in a sum written by hand.

    In an area, with the numbers at its right. All arrows have one scale, of `unit` Manim units for 1; that
    of the total begins at 0, where `zero` is. `links` lead from each arrow's end to the next one's start.
    A `text` that says what the numbers are stands above them, and then a 0 above `zero`; both are parts of
    this.
    With a `factor`, a text, and its `product` there are two more rows, `factor` and `product`, which are not
    parts of this group. Arrows from 0 to the values `also` have room, too; the numbers have letters of `em`
    units if it is given.
    """

    def __init__(
        self,
        terms: Sequence[Term],
        total: Term,
        area: Area,
        factor: str | None = None,
        product: Term | None = None,
        text: str | None = None,
        also: Sequence[float] = (),
        em: float | None = None,
    ) -> None:
        values = np.array([term.value for term in terms])
        ends = np.cumsum(values)
        count, rows = len(terms), len(terms) + (3 if factor and product else 1)
        self.pitch = min(LARGEST_PITCH, area.height / rows)
        self.ys = (area.top + area.bottom) / 2 + self.pitch * ((rows - 1) / 2 - np.arange(rows))
        em = em or max(theme.SIZES.smallest, min(theme.SIZES.label, 0.62 * self.pitch))
        self._column = [_number(term.text, em) for term in (*terms, total)]
        if factor and product:
            self._column += [_factor(factor, em), _number(product.text, em)]
        self._room = max(number.width for number in self._column)
        for number, y in zip(self._column, self.ys.tolist(), strict=True):
            number.move_to(at(0, y)).align_to(at(area.right, 0), RIGHT)
        self.numbers, self.total_number = self._column[:count], self._column[count]
        self.is_leftward = total.value < 0
        reached = [0.0, *ends.tolist(), total.value, *also]
        low, high = min(reached), max(reached)
        self.unit = (area.width - self._room - GAP) / ((high - low) or 1.0)
        self._origin, self._right = area.left - self.unit * low, area.right
        spans = zip((ends - values).tolist(), ends.tolist(), strict=True)
        self.arrows = [self.arrow(start, end, k) for k, (start, end) in enumerate(spans)]
        self.links = [
            axis_line(self._spot(end, k, -HALF), self._spot(end, k + 1, HALF))
            for k, end in enumerate(ends.tolist())
        ]
        zero = axis_line(self._spot(0.0, 0, self.pitch / 2), self._spot(0.0, rows - 1, -self.pitch / 2))
        self.zero = VGroup(zero, *(self._heading(text, zero, em) if text else ()))
        self.rule, self.total = self._rule(count), self.arrow(0.0, total.value, count)
        self.factor = self.product = VGroup()
        if product is not None and rows > count + 1:
            self.factor = VGroup(self._column[count + 1], self._rule(count + 2))
            self.product = VGroup(self.arrow(0.0, product.value, count + 2), self._column[count + 2])
        super().__init__(
            self.zero, *self.arrows, *self.links, *self.numbers, self.rule, self.total, self.total_number
        )

    def _heading(self, text: str, zero: Line, em: float) -> list[VMobject]:
        """A 0 above the zero line, and words beside it, on the side to which the total leads."""
        nought = tick("0").next_to(zero, UP, buff=ABOVE)
        heading = words(text, em=min(em, theme.SIZES.small), colour=theme.colour("gradient"))
        heading.next_to(nought, RIGHT, buff=2 * ABOVE)
        if self.is_leftward:
            heading.next_to(nought, LEFT, buff=2 * ABOVE)
        return [nought, heading]

    def _rule(self, row: int) -> Line:
        """The line above the number of a row."""
        y = float(self.ys[row]) + self.pitch / 2
        return axis_line(at(self._right - self._room, y), at(self._right, y))

    def _spot(self, value: float, row: int, above: float = 0.0) -> Point:
        return at(self._origin + self.unit * value, float(self.ys[row]) + above)

    def arrow(self, start: float, end: float, row: int) -> VMobject:
        """The arrow from one value to another in a row."""
        (x1, y, _), (x2, _, _) = self._spot(start, row), self._spot(end, row)
        neck = x2 - np.sign(x2 - x1) * min(LONGEST_HEAD, LARGEST_HEAD * abs(x2 - x1))
        upper = [(x1, HALF), (neck, HALF), (neck, HALF_HEAD), (x2, 0.0)]
        corners = [(x, y + up) for x, up in upper] + [(x, y - up) for x, up in upper[-2::-1]]
        shape = VMobject(stroke_width=0, fill_color=theme.colour("gradient"), fill_opacity=1)
        shape.points = polygons(np.array([corners]))
        return shape


def terms_of(numbers: NeuronSum, shown: Container[int]) -> list[Term]:
    """The products that are added up; those that are not `shown` on connections are one term together."""
    terms = list[Term]()
    for place, product in enumerate(numbers.products):
        if place in shown:
            terms.append(Term(numbers.texts(product)[-1], product.value))
        elif terms and terms[-1].text == ELLIPSIS:
            terms[-1] = Term(ELLIPSIS, terms[-1].value + product.value)
        else:
            terms.append(Term(ELLIPSIS, product.value))
    return terms


def _number(text: str, em: float) -> Typeset:
    source = "dots.c" if text == ELLIPSIS else in_line(text)
    return Typeset(f"${source}$", plain=text, em=em, colour=theme.colour("gradient"))


def _factor(text: str, em: float) -> Typeset:
    paints = (theme.colour("muted"), theme.colour("activation"))
    source = f"${slot(0, 'times')} {slot(1, in_line(text))}$"
    return Typeset(source, plain=f"× {text}", em=em, slots=("", ""), colours=paints)
