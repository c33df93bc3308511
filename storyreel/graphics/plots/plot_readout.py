"""What the point on a plot reads: dashed lines to the axes, and a column of plates with its numbers."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from manim import Dot, VGroup

from storyreel.core.number_format import rolling, shown
from storyreel.engine.curves import Plotted
from storyreel.graphics import layout, theme
from storyreel.graphics.layout import Area, LayoutError
from storyreel.graphics.parts.card import NumberCard
from storyreel.graphics.parts.tag import Tag
from storyreel.graphics.plots.axes import Axes
from storyreel.graphics.plots.dashes import AxisDashes
from storyreel.graphics.plots.tangent import Tangent
from storyreel.graphics.text.rolling_number import moments

AREA = Area("readings", 3.55, -2.25, layout.WHOLE.right, 2.05)
ROW_GAP = 0.35
SLOPE = "slope"
SMALLEST = theme.SIZES.small / theme.SIZES.label
"""The factor by which a reading may be scaled down to fit."""


class PlotReadout(VGroup):
    """`lines`, `point` and `plates` at the place x on the curve of `plotted`; once asked for, its `tangent`.

    They stay the same shapes wherever the point goes. Raises LayoutError where a number is too long.
    """

    def __init__(self, axes: Axes, plotted: Plotted, x: float) -> None:
        self.axes, self.plotted, self.x = axes, plotted, x
        self.lines = AxisDashes(plotted.kinds)
        self.point = Dot(radius=0.14, color=theme.colour("text")).set_z_index(1)
        self.tangent: Tangent | None = None
        self.plates = [*map(self._plate, plotted.names, self.numbers(x), plotted.kinds)]
        super().__init__(self.lines, self.point, *self.plates)
        self.said = [plate.text_state for plate in self.plates]
        self._stand(x)

    def _plate(self, name: str, number: float, kind: str) -> Tag | NumberCard:
        is_symbol = not self.plotted.points and name != SLOPE
        return (
            Tag(name, shown(number), kind) if is_symbol else NumberCard(name, shown(number), kind, AREA.width)
        )

    def numbers(self, x: float) -> list[float]:
        """What is read at the place x: x and y, and once it is asked for, the slope."""
        plotted = self.plotted
        if plotted.points:
            # Between two points of a table there is nothing to read: the nearer one is shown.
            return [*min(plotted.points, key=lambda point: abs(point[0] - x))]
        slopes = [plotted.slope(x)] if self.tangent and plotted.slope else []
        return [x, plotted.value(x), *slopes]

    def add_slope(self) -> tuple[Tangent, Tag | NumberCard]:
        """From now on, it tells how steep the curve is, too: with a tangent, and with a plate."""
        self.tangent = Tangent(self.axes, 0, 0, np.nan)
        plate = self._plate(SLOPE, self.numbers(self.x)[-1], "gradient")
        self.plates.append(plate)
        self.add(self.tangent, plate)
        self.said.append(plate.text_state)
        self._stand(self.x)
        return self.tangent, plate

    def travel(self, places: Callable[[float], float]) -> Callable[[float], None]:
        """What lets it read, at a share from 0 to 1 of a move, the place that it then is at."""
        start, self.x = self.x, places(1)
        write = shown if self.plotted.points else rolling
        columns = np.array([self.numbers(places(share)) for share in moments()]).T.tolist()
        rolls = [
            plate.roll(shown(before), [write(number) for number in column], shown(after))
            for plate, before, column, after in zip(
                self.plates, self.numbers(start), columns, self.numbers(self.x), strict=True
            )
        ]
        for rooms in zip(*(roll.rooms for roll in rolls), strict=True):
            self._heights(rooms)

        def show(alpha: float) -> None:
            x = places(alpha)
            self.said = [roll.at(alpha, write(n)) for roll, n in zip(rolls, self.numbers(x), strict=True)]
            self._stand(x)

        return show

    def _stand(self, x: float) -> None:
        plotted, axes = self.plotted, self.axes
        y, top = plotted.value(x), AREA.top
        here = axes.point(x, y)
        self.lines.run(here, axes.left, axes.bottom)
        self.point.move_to(here)
        if self.tangent and plotted.slope:
            self.tangent.touch(axes, x, y, plotted.slope(x))
        heights = self._heights([(said.width, said.height) for said in self.said])
        for plate, said, height in zip(self.plates, self.said, heights, strict=True):
            plate.say_in(replace(AREA, bottom=top - height, top=top), said)
            top -= height + ROW_GAP

    def _heights(self, sizes: Sequence[tuple[float, float]]) -> list[float]:
        """How high the plates are around texts of some width and height, in units."""
        heights = []
        for plate, size in zip(self.plates, sizes, strict=True):
            width, height = plate.size(*size)
            factor = min(1.0, AREA.width / width)
            if factor < SMALLEST:
                text = plate.number if isinstance(plate, NumberCard) else plate.text
                raise LayoutError(f"{text.plain} is too long to be written beside the plot")
            heights.append(height * factor)
        return heights
