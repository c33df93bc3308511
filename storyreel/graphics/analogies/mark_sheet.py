"""A marked test: a row for each output with its target, and a column of marks for each loss."""

from collections.abc import Sequence
from dataclasses import dataclass

from manim import DOWN, UP, Line, Rectangle, RoundedRectangle, VGroup, VMobject

from storyreel.core.number_format import shown
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, at
from storyreel.graphics.text.copy_outlines import copy_outlines, drop_empty_shapes
from storyreel.graphics.text.paragraph import Paragraph, fitted
from storyreel.graphics.text.symbol import symbol
from storyreel.graphics.text.typeset import Typeset, maths

WIDTHS = 0.12, 0.2, 0.2, 0.24, 0.24
"""The widths of the columns: outputs, answers, targets, and two of marks, as shares of the sheet's."""
WIDE, WIDTHS_OF_WIDE = 10.0, (0.08, 0.14, 0.12, 0.26, 0.4)
"""The width of a sheet, in Manim units, from which on its columns have others: longer bars in the last."""
PADDING, CORNER = 0.3, 0.2
"""Units from the edge of the sheet to what is written on it, and the radius of its corners."""
HIGHEST_ROW, BAR, LEAST, UNDER = 1.6, 0.16, 0.01, 0.12
"""The largest height of a row, the height of a bar, its least width, and the units from a mark to its bar."""
LONGEST_TITLE, LONGEST_MARK, HIGHEST_TITLE, LARGEST = 1.2, 1.45, 0.9, 1.5
"""The room for a title and for one of marks, in Manim units, in the narrowest frame; in others they are up to
so many times as large."""
ABOVE, BELOW, WAY = 0.29, 0.06, 0.28
"""How far above the middle of its row stands how a mark is worked out, how far below it the mark is then,
and the largest size of that text, as shares of the row's height."""
LIT = 0.9
"""The height of the frame around a row, as a share of the row's."""
WIDEST, LONGEST = 0.95, 0.86
"""The largest shares of its column that a text and a bar have."""


@dataclass(frozen=True)
class Marks:
    """The marks of one loss: a title, a mark for each output, and the loss, which is their mean or sum. In
    `ways`, if there are any, is how each mark is worked out, in Typst's mathematics."""

    title: str
    terms: Sequence[float]
    loss: float
    ways: Sequence[str] = ()


