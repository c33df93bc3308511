"""A spark: a glowing dot that runs along a connection."""

from manim import Dot, VGroup

from storyreel.graphics import theme

RADIUS = 0.11
"""The radius of a spark that says nothing of a size, in Manim units."""


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
