"""Two layers without an activation function as tables of weights, and the one layer that is equal to both."""

from manim import DOWN, RIGHT, UP, VGroup

from storyreel.engine.network import Network
from storyreel.graphics import theme
from storyreel.graphics.layout import Area
from storyreel.graphics.parts.matrix_grid import MatrixGrid
from storyreel.graphics.text.typeset import Typeset, maths

LARGEST_CELL, BETWEEN, TO_NAME = 0.45, 0.18, 0.18
"""The largest side of a cell in Manim units, and the units between tables and signs, and down to a name."""


class MergedLayers(VGroup):
    """The weights of both layers of a network and their product, in an area: `W₂ · W₁ = W`.

    `second` and `first` are the tables of the two layers, in the order in which they are multiplied, `one` is
    that of their product, each with its name below it; the brighter a cell, the larger its weight, and
    negative ones have a minus sign. `times` and `equals` are the signs between them.
    """

    def __init__(self, network: Network, area: Area) -> None:
        first, second = (layer.weights for layer in network.layers)
        across = second.shape[1] + first.shape[1] + first.shape[1]
        down = max(first.shape[0], second.shape[0])
        side = min(LARGEST_CELL, (area.width - 6 * BETWEEN) / across, (area.height - 0.7) / down)
        tables = [MatrixGrid(values, "weight", side) for values in (second, first, second @ first)]
        self.times, self.equals = (_sign(text, source) for text, source in (("·", "dot"), ("=", "=")))
        row = VGroup(tables[0], self.times, tables[1], self.equals, tables[2]).arrange(RIGHT, buff=BETWEEN)
        low = float(row.get_bottom()[1])
        self.second, self.first, self.one = (
            VGroup(table, _name(text, source).next_to(table, DOWN, buff=TO_NAME).set_y(low - 2 * TO_NAME))
            for table, text, source in zip(tables, ("W₂", "W₁", "W"), ("W_2", "W_1", "W"), strict=True)
        )
        super().__init__(self.second, self.times, self.first, self.equals, self.one)
        self.move_to(area.centre).align_to((0.0, area.top, 0.0), UP)


def _sign(text: str, source: str) -> Typeset:
    return maths(source, plain=text, em=theme.SIZES.number, colour=theme.colour("text"))


def _name(text: str, source: str) -> Typeset:
    return maths(source, plain=text, em=theme.SIZES.body, colour=theme.colour("weight"))
