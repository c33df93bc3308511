"""All connections of a network with an image, lit up, and their number as a sum of products."""

import numpy as np
from manim import VGroup

from storyreel.graphics import theme
from storyreel.graphics.layout import Area
from storyreel.graphics.networks.images.edge_bundle import EdgeBundle
from storyreel.graphics.networks.images.image_network import ImageNetwork
from storyreel.graphics.text.typeset import Typeset, slot

STRENGTH = 0.3
"""The strength of the lines, 0 to 1: less than all, as hundreds of them lie on each other."""


class ConnectionCount(VGroup):
    """`lines` on all connections of `diagram`, layer by layer, in the colour of text, as their signs do not
    matter, and `written` in `area`: the product of the sizes of each two layers, and the sum of these."""

    def __init__(self, diagram: ImageNetwork, area: Area) -> None:
        lines = [diagram.lines(layer) for layer in range(1, len(diagram.columns))]
        self.lines = [
            EdgeBundle(each, ("text",)).show_numbers(np.full(each.shape[:2], STRENGTH), 1.0) for each in lines
        ]
        shapes = [layer.weights.shape for layer in diagram.trace.network.layers]
        numbers = [str(number) for ends, starts in shapes for number in (starts, ends)]
        numbers.append(str(sum(ends * starts for ends, starts in shapes)))
        kinds = ["input", *["activation"] * (len(numbers) - 2), "weight"]
        slots = [slot(number, text) for number, text in enumerate(numbers)]
        self.written = area.place(
            Typeset(
                f"${_sum(slots, 'times')}$",
                plain=_sum(numbers, "×"),
                em=theme.SIZES.number,
                slots=numbers,
                colours=[theme.colour(kind) for kind in kinds],
            )
        )
        super().__init__(*self.lines, self.written)


def _sum(numbers: list[str], times: str) -> str:
    """`a × b + b × c = d` of the numbers a, b, b, c, d."""
    *factors, total = numbers
    products = (f"{one} {times} {other}" for one, other in zip(factors[::2], factors[1::2], strict=True))
    return f"{' + '.join(products)} = {total}"
