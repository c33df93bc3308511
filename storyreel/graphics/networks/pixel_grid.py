"""The inputs of a network as the pixels of a square image."""

import math

import numpy as np
from manim import Square, VGroup, VMobject

from storyreel.core.arrays import Array
from storyreel.core.errors import StoryreelError
from storyreel.graphics import theme
from storyreel.graphics.brightness import brightened
from storyreel.graphics.layout import at
from storyreel.graphics.text.typeset import maths

LEVELS = 16
"""How many different brightnesses the pixels have."""
FILLED = 0.86
"""The side of a pixel, as a share of the distance to the next one."""


class PixelGrid(VGroup):
    """The pixels `values`, of shape (pixels,), row by row, `side` Manim units wide, centred on the origin.

    The larger the value, the brighter; `size` below says how many there are. Pixels of the same brightness
    are one shape. Raises StoryreelError where they do not make a square.
    """

    def __init__(self, values: Array, side: float) -> None:
        rows = math.isqrt(len(values))
        if rows**2 != len(values) or rows < 2:
            raise StoryreelError(f"{len(values)} inputs make no square image; leave `pixels` out")
        step = side / rows
        cell = Square(FILLED * step).points
        largest = float(np.abs(values).max()) or 1.0
        levels = np.rint(np.abs(values) / largest * (LEVELS - 1)).astype(int)
        super().__init__()
        for level in np.unique(levels):
            row, column = np.divmod(np.flatnonzero(levels == level), rows)
            middles = np.stack([column - (rows - 1) / 2, (rows - 1) / 2 - row, np.zeros(len(row))], axis=1)
            colour = brightened("input", level / (LEVELS - 1))
            shape = VMobject(stroke_width=0, fill_color=colour, fill_opacity=1)
            shape.points = (cell[None] + step * middles[:, None]).reshape(-1, 3)
            self.add(shape)
        text = f"{rows} × {rows}"
        self.size = maths(
            f"{rows} times {rows}", plain=text, em=theme.SIZES.small, colour=theme.colour("muted")
        )
        self.add(self.size.move_to(at(0, -side / 2 - 0.3)))
