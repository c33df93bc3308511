"""A wish: an arrow that says which way a value should move to make the loss smaller, and how badly."""

import numpy as np
from manim import Polygon

from storyreel.core.arrays import Array
from storyreel.graphics import theme
from storyreel.graphics.layout import at

HEAD = 1.25
"""How long an arrow's head is beside its width."""
SHAFT = 0.42
"""How wide an arrow's shaft is beside its head."""


class GradientArrow(Polygon):
    """An upright arrow, centred on the origin: filled where it points up, hollow where it points down.

    `length` is in Manim units, below 0 for an arrow that points down; `width` is that of the head. An arrow
    that is shorter than its head is all head, and as much smaller.
    """

    def __init__(self, length: float, width: float) -> None:
        size = max(abs(length), 1e-3)
        head = min(HEAD * width, size)
        half = width / 2 * head / (HEAD * width)
        shaft = half * SHAFT
        outline = [
            (0.0, size),
            (half, size - head),
            (shaft, size - head),
            (shaft, 0.0),
            (-shaft, 0.0),
            (-shaft, size - head),
            (-half, size - head),
        ]
        up = length >= 0
        super().__init__(
            *(at(x, (y - size / 2) * (1 if up else -1)) for x, y in outline),
            stroke_color=theme.colour("gradient"),
            stroke_width=theme.SPACING.thin_stroke,
            fill_color=theme.colour("gradient" if up else "background"),
            fill_opacity=1,
        )


def lengths_of(wishes: Array, longest: float) -> list[float]:
    """The lengths of arrows in proportion to `wishes`, the largest being `longest` units long."""
    return [float(length) for length in longest * wishes / (np.abs(wishes).max() or 1.0)]
