"""The arrow of one weight as a product: that of the neuron in front, times the activation behind."""

import numpy as np
from manim import DOWN, RIGHT, VGroup

from storyreel.core.number_format import shown
from storyreel.graphics import theme
from storyreel.graphics.layout import Area
from storyreel.graphics.networks.images.edge_bundle import EdgeBundle
from storyreel.graphics.networks.images.gradient_key import KINDS
from storyreel.graphics.networks.images.image_network import ImageNetwork
from storyreel.graphics.text.typeset import Typeset, maths

BETWEEN, BELOW_WORD = 0.3, 0.1
"""Units between two columns, and between a word and its number."""
EM = 0.5
"""The em of the numbers, in Manim units."""


class WorkedArrow(VGroup):
    """The connection of `weight` in `diagram`, in the colour of its arrow's sign, and in `area` its arrow,
    minus its gradient: as a product, with the words `front` and `behind` above the factors.

    `line` is the connection, and `columns` are the arrow in front with its word, the sign, the activation
    with its word, and the sign with the product. Raises StoryreelError where the connection is not drawn.
    """

    def __init__(
        self, diagram: ImageNetwork, weight: str, front: Typeset, behind: Typeset, area: Area
    ) -> None:
        trace, (layer, row, column) = diagram.trace, diagram.place_of(weight)
        rows, columns = diagram.drawn(layer), diagram.drawn(layer - 1) if layer > 1 else None
        start = column if columns is None else columns.index(column)
        ends = diagram.lines(layer)[rows.index(row), start]
        arrow = -float(trace.gradients.pre_activations[layer - 1][0, row])
        activation = float(trace.forward.activations[layer - 1][0, column])
        self.line = EdgeBundle(ends[None], KINDS, is_measured=True)
        self.line.show_numbers(np.array([-arrow * activation]), abs(arrow * activation)).set_z_index(1)
        self.columns = VGroup(
            _below(front, _number(f"{arrow:+.3f}", "gradient")),
            _number("×", "text"),
            _below(behind, _number(shown(activation, ".2f"), "activation")),
            VGroup(_number("≈", "text"), _number(f"{arrow * activation:+.3f}", "gradient")).arrange(RIGHT),
        ).arrange(RIGHT, buff=BETWEEN, aligned_edge=DOWN)
        for sign in (self.columns[1], self.columns[3][0]):
            sign.set_y(float(self.columns[2][1].get_y()))
        area.place(self.columns, least=theme.SIZES.crowded / EM)
        super().__init__(self.line, self.columns)


def _number(text: str, kind: str) -> Typeset:
    source = {"×": "times", "≈": "approx"}.get(text, text)
    return maths(source, plain=text.replace("-", "−"), em=EM, colour=theme.colour(kind))


def _below(word: Typeset, number: Typeset) -> VGroup:
    return VGroup(word, number.next_to(word, DOWN, buff=BELOW_WORD))
