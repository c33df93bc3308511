"""Plots that move into other areas of the frame, and are drawn anew in each on the way."""

from collections.abc import Sequence
from dataclasses import replace

from manim import Animation, Mobject, UpdateFromAlphaFunc, VGroup
from manim.utils.rate_functions import linear

from storyreel.graphics.charts.bar_chart import BarChart
from storyreel.graphics.charts.wave_plot import WavePlot
from storyreel.graphics.layout import Area
from storyreel.graphics.motion.verbs import ease_travel


def move_plots(
    ways: Sequence[tuple[WavePlot | BarChart, Area]], starts: Sequence[Area] | None = None
) -> Animation:
    """Plots move into other areas, from where they are or from `starts`."""
    begins = starts or [plot.area for plot, _ in ways]

    def show(_: Mobject, alpha: float) -> None:
        for (plot, end), start in zip(ways, begins, strict=True):
            share = ease_travel(alpha)
            sides = {
                side: getattr(start, side) + share * (getattr(end, side) - getattr(start, side))
                for side in ("left", "bottom", "right", "top")
            }
            plot.set_area(end if alpha == 1 else replace(end, **sides))

    return UpdateFromAlphaFunc(VGroup(*(plot for plot, _ in ways)), show, rate_func=linear)
