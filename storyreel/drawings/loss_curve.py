"""The loss as a curve over one weight, with the place where the network stands on it."""

import itertools

import numpy as np
from manim import LEFT, RIGHT, DashedLine, Dot, Triangle, VGroup, VMobject

from storyreel import theme
from storyreel.drawings.axes import Axes
from storyreel.drawings.symbol import symbol
from storyreel.drawings.tag import Tag
from storyreel.drawings.tangent import Tangent
from storyreel.layout import Area, at
from storyreel.loss_landscape import LossLandscape

SAMPLES = 121
REACH = 1.7
"""How far the curve reaches to both sides of its low ground, in distances of it from the start."""
SHORTEST_REACH = 0.4
"""The least of that, in sizes of the weight."""
CUT = 3.2
"""Where the curve is cut off, in heights of the start above the low ground."""

HIGHEST_TAG = 1.0
"""Units from the point up to the tag of its loss, at most."""


class LossCurve(Axes):
    """The curve of a landscape of one weight, in an area, its ranges chosen to show start and low ground.

    The axes stay when the landscape changes: `graph`, `standing` and `tangent` are made for any landscape
    over the same weight, and are cut off where the axes end.
    """

    def __init__(self, area: Area, landscape: LossLandscape) -> None:
        name = landscape.names[0]
        start, low = float(landscape.start[0]), float(landscape.downhill()[0])
        reach = REACH * max(abs(start - low), SHORTEST_REACH * (abs(start) or 1.0))
        x_range = low - reach, low + reach
        losses = np.array([landscape.loss([x]) for x in np.linspace(*x_range, SAMPLES)])
        kind = landscape.trace[name].kind
        super().__init__(
            area, x_range, _heights(losses, landscape.trace.loss), (symbol(name), "L"), (kind, "loss")
        )
        # Beside the axes instead of between them: there, the curve and its tag need the room.
        self.names[1].next_to(at(self.left, area.top), LEFT, buff=0.2)
        self.names[0].next_to(at(area.right, self.bottom), RIGHT, buff=0.12)

    def graph(self, landscape: LossLandscape, until: float | None = None) -> VMobject:
        """The curve from the left to the right end of the axes, or to where the weight is `until`."""
        end = self.x_range[1] if until is None else until
        xs = np.linspace(self.x_range[0], max(end, self.x_range[0] + 1e-9), SAMPLES)
        curve = VMobject(stroke_color=theme.colour("loss"), stroke_width=theme.SPACING.stroke)
        for piece in _pieces([(x, landscape.loss([x])) for x in xs], *self.y_range):
            corners = [self.point(x, y) for x, y in piece]
            curve.start_new_path(corners[0])
            curve.add_points_as_corners(corners[1:])
        return curve

    def standing(self, landscape: LossLandscape, x: float, number: str) -> VGroup:
        """Where the weight is `x`: dashed lines to both axes, a point, and a tag with the loss as `number`.

        Beyond the axes' ends, the point becomes an arrowhead at their end that shows which way.
        """
        loss = landscape.loss([x])
        here = self.point(*self.inside(x, loss))
        lines = VGroup()
        for end, kind in ((at(here[0], self.bottom), self.kinds[0]), (at(self.left, here[1]), self.kinds[1])):
            # Two lines at any time: a picture that moves keeps its parts.
            faint = 0.0 if np.linalg.norm(here - end) < 0.15 else 0.8
            lines.add(
                DashedLine(
                    here,
                    end if faint else here + at(0.1, 0),
                    dash_length=0.1,
                    color=theme.colour(kind),
                    stroke_width=theme.SPACING.thin_stroke,
                    stroke_opacity=faint,
                )
            )
        mark = self._mark(x, loss).move_to(here)
        return VGroup(lines, mark, self._tag(landscape, x, here, number)).set_z_index(2)

    def _mark(self, x: float, loss: float) -> VMobject:
        paint = theme.colour("text")
        nearest = self.inside(x, loss)
        if nearest == (x, loss):
            return Dot(radius=0.13, color=paint)
        if x != nearest[0]:
            angle = -np.pi / 2 if x > nearest[0] else np.pi / 2
        else:
            angle = 0.0 if loss > nearest[1] else np.pi
        return Triangle(color=paint, fill_opacity=1, stroke_width=0).scale(0.2).rotate(angle)

    def _tag(self, landscape: LossLandscape, x: float, here: np.ndarray, number: str) -> Tag:
        """The tag stands above the curve, on the side to which it falls: its tangent is not there."""
        tag = Tag("loss", number, self.kinds[1], theme.SIZES.body)
        half, slope = tag.width / 2, float(np.nan_to_num(landscape.gradient([x])[0]))
        across, up = (self.point(1, slope) - self.point(0, 0))[:2]
        middle = here[0] - np.clip(2.5 * up / across, -1, 1) * (half + 0.22)
        middle = np.clip(middle, self.left + half + 0.12, self.right + 0.3 - half)
        below = np.clip((middle + np.linspace(-half, half, 9) - self.left) / (self.right - self.left), 0, 1)
        weights = self.x_range[0] + below * (self.x_range[1] - self.x_range[0])
        highest = max(self.point(*self.inside(weight, landscape.loss([weight])))[1] for weight in weights)
        bottom = max(here[1] + 0.25, min(highest + 0.15, here[1] + HIGHEST_TAG))
        return tag.move_to(at(middle, min(bottom + tag.height / 2, self.top + 0.5 - tag.height / 2)))

    def tangent(self, landscape: LossLandscape, x: float) -> Tangent:
        """The tangent where the weight is `x`: its slope is the gradient there."""
        return Tangent(self, x, landscape.loss([x]), float(landscape.gradient([x])[0]))


def _heights(losses: np.ndarray, start: float) -> tuple[float, float]:
    """The range of the losses to show: from 0, unless all are far above it, to where the curve is cut."""
    finite = losses[np.isfinite(losses)]
    low = float(min(finite, default=0.0))
    high = min(float(max(finite, default=1.0)), low + CUT * max(start - low, 1e-9))
    high = high if high - low > 1e-6 * max(abs(low), 1e-6) else low + (abs(low) or 1.0)
    floor = 0.0 if low < 0.6 * high else low - 0.15 * (high - low)
    return floor, high


def _pieces(points: list[tuple[float, float]], low: float, high: float) -> list[list[tuple[float, float]]]:
    """The parts of a polyline that lie between two heights, cut where it passes them."""
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
    """How far from `start` to `end` one must go to be between `low` and `high`, from 0 to 1."""
    return (float(np.clip(start, low, high)) - start) / (end - start) if end != start else 0.0
