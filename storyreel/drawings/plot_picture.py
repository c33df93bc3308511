"""A plot with a point that can travel along it, and beside it what the point reads."""

from dataclasses import replace

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, DashedLine, Dot, VGroup, VMobject

from storyreel import layout, theme
from storyreel.drawings.axes import Axes
from storyreel.drawings.card import Card
from storyreel.drawings.symbol import symbol
from storyreel.drawings.tag import Tag
from storyreel.drawings.tangent import Tangent
from storyreel.drawings.typeset import quoted
from storyreel.layout import Area, LayoutError, at
from storyreel.number import shown
from storyreel.plotted import SAMPLES, Plotted

AREA = Area("plot", layout.WHOLE.left, -2.25, 2.9, 2.25)
READINGS = Area("readings", 3.55, -2.25, layout.WHOLE.right, 2.25)
ROW_GAP = 0.35
SLOPE = "slope"
SMALLEST = theme.SIZES.small / theme.SIZES.label
"""The factor by which a reading may be scaled down to fit."""


class PlotPicture(VGroup):
    """Axes with the curve of `plotted`, and with its points where it is a table."""

    def __init__(self, plotted: Plotted) -> None:
        self.plotted = plotted
        written = _words if plotted.points else symbol
        names = written(plotted.names[0]), written(plotted.names[1])
        self.axes = axes = _axes(AREA, plotted, names)
        # Outside of the axes, where no curve can run into them.
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

    def reading(self, x: float, with_slope: bool, spec: str = "") -> dict[str, VMobject]:
        """The parts that tell of the place x: dashed lines, tangent, point, and a column of tags."""
        plotted, axes = self.plotted, self.axes
        y = plotted.value(x)
        here = axes.point(x, y)
        lines = VGroup()
        ends = at(here[0], axes.bottom), at(axes.left, here[1])
        for end, paint in zip(ends, map(theme.colour, plotted.kinds), strict=True):
            length = np.linalg.norm(here - end)
            line = DashedLine(here, end if length > 0.15 else here + at(0.15, 0))
            line.set_stroke(paint, theme.SPACING.thin_stroke, opacity=1.0 if length > 0.15 else 0.0)
            lines.add(line)
        parts: dict[str, VMobject] = {"lines": lines}
        if plotted.points:
            # Between two points of a table there is nothing to read: the nearer one is shown.
            x, y = min(plotted.points, key=lambda point: abs(point[0] - x))
            spec = ""
        rows = [(plotted.names[0], x, plotted.kinds[0]), (plotted.names[1], y, plotted.kinds[1])]
        if with_slope and plotted.slope:
            slope = plotted.slope(x)
            parts["tangent"] = Tangent(axes, x, y, slope)
            rows.append((SLOPE, slope, "gradient"))
        parts["point"] = Dot(here, radius=0.14, color=theme.colour("text"))
        top = READINGS.top - 0.2
        for row, (name, value, kind) in enumerate(rows):
            text = shown(value, spec)
            is_symbol = not plotted.points and name != SLOPE
            plate = Tag(name, text, kind) if is_symbol else Card(name, text, kind, READINGS.width)
            factor = min(1.0, READINGS.width / plate.width)
            if factor < SMALLEST:
                raise LayoutError(f"{name} = {text} is too long to be written beside the plot")
            plate.scale(factor)
            parts[f"plate {row}"] = plate.move_to(at(READINGS.left + plate.width / 2, top - plate.height / 2))
            top -= plate.height + ROW_GAP
        return parts


def _axes(area: Area, plotted: Plotted, names: tuple[str, str]) -> Axes:
    """Axes of which the numbers at the ticks, too, are in the area, however long they are."""
    axes = Axes(area, plotted.x_range, plotted.y_range, names, plotted.kinds)
    beyond = area.left - axes.get_left()[0]
    if beyond <= 0:
        return axes
    return Axes(
        replace(area, left=area.left + beyond), plotted.x_range, plotted.y_range, names, plotted.kinds
    )


def _words(text: str) -> str:
    """Typst maths that sets `text` as words."""
    return f"#text(font: {quoted(theme.TEXT_FONT)}, size: 0.7em, {quoted(text)})"
