"""The weights into each neuron of the first layer as an image, with a square for each pixel."""

import math
from collections.abc import Mapping

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, Rectangle, VGroup, VMobject

from storyreel.core.arrays import Array
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, at
from storyreel.graphics.networks.images.pixel_grid import rows_of
from storyreel.graphics.polylines import polygons
from storyreel.graphics.text.typeset import Typeset

FILLED = 0.88
"""The side of an image, as a share of the distance of two."""
LARGEST = 0.92
"""The side of the square of the largest weight, as a share of the distance of two pixels."""
HOLLOW = 0.42
"""The side of the hole in the square of a negative weight, as a share of its side."""

SQUARE, BESIDE, ROOM_FOR_WORDS, ABOVE_KEY = 0.32, 0.25, 0.62, 0.3
"""The side of a square of a key, the units to its words, the height of a line of these, and the units above
the key."""


class WeightImage(VGroup):
    """The squares of the weights into a neuron, of shape (pixels,), in `side` units, around the origin.

    The area of a square is in proportion to the size of its weight; `largest` is that of the largest square.
    Those of negative weights have another colour, and are hollow.
    """

    def __init__(self, weights: Array, side: float, largest: float) -> None:
        rows = math.isqrt(len(weights))
        self.pitch = side / rows
        ground = Rectangle(width=side, height=side, stroke_width=0, fill_opacity=1)
        super().__init__(ground.set_fill(theme.colour("surface")))
        row, column = np.divmod(np.arange(len(weights)), rows)
        middles = self.pitch * np.stack([column - (rows - 1) / 2, (rows - 1) / 2 - row], axis=1)
        self.halves = LARGEST * self.pitch / 2 * np.sqrt(np.abs(weights) / (largest or 1.0))
        for is_negative in (False, True):
            own = (weights < 0) == is_negative
            shape = VMobject(stroke_width=0, fill_opacity=1)
            shape.set_fill(theme.colour("negative" if is_negative else "positive"))
            outlines = [_squares(middles[own], self.halves[own])]
            if is_negative:
                outlines.append(_squares(middles[own], HOLLOW * self.halves[own], is_hole=True))
            shape.points = np.concatenate(outlines)
            self.add(shape)


class LargeWeightImage(VGroup):
    """The image of the neuron `place` of a layer, whose `weights` have the shape (neurons, pixels), in an
    `area`, above a key: a square of a positive and one of a negative weight, each before its own of the
    `words`, which are by sign; a `title` is above it.

    `largest` is the size of the layer's largest weight, as squares have one scale in images of a layer.
    """

    def __init__(
        self,
        weights: Array,
        place: int,
        area: Area,
        words: Mapping[str, Typeset],
        title: Typeset | None = None,
    ) -> None:
        self.largest = float(np.abs(weights).max())
        room = (len(words) + (title is not None)) * ROOM_FOR_WORDS
        side = min(area.width, area.height - room - bool(words) * ABOVE_KEY)
        image = WeightImage(weights[place], side, self.largest)
        squares = {sign: _key_square(sign) for sign in words}
        rows = [
            VGroup(square, words[sign].next_to(square, RIGHT, buff=BESIDE))
            for sign, square in squares.items()
        ]
        key = VGroup(*rows).arrange(DOWN, buff=ROOM_FOR_WORDS - SQUARE, aligned_edge=LEFT)
        super().__init__(image, key.next_to(image, DOWN, buff=ABOVE_KEY))
        if title is not None:
            self.add(title.next_to(image, UP, buff=BESIDE))
        self.move_to(area.centre)


class WeightImages(VGroup):
    """The weights of a layer, of shape (neurons, pixels), as images in rows in the middle of `area`, all with
    one scale: that of `largest`, the size of the weight with the largest square. Raises StoryreelError where
    the pixels make no square."""

    def __init__(self, weights: Array, area: Area, largest: float | None = None) -> None:
        count, pixels = weights.shape
        rows_of(pixels)
        pitches = {
            columns: min(area.width / columns, area.height / math.ceil(count / columns))
            for columns in range(1, count + 1)
        }
        per_row = max(pitches, key=lambda columns: pitches[columns])
        pitch, rows = pitches[per_row], math.ceil(count / per_row)
        largest = float(np.abs(weights).max()) if largest is None else largest
        super().__init__()
        for number, own in enumerate(weights):
            row, column = divmod(number, per_row)
            in_row = min(per_row, count - row * per_row)
            x = area.centre[0] + pitch * (column - (in_row - 1) / 2)
            y = area.centre[1] + pitch * ((rows - 1) / 2 - row)
            self.add(WeightImage(own, FILLED * pitch, largest).shift(at(x, y)))


def _key_square(sign: str) -> VMobject:
    """The square of a weight of a sign, as large as in a key."""
    shape = VMobject(stroke_width=0, fill_opacity=1).set_fill(theme.colour(sign))
    middle, half = np.zeros((1, 2)), np.array([SQUARE / 2])
    holes = [_squares(middle, HOLLOW * half, is_hole=True)] if sign == "negative" else []
    shape.points = np.concatenate([_squares(middle, half), *holes])
    return shape


def _squares(middles: Array, halves: Array, is_hole: bool = False) -> Array:
    """The points of squares; those of holes run the other way around, so that they are not filled."""
    corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)][:: -1 if is_hole else 1], float)
    return polygons(middles[:, None] + halves[:, None, None] * corners)
