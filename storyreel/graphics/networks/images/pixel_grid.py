"""The inputs of a network as the pixels of a square image."""

import math

import numpy as np
from manim import Square, VGroup, VMobject

from storyreel.core.arrays import Array
from storyreel.core.errors import StoryreelError
from storyreel.core.number_format import shown
from storyreel.graphics import theme
from storyreel.graphics.brightness import brightened
from storyreel.graphics.layout import Point, at
from storyreel.graphics.text.typeset import Typeset, maths

LEVELS = 16
"""How many different brightnesses the pixels have."""
FILLED = 0.86
"""The side of a pixel, as a share of the distance to the next one."""
NUMBER_EM = 0.6
"""The em of a number in a pixel, as a share of the distance of pixels."""


def rows_of(pixels: int) -> int:
    """The rows of a square image of so many pixels. Raises StoryreelError where they do not make one."""
    rows = math.isqrt(pixels)
    if rows**2 != pixels or rows < 2:
        raise StoryreelError(f"{pixels} inputs make no square image")
    return rows


class PixelGrid(VGroup):
    """The pixels `values`, of shape (pixels,), row by row, `side` Manim units wide, centred on the origin.

    The larger the value, the brighter; `size` below says how many there are. Pixels of the same brightness
    are one shape of `pixels`. Raises StoryreelError where they do not make a square.
    """

    def __init__(self, values: Array, side: float) -> None:
        rows = rows_of(len(values))
        step = side / rows
        cell = Square(FILLED * step).points
        largest = float(np.abs(values).max()) or 1.0
        levels = np.rint(np.abs(values) / largest * (LEVELS - 1)).astype(int)
        super().__init__()
        self.rows, self.pixels = rows, VGroup()
        for level in np.unique(levels):
            row, column = np.divmod(np.flatnonzero(levels == level), rows)
            middles = np.stack([column - (rows - 1) / 2, (rows - 1) / 2 - row, np.zeros(len(row))], axis=1)
            colour = brightened("input", level / (LEVELS - 1))
            shape = VMobject(stroke_width=0, fill_color=colour, fill_opacity=1)
            shape.points = (cell[None] + step * middles[:, None]).reshape(-1, 3)
            self.add(shape)
            self.pixels.add(shape)
        text = f"{rows} × {rows}"
        self.size = maths(
            f"{rows} times {rows}", plain=text, em=theme.SIZES.small, colour=theme.colour("muted")
        )
        self.add(self.size.move_to(at(0, -side / 2 - 0.3)))

    @property
    def pitch(self) -> float:
        """The distance of two pixels, in Manim units."""
        return float(self.pixels.width) / (self.rows - 1 + FILLED)

    @property
    def places(self) -> Array:
        """The middles of the pixels, of shape (pixels, 3), row by row."""
        row, column = np.divmod(np.arange(self.rows**2), self.rows)
        middle = (self.rows - 1) / 2
        steps = np.stack([column - middle, middle - row, np.zeros(len(row))], axis=1)
        return np.asarray(self.pixels.get_center() + self.pitch * steps)

    def put_at(self, middle: Point) -> "PixelGrid":
        """Move the middle of the pixels to a point; the words below them follow."""
        self.shift(np.array(middle) - self.pixels.get_center())
        return self

    def numbers(self, values: Array) -> list[Typeset]:
        """The values of the pixels with one decimal, each in its pixel and in a colour that can be read
        there."""
        largest = float(np.abs(values).max()) or 1.0
        written = []
        for value, place in zip(values.tolist(), self.places, strict=True):
            text = shown(value, ".1f")
            paint = theme.ink_on(brightened("input", abs(value) / largest).to_hex())
            number = maths(text, plain=text, em=NUMBER_EM * self.pitch, colour=paint)
            written.append(number.move_to(place).set_z_index(self.z_index + 1))
        return written
