"""A matrix as a grid of cells: the larger the value, the brighter; negative values have a minus sign."""

from manim import Line, Square, VGroup, VMobject

from storyreel.core.arrays import Array
from storyreel.graphics import theme
from storyreel.graphics.brightness import brightened
from storyreel.graphics.layout import at


class MatrixGrid(VGroup):
    """The cells of a matrix in the colour of `kind`, row by row, centred on the origin.

    `values` has the shape (rows, columns); `side` is the side of a cell in Manim units. The value with the
    largest absolute value is the brightest.
    """

    def __init__(self, values: Array, kind: str, side: float) -> None:
        super().__init__()
        self.rows, self.columns = values.shape
        self.side = side
        largest = float(abs(values).max()) or 1.0
        for row in range(self.rows):
            for column in range(self.columns):
                value = float(values[row, column]) / largest
                self.add(_cell(value, kind, side).move_to(at(column * side, -row * side)))
        self.center()

    def cell(self, row: int, column: int) -> VMobject:
        """The cell in this row and column, counted from 0."""
        return self[row * self.columns + column]

    def row(self, row: int) -> VGroup:
        """The cells of a row."""
        return VGroup(*(self.cell(row, column) for column in range(self.columns)))


def _cell(value: float, kind: str, side: float) -> VGroup:
    """A cell for a value from −1 to 1."""
    cell = VGroup()
    cell.add(
        Square(
            side,
            stroke_color=theme.colour("background"),
            stroke_width=theme.SPACING.thin_stroke,
            fill_color=brightened(kind, abs(value)),
            fill_opacity=1,
        )
    )
    if value < 0:
        ink = theme.ink_on(brightened(kind, abs(value)).to_hex())
        half = 0.2 * side
        cell.add(Line(at(-half, 0), at(half, 0), stroke_color=ink, stroke_width=theme.SPACING.thin_stroke))
    return cell
