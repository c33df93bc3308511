"""A small table of numbers: a column for each quantity, a row for each time, such as before and after."""

from manim import LEFT, Line, VGroup

from storyreel.core.errors import StoryreelError
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, at
from storyreel.graphics.text.symbol import in_line
from storyreel.graphics.text.typeset import CAPITALS, Typeset, maths, number_source, words

ROWS = 3
"""The rows that fit, the header included."""
WIDEST_COLUMN = 2.6
TALLEST_ROW, RULE, BELOW_HEADER = 1.0, 0.1, 0.2
"""The largest height of a row in Manim units, and how far the line and the first numbers are below the
header's row, in rows: fractions are higher than digits, and must not touch the line."""
FROM_ROW, TITLE = 0.78, 0.7
"""The font size of numbers in heights of a row, at most that of formulas, and that of titles in numbers'."""


class NumberTable(VGroup):
    """A table for the quantities `names`, of these `kinds`, at the top of an area; `add_row` adds rows.

    `header` holds their symbols, above the line `rule`.
    """

    def __init__(self, area: Area, names: tuple[str, ...], kinds: tuple[str, ...]) -> None:
        self.area, self.names, self.kinds = area, names, kinds
        self.step = min(WIDEST_COLUMN, area.width / (len(names) + 1))
        self.left = area.centre[0] - self.step * (len(names) + 1) / 2
        self.row_height = min(TALLEST_ROW, area.height / (ROWS + BELOW_HEADER))
        self.em = min(theme.SIZES.formula, FROM_ROW * self.row_height)
        self.rows = 1
        self.header = VGroup(
            *(
                maths(in_line(name), plain=name, em=self.em, colour=theme.colour(kind))
                for name, kind in zip(names, kinds, strict=True)
            )
        )
        for column, shape in enumerate(self.header, start=1):
            shape.move_to(self._place(column, 0)).on_baseline(self._baseline(0))
        y = area.top - (1 + RULE) * self.row_height
        self.rule = Line(
            at(self.left, y),
            at(self.left + self.step * (len(names) + 1), y),
            stroke_color=theme.colour("line"),
            stroke_width=theme.SPACING.thin_stroke,
        )
        super().__init__(self.header, self.rule)

    def _place(self, column: int, row: int) -> tuple[float, float, float]:
        down = (row + 0.5 + BELOW_HEADER * min(row, 1)) * self.row_height
        return at(self.left + (column + 0.5) * self.step, self.area.top - down)

    def _baseline(self, row: int) -> float:
        """The y coordinate of the baseline of numbers in the middle of a row."""
        return self._place(0, row)[1] - CAPITALS * self.em / 2

    def add_row(self, title: str, texts: list[str]) -> tuple[Typeset, list[Typeset]]:
        """The title and the numbers of a new row; raises StoryreelError where the table is full."""
        if self.rows == ROWS:
            raise StoryreelError(f"the table has room for {ROWS - 1} rows of numbers")
        heading = words(title, em=max(theme.SIZES.small, TITLE * self.em), colour=theme.colour("muted"))
        heading.move_to(self._place(0, self.rows)).align_to(at(self.left, 0), LEFT)
        heading.on_baseline(self._baseline(self.rows))
        numbers = []
        for column, (text, kind) in enumerate(zip(texts, self.kinds, strict=True), start=1):
            source, plain = number_source(text)
            number = Typeset(source, plain=plain, em=self.em, colour=theme.colour(kind))
            number.scale(min(1.0, 0.9 * self.step / number.width)).move_to(self._place(column, self.rows))
            numbers.append(number)
        self.rows += 1
        self.add(heading, *numbers)
        return heading, numbers
