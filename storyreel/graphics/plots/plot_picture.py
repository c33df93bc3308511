"""A plot of a curve or a table, and the readout of a point on it."""

from dataclasses import replace

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, Dot, VGroup, VMobject

from storyreel.engine.curves import SAMPLES, Plotted
from storyreel.graphics import layout, theme
from storyreel.graphics.layout import Area, LayoutError, at
from storyreel.graphics.plots.axes import Axes
from storyreel.graphics.plots.plot_readout import PlotReadout
from storyreel.graphics.text.symbol import symbol
from storyreel.storyboard.typst_fonts import needs_more_fonts, text_fonts, typst_string

AREA = Area("plot", layout.WHOLE.left, -2.25, 2.9, 2.25)


class PlotPicture(VGroup):
    """Axes with the curve of `plotted`, and dots at its points where it is a table."""

    def __init__(self, plotted: Plotted) -> None:
        self.plotted = plotted
        written = _words if plotted.points else symbol
        names = written(plotted.names[0]), written(plotted.names[1])
        self.axes = axes = _axes(AREA, plotted, names)
        # Outside the axes, where no curve runs into them.
        axes.names[0].next_to(axes, DOWN, buff=0.1).align_to(at(AREA.right, 0), RIGHT)
        axes.names[1].next_to(at(axes.left, AREA.top), UP, buff=0.1).align_to(at(axes.left, 0), LEFT)
        if max(name.width for name in axes.names) > AREA.width - 1 or axes.names.get_bottom()[1] < -2.85:
            raise LayoutError("the labels of the axes are too long; use fewer words")
        self.curve = VMobject(stroke_color=theme.colour(plotted.kinds[1]))
        self.curve.set_stroke(width=theme.SPACING.stroke)
        kinks = [x for x, _ in plotted.points]
        xs = sorted({*np.linspace(*plotted.reach, SAMPLES), *kinks})
        self.curve.set_points_as_corners([axes.point(x, plotted.value(x)) for x in xs])
        paint = theme.colour(plotted.kinds[1])
        self.dots = VGroup(*(Dot(axes.point(x, y), radius=0.1, color=paint) for x, y in plotted.points))
        super().__init__(axes, self.curve, self.dots)

    def readout_at(self, x: float) -> PlotReadout:
        """The point of the curve at x, with its readout."""
        return PlotReadout(self.axes, self.plotted, x)


def _axes(area: Area, plotted: Plotted, names: tuple[str, str]) -> Axes:
    """Axes that fit into the area together with the numbers at their ticks."""
    axes = Axes(area, plotted.x_range, plotted.y_range, names, plotted.kinds)
    beyond = area.left - axes.get_left()[0]
    if beyond <= 0:
        return axes
    return Axes(
        replace(area, left=area.left + beyond), plotted.x_range, plotted.y_range, names, plotted.kinds
    )


def _words(text: str) -> str:
    """Typst maths that typesets `text` in the text font."""
    return f"#text(font: {text_fonts(needs_more_fonts(text))}, size: 0.7em, {typst_string(text)})"
