"""The readout of a point on a plot: dashed lines to the axes, and a column of plates with its numbers."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from manim import Dot, VGroup

from storyreel.core.number_format import rolling, shown
from storyreel.engine.curves import Plotted
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, LayoutError
from storyreel.graphics.parts.card import NumberCard
from storyreel.graphics.parts.tag import Tag
from storyreel.graphics.plots.axes import Axes
from storyreel.graphics.plots.dashes import AxisDashes
from storyreel.graphics.plots.tangent import Tangent
from storyreel.graphics.text.rolling_number import sample_alphas

ROW_GAP = 0.35
SLOPE = "slope"
SMALLEST = theme.SIZES.small / theme.SIZES.label
"""The smallest factor by which a plate is scaled down to fit."""


class PlotReadout(VGroup):
    """`lines`, `point` and, in an area beside the axes, `plates` at x on the curve of `plotted`; after
    `add_slope`, also a `tangent`.

    They are the same mobjects wherever the point is. Raises LayoutError where a number is too long.
    """

    def __init__(self, axes: Axes, plotted: Plotted, x: float, area: Area) -> None:
        self.axes, self.plotted, self.x, self.area = axes, plotted, x, area
        self.lines = AxisDashes(plotted.kinds)
        self.point = Dot(radius=0.14, color=theme.colour("text")).set_z_index(1)
        self.tangent: Tangent | None = None
        self.plates = [*map(self._plate, plotted.names, self.numbers(x), plotted.kinds)]
        super().__init__(self.lines, self.point, *self.plates)
        self.states = [plate.initial_state for plate in self.plates]
        self._place(x)

    def _plate(self, name: str, number: float, kind: str) -> Tag | NumberCard:
        is_symbol = not self.plotted.points and name != SLOPE
        return (
            Tag(name, shown(number), kind)
            if is_symbol
            else NumberCard(name, shown(number), kind, self.area.width)
        )

    def numbers(self, x: float) -> list[float]:
        """The numbers at x: x and y, and after `add_slope`, the slope."""
        plotted = self.plotted
        if plotted.points:
            # A table has no values between its points, so the nearest point is shown.
            return [*min(plotted.points, key=lambda point: abs(point[0] - x))]
        slopes = [plotted.slope(x)] if self.tangent and plotted.slope else []
        return [x, plotted.value(x), *slopes]

    def add_slope(self) -> tuple[Tangent, Tag | NumberCard]:
        """Add a tangent and a plate with its slope."""
        self.tangent = Tangent(self.axes, 0, 0, np.nan)
        plate = self._plate(SLOPE, self.numbers(self.x)[-1], "gradient")
        self.plates.append(plate)
        self.add(self.tangent, plate)
        self.states.append(plate.initial_state)
        self._place(self.x)
        return self.tangent, plate

    def travel(self, places: Callable[[float], float]) -> Callable[[float], None]:
        """A function that shows the numbers at `places(alpha)` at `alpha` (0 to 1) of an animation."""
        start, self.x = self.x, places(1)
        write = shown if self.plotted.points else rolling
        columns = np.array([self.numbers(places(alpha)) for alpha in sample_alphas()]).T.tolist()
        changes = [
            plate.rolling_number(shown(before), [write(number) for number in column], shown(after))
            for plate, before, column, after in zip(
                self.plates, self.numbers(start), columns, self.numbers(self.x), strict=True
            )
        ]
        for sizes in zip(*(change.sizes for change in changes), strict=True):
            self._heights(sizes)  # raises where a number on the way is too long

        def show(alpha: float) -> None:
            x = places(alpha)
            self.states = [
                change.at(alpha, write(n)) for change, n in zip(changes, self.numbers(x), strict=True)
            ]
            self._place(x)

        return show

    def _place(self, x: float) -> None:
        plotted, axes = self.plotted, self.axes
        y, top = plotted.value(x), self.area.top
        here = axes.point(x, y)
        self.lines.run(here, axes.left, axes.bottom)
        self.point.move_to(here)
        if self.tangent and plotted.slope:
            self.tangent.place(axes, x, y, plotted.slope(x))
        heights = self._heights([(state.width, state.height) for state in self.states])
        for plate, state, height in zip(self.plates, self.states, heights, strict=True):
            plate.set_state_in(replace(self.area, bottom=top - height, top=top), state)
            top -= height + ROW_GAP

    def _heights(self, sizes: Sequence[tuple[float, float]]) -> list[float]:
        """The heights of the plates around texts of these widths and heights, in Manim units."""
        heights = []
        for plate, size in zip(self.plates, sizes, strict=True):
            width, height = plate.plate_size(*size)
            factor = min(1.0, self.area.width / width)
            if factor < SMALLEST:
                text = plate.number if isinstance(plate, NumberCard) else plate.text
                raise LayoutError(f"{text.plain} is too long to be written beside the plot")
            heights.append(height * factor)
        return heights
