"""Two layers without an activation function as tables of weights, and the one layer that is equal to both."""

from manim import DOWN, RIGHT, VGroup

from storyreel.engine.network import Network
from storyreel.graphics import theme
from storyreel.graphics.layout import Area
from storyreel.graphics.parts.matrix_grid import MatrixGrid
from storyreel.graphics.text.typeset import Typeset, maths

LARGEST_CELL, BETWEEN, TO_NAME = 0.45, 0.18, 0.18
"""The largest side of a cell in Manim units, and the units between tables and signs, and down to a name."""
BETWEEN_ROWS = 0.4
"""The units between two tables and their product below them."""


class MergedLayers(VGroup):
    """The weights of both layers of a network and their product, in an area: `W₂ · W₁ = W`, in one row, or in
    a tall area the product in a row of its own.

    `second` and `first` are the tables of the two layers, in the order in which they are multiplied, `one` is
    that of their product, each with its name below it; the brighter a cell, the larger its weight, and
    negative ones have a minus sign. `times` and `equals` are the signs between them.
    """

    def __init__(self, network: Network, area: Area) -> None:
        first, second = (layer.weights for layer in network.layers)
        second_by_first, is_tall = second @ first, area.height > area.width
        across, down = second.shape[1] + first.shape[1], max(first.shape[0], second.shape[0])
        if is_tall:
            down += second_by_first.shape[0]
        else:
            across += second_by_first.shape[1]
        rows = 2 if is_tall else 1
        self.times, self.equals = (_sign(text, source) for text, source in (("·", "dot"), ("=", "=")))
        signs = float(self.times.width) + (0.0 if is_tall else float(self.equals.width))
        room = area.width - 6 * BETWEEN - signs
        side = min(LARGEST_CELL, room / across, (area.height - 0.9 * rows) / down)
        tables = [MatrixGrid(values, "weight", side) for values in (second, first, second_by_first)]
        named = [("W₂", "W_2"), ("W₁", "W_1"), ("W", "W")]
        parts = [tables[0], self.times, tables[1], self.equals, tables[2]]
        row = VGroup(*parts[:3] if is_tall else parts).arrange(RIGHT, buff=BETWEEN)
        low = float(row.get_bottom()[1])
        self.second, self.first = (
            VGroup(table, _name(*name).next_to(table, DOWN, buff=TO_NAME).set_y(low - 2 * TO_NAME))
            for table, name in zip(tables[:2], named[:2], strict=True)
        )
        if is_tall:
            VGroup(self.equals, tables[2]).arrange(RIGHT, buff=BETWEEN).next_to(
                VGroup(self.second, self.first), DOWN, buff=BETWEEN_ROWS
            )
            low = float(tables[2].get_bottom()[1])
        one = _name(*named[2]).next_to(tables[2], DOWN, buff=TO_NAME).set_y(low - 2 * TO_NAME)
        self.one = VGroup(tables[2], one)
        super().__init__(self.second, self.times, self.first, self.equals, self.one)
        self.move_to(area.centre)


def _sign(text: str, source: str) -> Typeset:
    return maths(source, plain=text, em=theme.SIZES.number, colour=theme.colour("text"))


def _name(text: str, source: str) -> Typeset:
    return maths(source, plain=text, em=theme.SIZES.body, colour=theme.colour("weight"))
