"""Equal squares that fill a larger one, each with its area."""

from itertools import product

import numpy as np
from manim import Animation, Mobject, Rectangle, UpdateFromAlphaFunc, VGroup, linear

from storyreel.graphics import theme
from storyreel.graphics.layout import at
from storyreel.graphics.motion.verbs import ease_out
from storyreel.graphics.parts.labelled import Labelled
from storyreel.graphics.text.typeset import maths

OPACITIES = (0.08, 0.3)
"""The opacities of the fills of tiles, in turn as on a chess board."""
LARGEST_NUMBER = 0.5
"""The largest width of the number in a tile, as a share of its side."""


class Tile(VGroup):
    """One of the equal squares: its `fill` with an outline, and its area in its middle, where it is large
    enough to be read; `numbers` has that, or nothing."""

    def __init__(self, corner: np.ndarray, side: float, opacity: float, area: str) -> None:
        paint = theme.colour("loss")
        self.fill = Rectangle(width=side, height=side, fill_color=paint, fill_opacity=opacity)
        self.fill.set_stroke(paint, width=theme.SPACING.thin_stroke).move_to(at(*(corner + side / 2)))
        super().__init__(self.fill.set_z_index(-1))
        number = maths(area, plain=area, em=theme.SIZES.label, colour=theme.colour("text"))
        scale = min(1.0, LARGEST_NUMBER * side / number.width)
        is_readable = scale * theme.SIZES.label >= theme.SIZES.smallest
        self.numbers = [number.scale(scale).move_to(self.fill)] if is_readable else []
        self.add(*self.numbers)


def square_tiles(square: Labelled, count: int, area: str, is_from_right: bool = False) -> VGroup:
    """The `count` × `count` tiles of `square`, each with the number `area`.

    The first is the lower left one, or the lower right one where the square grows `is_from_right`.
    """
    whole = square.shapes[0]
    corner, side = whole.get_corner((-1, -1, 0))[:2], whole.width / count
    columns = range(count)[::-1] if is_from_right else range(count)
    return VGroup(
        *(
            Tile(corner + side * np.array([column, row]), side, OPACITIES[(row + column) % 2], area)
            for row, column in product(range(count), columns)
        )
    )


def placing(tile: Tile, first: Tile) -> Animation:
    """`tile`, still without its number, moves from the place of the `first` one to its own."""
    here, home = tile.fill.get_center(), first.fill.get_center()

    def move(_: Mobject, alpha: float) -> None:
        tile.fill.move_to(home + (here - home) * ease_out(alpha))

    return UpdateFromAlphaFunc(tile.fill, move, rate_func=linear, introducer=True)
