"""All connections from the pixels of an image, lit up, and their number as a product."""

import numpy as np
from manim import VGroup

from storyreel.graphics import theme
from storyreel.graphics.layout import Area
from storyreel.graphics.networks.images.edge_bundle import EdgeBundle
from storyreel.graphics.networks.images.image_network import ImageNetwork
from storyreel.graphics.text.typeset import Typeset, slot

STRENGTH = 0.6
"""The strength of the lines, 0 to 1: less than all, as hundreds of them lie on each other."""


class ConnectionCount(VGroup):
    """`lines` on all connections between the pixels and the first layer of `diagram`, in the colour of
    weights, and `product` in `area`: pixels × neurons = connections."""

    def __init__(self, diagram: ImageNetwork, area: Area) -> None:
        weights = diagram.trace.network.layers[0].weights
        neurons, pixels = weights.shape
        lines = diagram.lines(1)
        self.lines = EdgeBundle(lines, ("weight",)).show_numbers(np.full(lines.shape[:2], STRENGTH), 1.0)
        texts = [str(number) for number in (pixels, neurons, weights.size)]
        slots = [slot(number, text) for number, text in enumerate(texts)]
        self.product = area.place(
            Typeset(
                f"${slots[0]} times {slots[1]} = {slots[2]}$",
                plain=f"{texts[0]} × {texts[1]} = {texts[2]}",
                em=theme.SIZES.number,
                slots=("pixels", "neurons", "weights"),
                colours=[theme.colour(kind) for kind in ("input", "activation", "weight")],
            )
        )
        super().__init__(self.lines, self.product)
