"""The sum of a hidden neuron's negative gradient: a row of numbers and an arrow for each neuron after it."""

from collections.abc import Sequence
from itertools import pairwise

from manim import RIGHT, Line, VGroup

from storyreel.core.errors import StoryreelError
from storyreel.engine.ellipsis import elided
from storyreel.engine.equations.neuron_sum import NeuronSum
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, at
from storyreel.graphics.networks.gradient_arrow import GradientArrow
from storyreel.graphics.text.typeset import CAPITALS, Typeset, in_line, maths, slot

LINE, CLOSE_LINE = 1.7, 1.45
"""The distance of two rows, in em: where the total is below them, and where it is beside them."""
TAG = 1.1
"""The height of the room for the tag of the neuron's gradient, in Manim units."""
COLUMN_GAP, ARROW_GAP, BLOCK_GAP = 0.32, 0.5, 1.0
"""The room between two columns of a row, before its arrow, and between the rows and the total, in em."""
HEAD = 0.7
"""The width of an arrow's head, in em."""
TOUCHING = 0.92
"""The most that two arrows, one above the other, may take of the distance of their rows."""
COLUMNS = 5


class ProductRow(VGroup):
    """`a × b ≈ c`, or only c, with an arrow of `length` Manim units for c.

    `text` holds the glyphs, of which `source` is a, `result` c, and `rest` all but a.
    """

    def __init__(self, texts: Sequence[str], kind: str, em: float, length: float) -> None:
        *factors, sign, result = map(in_line, texts)
        parts = (
            {4: result} if not factors else dict(enumerate((factors[0], "times", *factors[1:], sign, result)))
        )
        paints = [theme.colour(kind) for kind in ("gradient", "muted", kind, "muted", "gradient")]
        self.text = Typeset(
            f"${' '.join(slot(number, part) for number, part in parts.items())}$",
            plain=f"{texts[0]} × {' '.join(texts[1:])}" if factors else texts[-1],
            em=em,
            slots=("",) * COLUMNS,
            colours=paints,
        )
        self.columns = [self.text.slot(number) for number in range(COLUMNS)]
        self.source, self.result = self.columns[0], self.columns[-1]
        self.rest = VGroup(*(glyph for column in self.columns[1:] for glyph in column))
        self.arrow = GradientArrow(length, HEAD * em)
        super().__init__(self.text, self.arrow)

    def place(self, ends: Sequence[float], left: float, y: float) -> None:
        """Put the right end of each column `ends` units to the right of `left`, centred at the height y."""
        for column, end in zip(self.columns, ends, strict=True):
            if len(column):
                column.shift(RIGHT * (left + end - column.get_right()[0]))
        self.text.on_baseline(y - CAPITALS * self.text.em / 2)
        gap, half = ARROW_GAP * self.text.em, HEAD * self.text.em / 2
        self.arrow.move_to(at(left + ends[-1] + gap + half, y))


