"""An arrow for a negative gradient: the direction in which a value lowers the loss, and how strongly."""

from collections.abc import Sequence
from itertools import pairwise

from manim import Polygon

from storyreel.graphics import theme
from storyreel.graphics.layout import at

HEAD = 1.25
"""The length of an arrow's head, in widths of it."""
SHAFT = 0.42
"""The width of an arrow's shaft, in widths of its head."""
LONGEST, MOST = 2.0, 1.6
"""The longest arrow in Manim units, and in distances of two arrows."""
TOUCHING = 0.9
"""The most that two neighbours may take of their distance."""


class GradientArrow(Polygon):
    """A vertical arrow centred on the origin: filled if it points up, hollow if it points down.

    `length` is in Manim units, negative for an arrow that points down; `width` is that of the head. An arrow
    shorter than its head is only a head, scaled down.
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


def arrow_unit(values: Sequence[float], spacing: float) -> float:
    """The Manim units of an arrow for a gradient of 1, so that those for `values`, one below the other and
    `spacing` units apart, do not touch."""
    sizes = [abs(value) for value in values]
    limits = [2 * TOUCHING * spacing / (one + other) for one, other in pairwise(sizes) if one + other]
    return min([min(LONGEST, MOST * spacing) / (max(sizes) or 1.0), *limits])
