"""Equal squares that fill a larger one."""

from itertools import product

import numpy as np
from manim import Animation, Line, Mobject, Rectangle, UpdateFromAlphaFunc, VGroup, VMobject, linear

from storyreel.graphics import theme
from storyreel.graphics.layout import at
from storyreel.graphics.motion.verbs import ease_out
from storyreel.graphics.parts.labelled import Labelled
from storyreel.graphics.text.typeset import maths

CLEAR = 0.08
"""Units that the lines keep from the number in the square."""
OPACITIES, ARRIVED = (0.08, 0.3), 0.75
"""The opacities of the fills of tiles, in turn as on a chess board, and the share of its time after which a
tile has nearly arrived."""
LARGEST_NUMBER = 0.5
"""The largest width of the number in a tile, as a share of its side."""


class Tile(VGroup):
    """One of the equal squares: its `fill`, and lines along its sides but where a label stands."""

    def __init__(self, corner: np.ndarray, side: float, label: np.ndarray, opacity: float) -> None:
        paint = theme.colour("loss")
        self.fill = Rectangle(width=side, height=side, stroke_width=0, fill_color=paint, fill_opacity=opacity)
        self.fill.move_to(at(*(corner + side / 2)))
        lines = VGroup()
        for across, far in product((0, 1), (0, 1)):  # upright lines and level ones
            place, start = corner[across] + far * side, corner[1 - across]
            ends = [(start, start + side)]
            if label[0, across] < place < label[1, across]:
                low, high = np.clip(label[:, 1 - across], start, start + side)
                ends = [(start, low), (high, start + side)]
            for pair in ends:
                if pair[0] < pair[1]:
                    here, there = (at(place, end) if across == 0 else at(end, place) for end in pair)
                    line = Line(here, there, stroke_color=paint)
                    lines.add(line.set_stroke(width=theme.SPACING.thin_stroke))
        super().__init__(self.fill, *lines)
        self.set_z_index(-1)  # behind the label


def square_tiles(square: Labelled, count: int, is_from_right: bool = False) -> VGroup:
    """The `count` × `count` tiles of `square`, none of whose lines runs over its label.

    The first is the lower left one, or the lower right one where the square grows `is_from_right`.
    """
    whole, label = square.shapes[0], square.label
    corner, side = whole.get_corner((-1, -1, 0))[:2], whole.width / count
    room = np.array([label.get_corner((-1, -1, 0))[:2] - CLEAR, label.get_corner((1, 1, 0))[:2] + CLEAR])
    columns = range(count)[::-1] if is_from_right else range(count)
    return VGroup(
        *(
            Tile(corner + side * np.array([column, row]), side, room, OPACITIES[(row + column) % 2])
            for row, column in product(range(count), columns)
        )
    )


def tile_numbers(tiles: VGroup, label: VMobject, area: str) -> VGroup:
    """The number `area`, written in the middle of each tile where it can be read and is clear of the square's
    label."""
    numbers = VGroup()
    for tile in tiles:
        assert isinstance(tile, Tile)
        number = maths(area, plain=area, em=theme.SIZES.label, colour=theme.colour("text"))
        scale = min(1.0, LARGEST_NUMBER * tile.fill.width / number.width)
        number.scale(scale).move_to(tile.fill)
        apart = 2 * abs(number.get_center() - label.get_center())[:2] - 2 * CLEAR
        is_clear = bool(np.any(apart > [number.width + label.width, number.height + label.height]))
        if is_clear and scale * theme.SIZES.label >= theme.SIZES.smallest:
            numbers.add(number)
    return numbers


def placing(tile: Tile, first: Tile) -> Animation:
    """`tile` moves from the place of the `first` one to its own, where its lines appear: on their way they
    would run over the label."""
    here, home = tile.get_center(), first.get_center()

    def move(_: Mobject, alpha: float) -> None:
        tile.move_to(home + (here - home) * ease_out(alpha))
        for line in tile[1:]:
            line.set_stroke(opacity=max(0.0, (alpha - ARRIVED) / (1 - ARRIVED)))

    return UpdateFromAlphaFunc(tile, move, rate_func=linear, introducer=True)