class GradientSum(VGroup):
    """The calculations of a `NeuronSum` in an area, with arrows of `unit` Manim units for a gradient of 1.

    `rows` are those of the products, by the place of their neuron in its layer; where there is no room for
    all, the middle ones are left out, and `mark` is there instead. `total` is the row of their sum, `passed`
    that of the sum times the slope of the activation function, or None, `rule` the line between the rows and
    the total, which is below them, or beside them in an area that is wider than high. Below `passed` is the
    `tag_area`, for the tag of the neuron's gradient. `unit` is less than the given one where arrows would
    overlap. A sum that `is_brief` has only the results of the products, as these have no room. Raises
    StoryreelError where numbers have no room.
    """

    def __init__(self, numbers: NeuronSum, unit: float, area: Area) -> None:
        self.numbers, self.area = numbers, area
        self.is_beside = area.width > area.height
        self.line = CLOSE_LINE if self.is_beside else LINE
        below, height = (0, area.height) if self.is_beside else (2, area.height - TAG)
        most = max(3, int(height / (self.line * theme.SIZES.crowded)) - below)
        self.places = elided(len(numbers.products), most)
        em = min(theme.SIZES.body, height / (len(self.places) + below) / self.line)
        for self.is_brief in (False, True):
            self._make(em, unit)
            fitting = em * min(1.0, area.width / self._width)
            if fitting >= theme.SIZES.crowded:
                break
        else:
            raise StoryreelError(
                "there is no room for the numbers of this sum; give the network fewer `digits`"
            )
        self.unit = self._unit_at(fitting, unit)
        self._make(fitting, self.unit)
        self._place()
        parts = filter(None, [*self.rows.values(), self.total, self.passed, self.mark, self.rule])
        super().__init__(*parts)

    def _unit_at(self, em: float, unit: float) -> float:
        """The units of an arrow for a gradient of 1, with which no two arrows overlap."""
        products = [self.numbers.products[place].value for place in self.places if place is not None]
        through = self.numbers.through
        values = [*products, self.numbers.total.value, *([through.value] if through else [])]
        longest = max(abs(one) + abs(other) for one, other in pairwise(values))
        return min(unit, 2 * TOUCHING * self.line * em / longest) if longest else unit

    def _make(self, em: float, unit: float) -> None:
        numbers = self.numbers

        def row(place: int | None, kind: str = "weight") -> ProductRow:
            each = numbers.products[place] if place is not None else numbers.through or numbers.total
            texts = numbers.texts(each)
            return ProductRow(texts[-2:] if self.is_brief else texts, kind, em, unit * each.value)

        self.em = em
        self.rows = {place: row(place) for place in self.places if place is not None}
        self.passed = row(None, "activation") if numbers.through else None
        total = numbers.total
        self.total = ProductRow(numbers.texts(total)[-2:], "weight", em, unit * total.value)
        self.mark = (
            maths("dots.v", plain="", em=em, colour=theme.colour("muted")) if None in self.places else None
        )

    @property
    def _ends(self) -> list[float]:
        """The right ends of the columns of numbers, from their left end."""
        rows = [*self.rows.values(), *filter(None, [self.passed])]
        ends, x = list[float](), 0.0
        for column in range(COLUMNS):
            width = max(float(row.columns[column].width) for row in rows)
            ends.append(x + width)
            x += width + COLUMN_GAP * self.em if width else 0.0
        return ends

    @property
    def _block(self) -> float:
        """The width of a row with its arrow."""
        return self._ends[-1] + (ARROW_GAP + HEAD) * self.em

    @property
    def _width(self) -> float:
        return self._block * (2 if self.is_beside else 1) + (BLOCK_GAP * self.em if self.is_beside else 0.0)

    def _place(self) -> None:
        ends, line, block = self._ends, self.line * self.em, self._block
        count, area = len(self.places), self.area
        height = max(count * line, 2 * line + TAG) if self.is_beside else (count + 2) * line + TAG
        left, top = area.centre[0] - self._width / 2, area.centre[1] + height / 2
        for number, place in enumerate(self.places):
            y = top - (number + 0.5) * line
            if place is not None:
                self.rows[place].place(ends, left, y)
            elif self.mark is not None:
                self.mark.move_to(at(left + block / 2, y))
        low = top - count * line
        if self.is_beside:
            middle, after = left + block + BLOCK_GAP * self.em / 2, left + block + BLOCK_GAP * self.em
            corners, first = (at(middle, top), at(middle, low)), top
            own = [float(self.total.result.width)] * COLUMNS
        else:
            corners, first, after = (at(left + ends[2], low), at(left + block, low)), low, left
            own = ends
        self.rule = Line(*corners, stroke_color=theme.colour("line"), stroke_width=theme.SPACING.thin_stroke)
        self.total.place(own, after, first - line / 2)
        if self.passed is not None:
            self.passed.place(ends, after, first - 1.5 * line)
        lower = first - 2 * line
        self.tag_area = Area("tag", after, lower - TAG, after + block, lower)
