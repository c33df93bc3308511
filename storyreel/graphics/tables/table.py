"""The layout of a table: a heading for each column, rows of numbers, and a row below them for a mean."""

from collections.abc import Sequence
from dataclasses import dataclass

from manim import Line, RoundedRectangle

from storyreel.graphics import theme
from storyreel.graphics.layout import Area, LayoutError, Point, at
from storyreel.graphics.text.typeset import CAPITALS, Typeset, maths, number_source, words

LARGEST_EM, HEADING, SYMBOL = 0.66, 0.78, 0.8
"""The largest font size of numbers in Manim units, and those of headings and of symbols, which have
indices, in numbers' sizes."""
TALLEST_ROW, LOWEST_ROW = 2.3, 1.25
"""The largest and the least height of a row, in em."""
HEADER, FOOT = 1.15, 1.15
"""The height of the headings' row and of that below all others, in rows."""
BESIDE, WIDEST = 1.1, 2.6
"""The least width that is left free in a column, in em, and the most by which columns are wider than they
need, as a factor."""
STRIP_SHARE = 0.34
"""The least part of the width that is left for a strip."""
CORNER, ROW_INSET = 0.12, 0.02
"""The radius of the corners of a row's frame, and what it leaves free above and below, in Manim units."""


@dataclass(frozen=True)
class Column:
    """A column: its `name`, its `heading` in words or, if it `is_symbol`, in Typst maths, the kind of
    quantity in it, and the `longest` text of its numbers. A strip has no numbers and no heading: it takes the
    width that the others leave, for something drawn in each row. A column that `is_other` has numbers of
    another network."""

    name: str
    heading: str
    kind: str
    longest: str
    is_symbol: bool = False
    is_strip: bool = False
    is_other: bool = False

    @property
    def is_own(self) -> bool:
        """Whether it has numbers of the table's own network, or of its data."""
        return not (self.is_strip or self.is_other)


class Table:
    """The places of `columns` and `rows` in an area, with a row below them if it `has_foot`.

    `em` is the font size of its numbers. Raises LayoutError where they could not be read.
    """

    def __init__(self, area: Area, columns: Sequence[Column], rows: int, has_foot: bool = False) -> None:
        self.columns, self.rows = tuple(columns), rows
        count = HEADER + rows + FOOT * has_foot
        self.em = min(LARGEST_EM, area.height / count / LOWEST_ROW)
        has_strip = any(column.is_strip for column in self.columns)
        room = area.width * (1 - STRIP_SHARE * has_strip)
        needed = sum(map(self._width, self.columns))
        if needed > room:
            self.em *= room / needed
        if self.em < theme.SIZES.smallest:
            raise LayoutError("there is no room for the table; use fewer columns, or shorter headings")
        self.row_height = min(area.height / count, TALLEST_ROW * self.em)
        widths = [self._width(column) for column in self.columns]
        spread = 1.0 if has_strip else min(WIDEST, area.width / sum(widths))
        rest = area.width - sum(widths)
        self.widths = [
            rest if column.is_strip else spread * width
            for column, width in zip(self.columns, widths, strict=True)
        ]
        x, y, _ = area.centre
        self.left, self.right = x - sum(self.widths) / 2, x + sum(self.widths) / 2
        self.top = y + count * self.row_height / 2

    def _width(self, column: Column) -> float:
        if column.is_strip:
            return 0.0
        number = maths(column.longest, plain="", em=self.em)
        return float(max(self.heading(column).width, number.width) + BESIDE * self.em)

    def heading(self, column: Column) -> Typeset:
        """The heading of a column, not placed yet."""
        paint, em = theme.colour(column.kind), max(theme.SIZES.smallest, HEADING * self.em)
        if column.is_symbol:
            return maths(column.heading, plain=column.name, em=SYMBOL * self.em, colour=paint)
        return words(column.heading, em=em, colour=paint)

    def span(self, column: int) -> tuple[float, float]:
        """The x coordinates of the two sides of a column."""
        left = self.left + sum(self.widths[:column])
        return left, left + self.widths[column]

    def place(self, column: int, row: int) -> Point:
        """The centre of a cell; row −1 has the headings, and the row after the last is that of the mean."""
        x = self.left + sum(self.widths[:column]) + self.widths[column] / 2
        down = 0.5 * HEADER if row < 0 else HEADER + row + 0.5
        if row == self.rows:
            down += (FOOT - 1) / 2 + 0.1
        return at(x, self.top - down * self.row_height)

    def baseline(self, row: int) -> float:
        """The y coordinate on which the texts of a row stand."""
        return self.place(0, row)[1] - CAPITALS * self.em / 2

    def put(self, text: Typeset, column: int, row: int) -> Typeset:
        """Move a text into its cell, on the row's baseline."""
        return text.move_to(self.place(column, row)).on_baseline(self.baseline(row))

    def number(self, text: str, column: int, row: int, kind: str = "") -> Typeset:
        """A number in its cell, in the colour of its column or of another `kind`."""
        source, plain = number_source(text)
        paint = theme.colour(kind or self.columns[column].kind)
        return self.put(Typeset(source, plain=plain, em=self.em, colour=paint), column, row)

    def rule(self, row: int = 0) -> Line:
        """The line above a row."""
        y = self.top - (HEADER + row) * self.row_height
        line = Line(at(self.left, y), at(self.right, y), stroke_color=theme.colour("line"))
        return line.set_stroke(width=theme.SPACING.thin_stroke)

    def frame(self, row: int) -> RoundedRectangle:
        """A ground for a row that is lit."""
        frame = RoundedRectangle(
            corner_radius=CORNER,
            width=self.right - self.left,
            height=self.row_height - 2 * ROW_INSET,
            stroke_color=theme.colour("text"),
            stroke_width=theme.SPACING.thin_stroke,
            fill_color=theme.colour("surface"),
            fill_opacity=1,
        )
        x = (self.left + self.right) / 2
        return frame.move_to(at(x, self.place(0, row)[1])).set_z_index(-1)

    def column_frame(self, column: int) -> RoundedRectangle:
        """A frame around a column, its heading included."""
        frame = RoundedRectangle(
            corner_radius=CORNER,
            width=self.widths[column],
            height=(HEADER + self.rows) * self.row_height - 2 * ROW_INSET,
            stroke_color=theme.colour("text"),
            stroke_width=theme.SPACING.thin_stroke,
        )
        x, y = self.place(column, 0)[0], self.top - (HEADER + self.rows) * self.row_height / 2
        return frame.move_to(at(x, y))
