"""A confusion matrix: how many examples of each class a network puts into each class."""

import numpy as np
from manim import LEFT, Square, VGroup

from storyreel.core.arrays import Array
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, at
from storyreel.graphics.text.copy_outlines import copy_outlines
from storyreel.graphics.text.typeset import CAPITALS, Typeset, maths

HEADS, WORDS = 1.2, 0.75
"""The width of the column of classes at the left and the height of their row above, in cells; the height of
the words above that, in Manim units."""
LARGEST_CELL, FILLED = 0.75, 0.94
"""The largest side of a cell in Manim units, and its part that is filled."""
EM, SMALLEST, BRIGHTEST = 0.64, 0.26, 0.62
"""The font size of counts in sides of a cell, the least in Manim units, and the opacity of the cell in which
all examples of a class are."""


class ConfusionMatrix(VGroup):
    """A row for each class and a column for each answer; in the cells is how many examples these are, in
    `area`.

    `classes` are those of the examples, of shape (examples,), of which there are `count`. Answers on the
    diagonal are right and have the colour of targets, others that of losses; the opacity of a cell is in
    proportion to the root of its share of the row, so that few mistakes can be seen, too. `set_answers`
    fills the cells. `rows` and `columns` are words for both.
    """

    def __init__(self, classes: Array, count: int, area: Area, rows: Typeset, columns: Typeset) -> None:
        self.classes, self.size = np.asarray(classes), count
        cells = count + HEADS
        self.side = min(LARGEST_CELL, area.width / cells, (area.height - WORDS) / cells)
        self.totals = np.maximum(1, np.bincount(self.classes, minlength=count))
        x, y, _ = area.centre
        self.left = x - cells * self.side / 2 + HEADS * self.side
        self.top = y + (cells * self.side + WORDS) / 2 - WORDS - HEADS * self.side
        self.em = max(SMALLEST, EM * self.side)
        self.cells, self.heads = VGroup(), VGroup()
        self.written = [VGroup() for _ in range(count**2)]
        self.counts = VGroup(*self.written)
        for row in range(count):
            for column in range(count):
                kind = "target" if row == column else "loss"
                cell = Square(FILLED * self.side, stroke_width=0, fill_color=theme.colour(kind))
                self.cells.add(cell.set_fill(opacity=0).move_to(self.place(row, column)))
        self.ground = VGroup(*(cell.copy() for cell in self.cells))
        self.ground.set_fill(theme.colour("surface"), opacity=1)
        em, middle = max(theme.SIZES.smallest, 0.62 * self.side), HEADS * self.side / 2
        for number in range(count):
            x, y, _ = self.place(number, number)
            for spot in (at(self.left - middle, y), at(x, self.top + middle)):
                head = maths(str(number), plain=str(number), em=em, colour=theme.colour("text"))
                self.heads.add(head.move_to(spot).on_baseline(spot[1] - CAPITALS * em / 2))
        base = self.top + HEADS * self.side + 0.3 * WORDS
        rows.align_to(at(self.left - HEADS * self.side, 0), LEFT).on_baseline(base)
        columns.move_to(at(self.left + count * self.side / 2, 0)).on_baseline(base)
        if float(rows.get_right()[0]) + rows.em > float(columns.get_left()[0]):
            columns.align_to(at(float(rows.get_right()[0]) + rows.em, 0), LEFT)
        self.words = VGroup(rows, columns)
        self.found = np.full((count, count), -1)
        super().__init__(self.ground, self.cells, self.counts, self.heads, self.words)

    def place(self, row: int, column: int) -> tuple[float, float, float]:
        """The middle of a cell."""
        return at(self.left + (column + 0.5) * self.side, self.top - (row + 0.5) * self.side)

    def cells_of(self, row: int | None, column: int | None) -> Area:
        """The room of a cell, or of all cells of a row or of a column."""
        last = self.size - 1
        first_row, last_row = (0, last) if row is None else (row, row)
        first_column, last_column = (0, last) if column is None else (column, column)
        left, top, _ = self.place(first_row, first_column)
        right, bottom, _ = self.place(last_row, last_column)
        half = self.side / 2
        return Area("cells", left - half, bottom - half, right + half, top + half)

    def set_answers(self, answers: Array) -> None:
        """Fill the cells for these answers, of shape (examples,)."""
        found = np.zeros((self.size, self.size), dtype=int)
        for row, column in zip(self.classes.tolist(), np.asarray(answers).tolist(), strict=True):
            found[row, column] += 1
        for row, column in np.argwhere(found != self.found).tolist():
            number, value = row * self.size + column, int(found[row, column])
            share = (value / self.totals[row]) ** 0.5
            self.cells[number].set_fill(opacity=BRIGHTEST * float(share))
            text = str(value)
            written = maths(text, plain=text, em=self.em, colour=theme.colour("text")) if value else VGroup()
            if value:
                x, y, _ = self.place(row, column)
                written.move_to(at(x, y)).on_baseline(y - CAPITALS * self.em / 2)
            copy_outlines(self.written[number], VGroup(*written))
        self.found = found