class MarkSheet:
    """The sheet in an area for `outputs` and `targets`: pairs of a name and the number as it is written.

    With `most`, the largest mark that there will be, all bars have one scale, and room for it; without it
    each column has its own.

    `paper` is the sheet with its `titles` and lines, `result` the word for the loss below the marks, `rows`
    are for each output its symbol, its answer and its target; `marks` gives a column.
    """

    def __init__(
        self,
        area: Area,
        titles: Sequence[str],
        result: str,
        outputs: Sequence[tuple[str, str]],
        targets: Sequence[tuple[str, str]],
        most: float = 0.0,
    ) -> None:
        self.most, self.units, self.lowered = most, list[float](), list[float]()
        self.row = min(HIGHEST_ROW, (area.height - 2 * PADDING) / (len(outputs) + 2))
        self.count, self.width = len(outputs), area.width - 2 * PADDING
        self.left = area.left + PADDING
        self.widths = WIDTHS_OF_WIDE if area.width >= WIDE else WIDTHS
        height = self.row * (self.count + 2)
        self.top = area.centre[1] + height / 2
        self.sheet = RoundedRectangle(
            corner_radius=CORNER,
            width=area.width,
            height=height + 2 * PADDING,
            stroke_color=theme.colour("line"),
            stroke_width=theme.SPACING.thin_stroke,
            fill_color=theme.colour("surface"),
            fill_opacity=1,
        ).move_to(area.centre)
        self.lines = VGroup(self._line(1), self._line(self.count + 1))
        self.titles = VGroup(*(self._title(title, k, 0) for k, title in enumerate(titles, start=1)))
        self.result = self._title(result, 1, self.count + 1)
        self.paper = VGroup(self.sheet, self.lines, self.titles)
        self.rows = [
            VGroup(
                self._number(symbol(name), name, "activation", 0, k),
                self._number(answer, answer, "activation", 1, k),
                self._number(target, target, "target", 2, k),
            )
            for k, ((name, answer), (_, target)) in enumerate(zip(outputs, targets, strict=True), start=1)
        ]

    def light(self, row: int) -> RoundedRectangle:
        """The frame around the row of an output, counted from 0, on all columns."""
        y = self.top - (row + 1.5) * self.row
        frame = RoundedRectangle(
            corner_radius=CORNER, width=self.width, height=LIT * self.row, fill_opacity=0
        )
        return frame.set_stroke(theme.colour("text"), theme.SPACING.thin_stroke).move_to(
            at(self.left + self.width / 2, y)
        )

    def _line(self, row: int) -> Line:
        y = self.top - row * self.row
        line = Line(at(self.left, y), at(self.left + self.width, y))
        return line.set_stroke(theme.colour("line"), theme.SPACING.thin_stroke)

    def _place(self, column: int, row: int) -> tuple[float, float, float]:
        x = self.left + (sum(self.widths[:column]) + self.widths[column] / 2) * self.width
        return at(x, self.top - (row + 0.5) * self.row)

    def _fitted(self, text: Typeset, column: int) -> Typeset:
        return text.scale(min(1.0, WIDEST * self.widths[column] * self.width / text.width))

    def _title(self, title: str, column: int, row: int) -> Typeset:
        width, em, larger = LONGEST_MARK if column > 2 else LONGEST_TITLE, theme.SIZES.body, LARGEST
        if (
            self.widths is WIDTHS_OF_WIDE
        ):  # all titles have one size, if they have room in the narrowest frame
            self._written(title, width, em)
            width, em, larger = WIDEST * self.widths[column] * self.width, theme.SIZES.label, 1.0
        text = self._written(title, width, em)
        room = WIDEST * self.widths[column] * self.width / width, WIDEST * self.row / HIGHEST_TITLE
        factor, above = min(larger, *room), text.top - float(text.get_top()[1])
        place = self._place(column, row)
        text.scale(factor).move_to(place)  # across; titles of one line stand on one baseline
        return text.shift((place[1] + factor * (text.extent / 2 - above) - text.get_top()[1]) * UP)

    @staticmethod
    def _written(title: str, width: float, em: float) -> Paragraph:
        """A title on lines of a width."""
        area, smallest = Area("title", 0.0, 0.0, width, HIGHEST_TITLE), theme.SIZES.smallest
        return fitted(title, area, em=em, smallest=smallest, colour=theme.colour("muted"), align="center")

    def _number(self, source: str, plain: str, kind: str, column: int, row: int) -> Typeset:
        text = maths(source, plain=plain, em=theme.SIZES.number, colour=theme.colour(kind))
        return self._fitted(text, column).move_to(self._place(column, row))

    def marks(self, marks: Marks, number: int) -> tuple[Typeset, list[VGroup], Typeset]:
        """A column of marks, counted from 0: its title, for each output the mark with a bar as long as it,
        all on one scale, and the loss below them."""
        column = 3 + number
        longest = LONGEST * self.widths[-1 if self.most else column] * self.width
        unit = longest / (max(self.most, *map(abs, marks.terms)) or 1.0)
        self.units[number:] = [unit]
        self.lowered[number:] = [BELOW * self.row if marks.ways else 0.0]
        cells = [self._mark(mark, unit, column, row) for row, mark in enumerate(marks.terms, start=1)]
        loss = self._number(shown(marks.loss), shown(marks.loss), "loss", column, self.count + 1)
        return self._title(marks.title, column, 0), cells, loss

    def _mark(self, mark: float, unit: float, column: int, row: int) -> VGroup:
        text = self._number(shown(mark), shown(mark), "loss", column, row).shift(
            self.lowered[column - 3] * DOWN
        )
        bar = Rectangle(width=_length(mark, unit), height=BAR, stroke_width=0)
        bar.set_fill(theme.colour("loss"), 1).next_to(text, DOWN, buff=UNDER)
        return VGroup(text, bar)

    def ways(self, marks: Marks, number: int) -> list[Typeset]:
        """For each output how its mark in a column is worked out, above the mark."""
        return [self._way(text, number, row) for row, text in enumerate(marks.ways)]

    def _way(self, text: str, number: int, row: int) -> Typeset:
        em = min(theme.SIZES.body, WAY * self.row)
        way = maths(text, plain=text, em=em, colour=theme.colour("muted"))
        return (
            self._fitted(way, 3 + number)
            .move_to(self._place(3 + number, row + 1))
            .shift(ABOVE * self.row * UP)
        )

    def set_way(self, written: Typeset, text: str, number: int, row: int) -> None:
        """Write how another mark is worked out; column and row are counted from 0."""
        if text != written.plain:
            copy_outlines(written, self._way(text, number, row))
            written.plain = text
            drop_empty_shapes(written)

    def room_for(self, mark: float, number: int) -> bool:
        """Whether the bar of a mark has room in a column of marks, counted from 0."""
        return self.units[number] * abs(mark) <= LONGEST * self.widths[3 + number] * self.width + LEAST

    def set_answer(self, row: int, text: str) -> None:
        """Write another answer of an output, counted from 0."""
        self._rewrite(self.rows[row][1], text, "activation", 1, row + 1)

    def set_mark(self, cell: VGroup, mark: float, text: str, number: int, row: int) -> None:
        """Write another mark in its cell of a column, with a bar as long as it; both are counted from 0."""
        self._rewrite(cell[0], text, "loss", 3 + number, row + 1, self.lowered[number])
        cell[1].stretch_to_fit_width(_length(mark, self.units[number]))

    def set_loss(self, written: Typeset, text: str, number: int) -> None:
        """Write another loss below a column of marks, counted from 0."""
        self._rewrite(written, text, "loss", 3 + number, self.count + 1)

    def _rewrite(
        self, written: VMobject, text: str, kind: str, column: int, row: int, lowered: float = 0.0
    ) -> None:
        assert isinstance(written, Typeset)
        if text != written.plain:
            copy_outlines(written, self._number(text, text, kind, column, row).shift(lowered * DOWN))
            written.plain = text
            drop_empty_shapes(written)


def _length(mark: float, unit: float) -> float:
    """The length of a mark's bar, in Manim units."""
    return max(unit * abs(mark), LEAST)
