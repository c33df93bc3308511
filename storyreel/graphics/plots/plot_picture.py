"""A plot of a curve or a table, and the readout of a point on it."""

from dataclasses import replace

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, Dot, VGroup, VMobject

from storyreel.engine.curves import SAMPLES, Plotted
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, Frame, LayoutError, at
from storyreel.graphics.plots.axes import Axes
from storyreel.graphics.plots.plot_readout import PlotReadout
from storyreel.graphics.text.symbol import symbol
from storyreel.storyboard.themes.in_use import theme_in_use
from storyreel.storyboard.typst_fonts import needs_more_fonts, text_fonts, typst_string

PLOT_SHARE, PLOT_SHARE_IN_OTHERS, GAP = 0.76, 0.68, 0.65
"""The part of a wide frame that the axes have, that of other frames, and the units between them and the
readouts."""
ROOM_FOR_NAMES = 0.6
"""Units above and below the axes for their names."""


class PlotPicture(VGroup):
    """Axes in a frame with the curve of `plotted`, and dots at its points where it is a table."""

    def __init__(self, plotted: Plotted, frame: Frame) -> None:
        self.plotted = plotted
        area, self.aside = frame.halves(
            frame.whole, PLOT_SHARE if frame.is_wide else PLOT_SHARE_IN_OTHERS, GAP
        )
        area = replace(area, bottom=area.bottom + ROOM_FOR_NAMES, top=area.top - ROOM_FOR_NAMES)
        written = axis_words if plotted.points else symbol
        names = written(plotted.names[0]), written(plotted.names[1])
        self.axes = axes = _axes(area, plotted, names)
        # Outside the axes, where no curve runs into them.
        axes.names[0].next_to(axes, DOWN, buff=0.1).align_to(at(area.right, 0), RIGHT)
        axes.names[1].next_to(at(axes.left, area.top), UP, buff=0.1).align_to(at(axes.left, 0), LEFT)
        longest = area.bottom - axes.names.get_bottom()[1]
        if max(name.width for name in axes.names) > area.width - 1 or longest > ROOM_FOR_NAMES:
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
        return PlotReadout(self.axes, self.plotted, x, self.aside)


def _axes(area: Area, plotted: Plotted, names: tuple[str, str]) -> Axes:
    """Axes that fit into the area together with the numbers at their ticks."""
    axes = Axes(area, plotted.x_range, plotted.y_range, names, plotted.kinds)
    beyond = area.left - axes.get_left()[0]
    if beyond <= 0:
        return axes
    return Axes(
        replace(area, left=area.left + beyond), plotted.x_range, plotted.y_range, names, plotted.kinds
    )


def axis_words(text: str) -> str:
    """Typst maths that typesets `text` in the text font."""
    fonts = text_fonts(needs_more_fonts(text), theme_in_use().typeface)
    return f"#text(font: {fonts}, size: 0.7em, {typst_string(text)})"
