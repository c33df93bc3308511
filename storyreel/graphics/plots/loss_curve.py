"""The cost or the loss as a curve over one weight, with the network's point on it."""

import itertools
from collections.abc import Callable

import numpy as np
from manim import LEFT, RIGHT, VMobject

from storyreel.engine.curve_ranges import SAMPLES as SAMPLES
from storyreel.engine.curve_ranges import curve_ranges
from storyreel.engine.loss_landscape import LossLandscape
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, at
from storyreel.graphics.plots.axes import Axes
from storyreel.graphics.plots.tangent import Tangent
from storyreel.graphics.text.symbol import symbol

Range = tuple[float, float]
CLEAR_OF_NAME = 0.2
"""The least units between the name of the y axis and the number of a tick below it."""


class LossCurve(Axes):
    """The loss curve of a landscape of one weight; its ranges show both the start and the minimum.

    The axes stay when the landscape changes: `graph` and `tangent` accept any landscape over the same weight,
    and are cut off at the ends of the axes. `called` is what the weight is called, if not by its own name;
    `ranges` are those of the weight and of the loss, if not the ones that show start and minimum best.
    """

    def __init__(
        self,
        area: Area,
        landscape: LossLandscape,
        called: str | None = None,
        ranges: tuple[Range, Range] | None = None,
    ) -> None:
        name = landscape.names[0]
        names = symbol(called or name), symbol(landscape.objective)
        super().__init__(area, *(ranges or curve_ranges(landscape)), names, (landscape.kind(name), "loss"))
        # Beside the axes: the curve and its tag need the room between them.
        self.names[1].next_to(at(self.left, area.top), LEFT, buff=0.2)
        self.names[0].next_to(at(area.right, self.bottom), RIGHT, buff=0.12)
        self._clear_of_name()

    def _clear_of_name(self) -> None:
        """Take away the ticks of the y axis whose numbers touch its name."""
        name = self.names[1]
        lowest = name.get_bottom()[1] - CLEAR_OF_NAME
        pairs = list(zip(self.ticks[::2], self.ticks[1::2], strict=True))
        hidden = [pair for pair in pairs if pair[1].get_x() < self.left and pair[1].get_top()[1] > lowest]
        for tick in itertools.chain(*hidden):
            self.ticks.remove(tick)
            self.remove(tick)

    def graph(self, landscape: LossLandscape) -> VMobject:
        """The curve from the left end of the axes to the right end."""
        xs = np.linspace(*self.x_range, SAMPLES)
        curve = VMobject(stroke_color=theme.colour("loss"), stroke_width=theme.SPACING.stroke)
        losses = landscape.losses(xs[:, np.newaxis])
        for piece in _pieces(list(zip(xs.tolist(), losses.tolist(), strict=True)), *self.y_range):
            corners = [self.point(x, y) for x, y in piece]
            curve.start_new_path(corners[0])
            curve.add_points_as_corners(corners[1:])
        return curve

    def ends(self, landscape: LossLandscape, x: float) -> tuple[float, float]:
        """The ends of the part of the curve around `x` that is not cut off; `x` where it is cut off there."""
        xs, step = np.linspace(*self.x_range, SAMPLES, retstep=True)
        losses = landscape.losses(xs[:, np.newaxis])
        cut = xs[~((losses >= self.y_range[0]) & (losses <= self.y_range[1]))]
        low, high = max(cut[cut < x] + step, default=xs[0]), min(cut[cut > x] - step, default=xs[-1])
        return min(x, float(low)), max(x, float(high))

    def along(self, landscape: LossLandscape, start: float, end: float) -> Callable[[float], float]:
        """A function from a share (0 to 1) of the arc length between two weights to the weight there.

        What follows it moves at the same speed however steep the curve is.
        """
        xs = np.linspace(start, end, SAMPLES)
        losses = np.clip(landscape.losses(xs[:, np.newaxis]), *self.y_range)
        spots = [self.point(x, loss) for x, loss in zip(xs.tolist(), losses.tolist(), strict=True)]
        lengths = np.linalg.norm(np.diff(spots, axis=0, prepend=spots[:1]), axis=1).cumsum()
        return lambda share: float(np.interp(share * lengths[-1], lengths, xs))

    def tangent(self, landscape: LossLandscape, x: float) -> Tangent:
        """The tangent at the weight's value `x`, whose slope is the gradient."""
        return Tangent(self, x, landscape.loss([x]), float(landscape.gradient([x])[0]))


def _pieces(points: list[tuple[float, float]], low: float, high: float) -> list[list[tuple[float, float]]]:
    """The parts of a polyline between two heights, cut where it crosses them."""
    pieces: list[list[tuple[float, float]]] = [[]]
    for here, there in itertools.pairwise(points):
        if not np.isfinite([here[1], there[1]]).all():
            pieces.append([])
            continue
        bounds = sorted((here[1], there[1]))
        if bounds[1] < low or bounds[0] > high:
            pieces.append([])
            continue
        cut = [
            (x0 + (x1 - x0) * _share(y0, y1, low, high), float(np.clip(y0, low, high)))
            for (x0, y0), (x1, y1) in ((here, there), (there, here))
        ]
        pieces[-1] += cut if not pieces[-1] else cut[1:]
        if there[1] > high or there[1] < low:
            pieces.append([])
    return [piece for piece in pieces if len(piece) > 1]


def _share(start: float, end: float, low: float, high: float) -> float:
    """The share of the way from `start` to `end`, 0 to 1, at which the range `low` to `high` is entered."""
    return (float(np.clip(start, low, high)) - start) / (end - start) if end != start else 0.0
