"""A small table of numbers: a column for each quantity, a row for each time, such as before and after."""

from manim import LEFT, VGroup

from storyreel.core.errors import StoryreelError
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, at
from storyreel.graphics.text.symbol import symbol
from storyreel.graphics.text.typeset import CAPITALS, Typeset, maths, words

ROWS = 3
"""The rows that fit, the header included."""
WIDEST_COLUMN = 2.2


class NumberTable(VGroup):
    """A table for the quantities `names`, of these `kinds`, in an area; `add_row` adds rows.

    `header` holds their symbols.
    """

    def __init__(self, area: Area, names: tuple[str, ...], kinds: tuple[str, ...]) -> None:
        self.area, self.names, self.kinds = area, names, kinds
        self.step = min(WIDEST_COLUMN, area.width / (len(names) + 1))
        self.left = area.centre[0] - self.step * (len(names) + 1) / 2
        self.rows = 1
        self.header = VGroup(
            *(
                maths(symbol(name), plain=name, em=theme.SIZES.body, colour=theme.colour(kind))
                for name, kind in zip(names, kinds, strict=True)
            )
        )
        for column, shape in enumerate(self.header, start=1):
            shape.move_to(self._place(column, 0)).on_baseline(self._baseline(0))
        super().__init__(self.header)

    def _place(self, column: int, row: int) -> tuple[float, float, float]:
        height = self.area.height / ROWS
        return at(self.left + (column + 0.5) * self.step, self.area.top - (row + 0.5) * height)

    def _baseline(self, row: int) -> float:
        """The y coordinate of the baseline of numbers in the middle of a row."""
        return self._place(0, row)[1] - CAPITALS * theme.SIZES.body / 2

    def add_row(self, title: str, texts: list[str]) -> tuple[Typeset, list[Typeset]]:
        """The title and the numbers of a new row; raises StoryreelError where the table is full."""
        if self.rows == ROWS:
            raise StoryreelError(f"the table has room for {ROWS - 1} rows of numbers")
        heading = words(title, em=theme.SIZES.small, colour=theme.colour("muted"))
        heading.move_to(self._place(0, self.rows)).align_to(at(self.left, 0), LEFT)
        heading.on_baseline(self._baseline(self.rows))
        numbers = []
        for column, (text, kind) in enumerate(zip(texts, self.kinds, strict=True), start=1):
            number = maths(text, plain=text, em=theme.SIZES.body, colour=theme.colour(kind))
            number.scale(min(1.0, 0.9 * self.step / number.width)).move_to(self._place(column, self.rows))
            numbers.append(number)
        self.rows += 1
        self.add(heading, *numbers)
        return heading, numbers
