"""A spark: a glowing dot that runs along a connection."""

from manim import Dot, VGroup

from storyreel.graphics import theme


class SparkDot(Dot):
    """A dot of a spark, or of its halo: it may run over what is written."""


class Spark(VGroup):
    """A dot with a halo in the colour of `kind`; `radius` in Manim units."""

    def __init__(self, kind: str, radius: float = 0.11) -> None:
        halo = (
            SparkDot(radius=radius * size, color=theme.colour(kind), fill_opacity=0.22) for size in (2.6, 1.8)
        )
        super().__init__(*halo, SparkDot(radius=radius, color=theme.light(kind)))
