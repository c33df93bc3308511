"""Arrows in a column of a table, one in each row, as long as a number and in its direction."""

from collections.abc import Sequence

from manim import Line, Triangle, VGroup

from storyreel.graphics import theme
from storyreel.graphics.layout import at
from storyreel.graphics.tables.table import Table

INSET, TIP = 0.3, 0.11
"""Units that the longest arrow leaves free at the sides of its column, and the radius of a tip."""


class RowArrow(VGroup):
    """An arrow from `start` (x, y) over a length in Manim units, to the left where that is negative. One that
    is shorter than its tip is only a tip."""

    def __init__(self, start: tuple[float, float], length: float, kind: str) -> None:
        x, y = start
        side = 1 if length > 0 else -1
        paint = theme.colour(kind)
        tip = Triangle(radius=TIP, fill_color=paint, fill_opacity=1, stroke_width=0).rotate(-side * 1.5708)
        shaft = Line(at(x, y), at(x + side * max(1e-3, abs(length) - tip.width / 2), y), stroke_color=paint)
        tip.move_to(at(x + length - side * tip.width / 2, y))
        is_seen = abs(length) > tip.width
        super().__init__(shaft.set_stroke(width=theme.SPACING.bold_stroke * is_seen), tip)


def row_arrows(table: Table, column: int, numbers: Sequence[float], kind: str) -> list[RowArrow]:
    """An arrow for each number, in its row, to the right where it is positive; the largest fills the room on
    its side of the place where all of them start."""
    left, right = table.span(column)
    low, high = min(0.0, *numbers), max(0.0, *numbers)
    scale = (right - left - 2 * INSET) / ((high - low) or 1.0)
    zero = left + INSET - low * scale
    return [
        RowArrow((zero, table.place(column, row)[1]), number * scale, kind)
        for row, number in enumerate(numbers)
    ]
