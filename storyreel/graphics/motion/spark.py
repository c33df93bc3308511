"""A spark: a glowing dot that runs along a connection. A beam: the lit part of a connection behind it."""

import numpy as np
from manim import Dot, VGroup, VMobject

from storyreel.core.arrays import Array
from storyreel.graphics import theme

RADIUS = 0.11
"""The radius of a spark that says nothing of a size, in Manim units."""

BEAM = 0.35
"""The opacity of a beam."""


def spark_radius(size: float) -> float:
    """The radius in Manim units of a spark of a number; `size` is relative to the largest, 0 to 1."""
    return 0.04 + 0.12 * size


class SparkDot(Dot):
    """A dot of a spark, or of its halo: it may run over what is written."""


class Spark(VGroup):
    """A dot with a halo in the colour of `kind`; `radius` in Manim units."""

    def __init__(self, kind: str, radius: float = RADIUS) -> None:
        halo = (
            SparkDot(radius=radius * size, color=theme.colour(kind), fill_opacity=0.22) for size in (2.6, 1.8)
        )
        super().__init__(*halo, SparkDot(radius=radius, color=theme.light(kind)))


class Beam(VMobject):
    """A band of light in the colour of `kind` along a path, thin enough to see through.

    `spots` are points of the path, of shape (points, 3), and `radii` its half widths there, in Manim units.
    """

    def __init__(self, kind: str, spots: Array, radii: Array) -> None:
        super().__init__(stroke_width=0, fill_color=theme.colour(kind), fill_opacity=BEAM)
        along = np.gradient(spots, axis=0)
        along /= np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-9)
        aside = radii[:, None] * np.stack([-along[:, 1], along[:, 0], np.zeros(len(along))], axis=1)
        self.spots, self.sides = spots, (spots + aside, spots - aside)

    def light_to(self, share: float) -> None:
        """Be lit from the start of the path to a share of it, 0 to 1."""
        places = np.arange(len(self.spots))
        head = share * places[-1]
        kept = places < head
        left, right = (
            np.vstack([side[kept], [np.interp(head, places, column) for column in side.T]])
            for side in self.sides
        )
        self.set_points_as_corners(np.vstack([left, right[::-1], left[:1]]))
