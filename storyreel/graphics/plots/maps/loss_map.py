"""The cost or the loss over two weights as a contour map, with the network's point on it."""

import numpy as np
from manim import LEFT, RIGHT, UR, Dot, Line, VMobject

from storyreel.core.arrays import Array
from storyreel.engine.curve_ranges import Range
from storyreel.engine.loss_landscape import LossLandscape
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, at
from storyreel.graphics.plots.axes import ROOM_BELOW, ROOM_LEFT, Axes
from storyreel.graphics.plots.maps.contour_map import ContourMap
from storyreel.graphics.text.symbol import symbol

CELL = 0.12
"""Units between two points at which the loss is computed."""
ROOM_FOR_WAY = 2.6
"""The size of the map, in distances from the start to the minimum."""
LEAST_SHARE = 0.6
"""The least width of the map, in multiples of the larger weight."""


class LossMap(ContourMap):
    """The map of a landscape of two weights, in an area; it shows the start and the way down from there.

    `marker` is the dot at the network's two weights.

    Both axes have the same scale, so that the gradient is perpendicular to the contour lines; or they have
    the `ranges` of a surface that is seen from above.
    """

    def __init__(
        self, area: Area, landscape: LossLandscape, ranges: tuple[Range, Range] | None = None
    ) -> None:
        self.landscape = landscape
        width, height = area.width - ROOM_LEFT - 0.35, area.height - ROOM_BELOW - 0.35
        x_range, y_range = ranges or _ranges(landscape, width, height)
        (across, up), kinds = landscape.names_seen, [landscape.kind(name) for name in landscape.names]
        axes = Axes(area, x_range, y_range, (symbol(across), symbol(up)), (kinds[0], kinds[1]))
        axes.names[0].next_to(at(area.right, axes.bottom), RIGHT, buff=0.12)
        name, room = axes.names[1], ROOM_LEFT - 0.2
        if name.width <= room:
            name.next_to(at(axes.left, area.top), LEFT, buff=0.2)
        else:
            name.next_to(at(axes.left + 0.1, axes.top), UR, buff=0.05)
        xs, ys = (
            np.linspace(*ends, round(size / CELL)) for ends, size in ((x_range, width), (y_range, height))
        )
        super().__init__(axes, landscape.grid(xs, ys), landscape.objective, "loss")
        self.marker = Dot(self.point(landscape.start), radius=0.13, color=theme.colour("text")).set_z_index(2)
        self.add(self.marker)

    def point(self, place: Array) -> np.ndarray:
        """The point of the frame for two weights, clamped to the map."""
        return self.axes.point(*self.axes.clamp(*place))

    @property
    def standing(self) -> tuple[VMobject, ...]:
        """What `stand_at` moves."""
        return (self.marker,)

    def stand_at(self, place: Array) -> None:
        """Move the dot to two weights."""
        self.marker.move_to(self.point(place))

    def show_dot(self, opacity: float) -> None:
        """Let the dot have this opacity, 0 to 1."""
        self.marker.set_opacity(opacity)

    @property
    def ranges(self) -> tuple[Range, Range]:
        """The values of both weights at the ends of the map."""
        return self.axes.x_range, self.axes.y_range

    def cut(self, weight: str) -> Line:
        """The line through the start along which only `weight` changes."""
        lowest, highest = self.landscape.start.copy(), self.landscape.start.copy()
        position = self.landscape.names.index(weight)
        ends = self.axes.x_range if position == 0 else self.axes.y_range
        lowest[position], highest[position] = ends
        paint = theme.colour(self.kind)
        return Line(
            self.point(lowest), self.point(highest), stroke_color=paint, stroke_width=theme.SPACING.stroke
        )


def _ranges(landscape: LossLandscape, width: float, height: float) -> tuple[Range, Range]:
    """The values of both weights on a map of a size, in Manim units, that show the start and the minimum
    downhill from it at one scale."""
    start, low = landscape.start, landscape.downhill()
    way = np.abs(low - start) * ROOM_FOR_WAY
    largest = float(np.abs(start).max()) or 1.0
    unit = max(way[0] / width, way[1] / height, LEAST_SHARE * largest / width)
    middle, half = (start + low) / 2, np.array([width, height]) * unit / 2
    across, up = ((float(m - h), float(m + h)) for m, h in zip(middle, half, strict=True))
    return across, up
