"""The products of gradients and weights that add up to a hidden neuron's gradient, on its connections."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import product

import numpy as np
from manim import DOWN, UP, BackgroundRectangle, VGroup

from storyreel.core.errors import StoryreelError
from storyreel.engine.equations.ellipsis import elided
from storyreel.engine.equations.neuron_sum import NeuronSum
from storyreel.graphics import theme
from storyreel.graphics.networks.edge import PAD, Edge
from storyreel.graphics.networks.label_places import TOUCH, Box, box_of, covered
from storyreel.graphics.parts.badge import Badge
from storyreel.graphics.text.typeset import Typeset, in_line, slot

FACTORS = (0.78, 0.82, 0.86, 0.74, 0.7)
"""Where on a connection its weight is tried: shares of the way from the hidden neuron."""
PRODUCTS = tuple(round(float(share), 2) for share in np.arange(0.66, 0.3, -0.04))
"""Where the product is tried, the best first: connections are far apart at their ends."""
STACKED = (0.74, 0.66, 0.58, 0.5)
"""The places for both, the weight above its connection and the product below it."""
SIZES = (theme.SIZES.body, 0.39, 0.36, 0.33, theme.SIZES.smallest, 0.26, theme.SIZES.crowded)
"""The font sizes that are tried, in Manim units."""


class FactorLabel(VGroup):
    """`× w` on a plate: the weight by which a gradient is multiplied on its way back."""

    def __init__(self, text: str, em: float) -> None:
        paints = (theme.colour("muted"), theme.colour("weight"))
        self.text = Typeset(
            f"${slot(0, 'times')} {slot(1, in_line(text))}$",
            plain=f"× {text}",
            em=em,
            slots=("", ""),
            colours=paints,
        )
        plate = BackgroundRectangle(
            self.text, color=theme.colour("background"), fill_opacity=1.0, buff=PAD / 2
        )
        super().__init__(plate, self.text)


class GradientProducts(VGroup):
    """The weights and products of a `NeuronSum` on `edges`, the connections that leave the hidden neuron.

    `factors` and `products` are their labels, by the place of the neuron that the connection leads to; each
    pair stands side by side along its connection, or one above the other where there is more room for that.
    Where there is no room for both, only the products are there, and then the middle ones are left out.
    `taken` is covered by neurons and their labels. Raises StoryreelError where there is no room at all.
    """

    def __init__(self, numbers: NeuronSum, edges: Sequence[Edge], taken: Iterable[Box]) -> None:
        self._numbers, self._edges = numbers, edges
        self._taken = np.array(list(taken)).reshape(-1, 4)
        self.factors: dict[int, FactorLabel] = {}
        self.products: dict[int, Badge] = {}
        if not self._find_room():
            raise StoryreelError(
                "there is no room for the numbers of this sum; give the network fewer `digits`"
            )
        super().__init__(*self.factors.values(), *self.products.values())

    def _find_room(self) -> bool:
        count = len(self._edges)
        for most in dict.fromkeys((count, *(n for n in (12, 8, 5, 3) if n < count))):
            places = [place for place in elided(count, most) if place is not None]
            for has_factors in (True, False):
                for em in SIZES:
                    self._make(places, em, has_factors)
                    if any(self._is_clear() for _ in self._arrangements()):
                        return True
        return False

    def _make(self, places: Sequence[int], em: float, has_factors: bool) -> None:
        texts = {place: self._numbers.texts(self._numbers.products[place]) for place in places}
        self.products = {place: _badge(text[-1], em) for place, text in texts.items()}
        self.factors = (
            {place: FactorLabel(text[1], em) for place, text in texts.items()} if has_factors else {}
        )

    def _arrangements(self) -> Iterator[None]:
        """Move all labels to one choice of places after another."""
        for product_share, weight in product(PRODUCTS, FACTORS):
            self._move(weight, product_share, 0.0)
            yield
        if self.factors:
            first = next(iter(self.products))
            apart = (self.products[first].height + self.factors[first].height) / 4 + PAD / 2
            for share in STACKED:
                self._move(share, share, apart)
                yield

    def _move(self, weight: float, product: float, apart: float) -> None:
        for shapes, share, shift in (
            (self.factors, weight, apart * UP),
            (self.products, product, apart * DOWN),
        ):
            for place, shape in shapes.items():
                shape.move_to(self._edges[place].point_from_proportion(share) + shift)

    def _is_clear(self) -> bool:
        """True where no label covers another one or what is taken."""
        boxes = np.array(
            [box_of(shape, PAD / 2) for shape in (*self.factors.values(), *self.products.values())]
        )
        among = covered(boxes, boxes, each=True)
        np.fill_diagonal(among, 0.0)
        return bool(among.max() <= TOUCH and covered(boxes, self._taken).max() <= TOUCH)


def _badge(text: str, em: float) -> Badge:
    """The badge of a product, whose plate is as large as its font size asks for."""
    return Badge(text, "gradient", theme.SIZES.body).scale(em / theme.SIZES.body)
