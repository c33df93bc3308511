"""The examples of a network's data as points, and its prediction: as a curve through them or, where several
inputs leave no axis for one, over the targets."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from manim import (
    DOWN,
    LEFT,
    RIGHT,
    UP,
    Animation,
    AnimationGroup,
    Dot,
    Succession,
    Transform,
    VGroup,
    VMobject,
)

from storyreel.core.arrays import Array
from storyreel.engine.curves import around
from storyreel.engine.network import Network
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, LayoutError, at
from storyreel.graphics.motion.verbs import appear, ease_travel, vanish
from storyreel.graphics.plots.axes import SAMPLES, Axes
from storyreel.graphics.plots.dashes import Dashes
from storyreel.graphics.polylines import polyline

MARGIN = 0.12
"""What the axes reach beyond the values, as a share of their spread."""
FARTHEST = 1.0
"""How far a curve is drawn beyond the targets, in multiples of their spread."""
RADII, MANY = (0.13, 0.07), 30
"""The radius of points, and that where there are more than `MANY`, in Manim units."""
ROOM_FOR_NAMES = 0.6
"""Units above and below the axes for their names."""
DASH = 0.1


class FitPlot(Axes):
    """Axes in an area with a point for each example of some data, one output of `networks` and an error line
    for each point.

    With one input, points are targets over inputs, which stay, and the prediction is a curve, `graph`, that
    changes with the network. With several, points are predictions over targets, which move, and `graph` is
    the diagonal on which both are equal. The axes have room for all `networks`, of which the first is shown;
    a curve is cut off where it goes far beyond the targets. `names` are Typst maths for x and y.
    """

    def __init__(
        self,
        area: Area,
        networks: Sequence[Network],
        inputs: Array,
        targets: Array,
        names: tuple[str, str],
    ) -> None:
        self.is_curve = inputs.shape[1] == 1
        self.inputs, self.goals = inputs, targets[:, 0]
        across = inputs[:, 0] if self.is_curve else self.goals
        x_range = around(across.tolist(), MARGIN)
        self.samples = np.linspace(*x_range, SAMPLES)
        y_range = self._heights(networks, x_range)
        kinds = ("input" if self.is_curve else "target", "activation")
        room = replace(area, bottom=area.bottom + ROOM_FOR_NAMES, top=area.top - ROOM_FOR_NAMES)
        both = x_range if self.is_curve else y_range
        super().__init__(
            room, both, y_range, names, kinds, tick_em=theme.SIZES.label, name_em=theme.SIZES.number
        )
        self._put_names(area)
        radius = RADII[len(self.goals) > MANY]
        paint = theme.colour("target" if self.is_curve else "activation")
        self.points_of_data = VGroup(*(Dot(radius=radius, color=paint).set_z_index(2) for _ in self.goals))
        self.errors = VGroup(
            *(
                VMobject(stroke_color=theme.colour("loss"), stroke_width=theme.SPACING.stroke).set_z_index(1)
                for _ in self.goals
            )
        )
        if self.is_curve:
            paint = theme.colour("activation")
            self.graph = VMobject(stroke_color=paint, stroke_width=theme.SPACING.bold_stroke)
        else:
            self.graph = Dashes("target", DASH, 1.0).run(*(self.point(end, end) for end in y_range))
        self.show_network(networks[0])

    @property
    def frame(self) -> VGroup:
        """All but the data and the prediction."""
        return VGroup(*self.arrows, *self.names, *self.ticks)

    def _heights(self, networks: Sequence[Network], x_range: tuple[float, float]) -> tuple[float, float]:
        """The range of the y axis."""
        low, high = float(self.goals.min()), float(self.goals.max())
        predicted = np.concatenate([self._predictions(network) for network in networks])
        if self.is_curve:
            curves = np.concatenate([self._curve(network) for network in networks])
            beyond = FARTHEST * ((high - low) or abs(high) or 1.0)
            predicted = np.clip(np.concatenate([predicted, curves]), low - beyond, high + beyond)
        return around([low, high, float(predicted.min()), float(predicted.max())], MARGIN)

    def _put_names(self, area: Area) -> None:
        """Put the names outside the axes, where no curve runs into them. Raises LayoutError without room."""
        across, up = self.names
        across.next_to(at(0, area.bottom + ROOM_FOR_NAMES), DOWN, buff=0.1).align_to(at(area.right, 0), RIGHT)
        up.next_to(at(0, area.top - ROOM_FOR_NAMES), UP, buff=0.1).align_to(at(self.left, 0), LEFT)
        if max(across.width, up.width) > self.right - self.left:
            raise LayoutError("the labels of the axes are too long; use fewer words")

    def _predictions(self, network: Network) -> Array:
        """The output for each example."""
        return network.forward(self.inputs).prediction[:, 0]

    def _curve(self, network: Network) -> Array:
        """The output at each place of the curve."""
        return network.forward(self.samples[:, np.newaxis]).prediction[:, 0]

    def show_network(self, network: Network) -> None:
        """Show the predictions of a network: the curve or the points, and the errors."""
        predictions = self._predictions(network)
        if self.is_curve:
            self.graph.points = self._within(self._curve(network))
            places = [self.point(*place) for place in zip(self.inputs[:, 0], self.goals, strict=True)]
            ends = [self.point(*place) for place in zip(self.inputs[:, 0], predictions, strict=True)]
        else:
            places = [self.point(*place) for place in zip(self.goals, predictions, strict=True)]
            ends = [self.point(goal, goal) for goal in self.goals]
        for dot, error, here, there in zip(self.points_of_data, self.errors, places, ends, strict=True):
            dot.move_to(here)
            error.points = polyline([here, self._clamped(there)])

    def _clamped(self, place: np.ndarray) -> np.ndarray:
        return np.array([place[0], np.clip(place[1], self.bottom, self.top), 0.0])

    def becomes(self, other: "FitPlot", has_errors: bool) -> Animation:
        """The plot moves and changes its size into another one of the same network, and is that from then on;
        its errors only if they are on stage."""
        pairs = [(self.graph, other.graph), *zip(self.points_of_data, other.points_of_data, strict=True)]
        pairs += [*zip(self.arrows, other.arrows, strict=True), *zip(self.names, other.names, strict=True)]
        if has_errors:
            pairs += zip(self.errors, other.errors, strict=True)
        else:
            for mine, its in zip(self.errors, other.errors, strict=True):
                mine.points = its.points
        self.left, self.right, self.bottom, self.top = other.left, other.right, other.bottom, other.top
        if [tick.plain for tick in self.ticks[1::2]] == [tick.plain for tick in other.ticks[1::2]]:
            pairs += zip(self.ticks, other.ticks, strict=True)
            return _moved(pairs)
        gone, self.ticks = self.ticks, other.ticks  # there is room for other numbers
        leaving = AnimationGroup(*map(vanish, gone)).set_run_time(0.3)
        arriving = AnimationGroup(*map(appear, other.ticks)).set_run_time(0.3)
        return Succession(leaving, _moved(pairs), arriving)

    def _within(self, heights: Array) -> np.ndarray:
        """The points of the parts of the curve that are within the axes."""
        low, high = self.y_range
        points: list[np.ndarray] = []
        part: list[np.ndarray] = []
        for x, y, after, y_after in zip(self.samples, heights, self.samples[1:], heights[1:], strict=False):
            begin, end = _share_between(y, y_after, low, high)
            if begin < end:
                corners = [
                    self.point(x + share * (after - x), y + share * (y_after - y)) for share in (begin, end)
                ]
                part += corners if not part else corners[1:]
            if part and (begin >= end or end < 1.0):
                points.append(polyline(part))
                part = []
        if part:
            points.append(polyline(part))
        return np.concatenate(points) if points else np.zeros((0, 3))


def _moved(pairs: Sequence[tuple[VMobject, VMobject]]) -> Animation:
    """The first of each pair becomes the second."""
    return AnimationGroup(*(Transform(*pair, rate_func=ease_travel) for pair in pairs))


def _share_between(start: float, end: float, low: float, high: float) -> tuple[float, float]:
    """From which to which share of the way from `start` to `end` a value is between two bounds; where it
    never is, the first share is not below the second."""
    if start == end:
        return (0.0, 1.0) if low <= start <= high else (1.0, 0.0)
    first, last = sorted(((low - start) / (end - start), (high - start) / (end - start)))
    return max(0.0, first), min(1.0, last)
