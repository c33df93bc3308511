"""Pairs of numbers in the plane: the points that they are after each step of training, and their ways."""

from collections.abc import Sequence

import numpy as np
from manim import DOWN, RIGHT, UP, Dot, Line, VMobject

from storyreel.engine.curves import around
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, Frame, at
from storyreel.graphics.plots.axes import Axes
from storyreel.graphics.plots.examples.runs_plot import STEP, STEPS_DRAWN, Curve, CurveLine, RunsPlot
from storyreel.graphics.text.typeset import words

RADII, OPACITIES = (0.3, 0.14), (0.55, 1.0)
WIDTHS = (theme.SPACING.bold_stroke, theme.SPACING.thin_stroke)
"""The radii of the dots, in Manim units, and the opacities and widths of the ways of the first point and of
the others: where two are equal, both are seen."""
MARGIN = 0.12
ROOM_FOR_NAMES = 0.75
"""Units above and below the axes for their words."""


class PathLine(CurveLine):
    """The way of a point, with a dot at its end."""

    def __init__(self, curve: Curve) -> None:
        place = min(curve.run, 1)
        super().__init__(curve, WIDTHS[place], OPACITIES[place])
        self.head = _dot(curve)
        self.submobjects = [self.line, self.head]


class PathsPlot(RunsPlot):
    """The plane of pairs of numbers, of which `curves` has one after another: the x and the y of the first
    point, those of the second, and so on, each a `run` of its own. `points` are the words for each point, and
    `labels` those for both axes, which have room for the ways of `others`, too. Below the key of the last
    point is the count of steps. All else is as in a `RunsPlot`."""

    def __init__(
        self,
        curves: Sequence[Curve],
        points: Sequence[str],
        labels: Sequence[str],
        frame: Frame,
        others: Sequence[Curve] = (),
    ) -> None:
        self.labels, self.others = tuple(labels), tuple(others)
        self.xs, self.ys = curves[::2], curves[1::2]
        steps = np.arange(float(len(curves[0].values)))
        counted = Curve(STEP, "muted", steps, curves[-1].run, 2)
        super().__init__([*curves, counted], points, frame, False, ())

    def _axes(self, area: Area, levels: Sequence[float]) -> Axes:
        xs, ys = self.xs, self.ys
        seen = (*xs, *self.others[::2]), (*ys, *self.others[1::2])
        ranges = [
            around([float(end) for each in of for end in (each.values.min(), each.values.max())], MARGIN)
            for of in seen
        ]
        room = Area(area.name, area.left, area.bottom + ROOM_FOR_NAMES, area.right, area.top - ROOM_FOR_NAMES)
        axes = Axes(
            room, ranges[0], ranges[1], ("x", "y"), (xs[0].kind, ys[0].kind), tick_em=theme.SIZES.label
        )
        axes.remove(*axes.names)
        for label, curve in zip(self.labels, (xs[0], ys[0]), strict=True):
            text = words(label, em=theme.SIZES.body, colour=theme.colour(curve.kind))
            if curve is ys[0]:
                axes.add(
                    text.next_to(at(axes.left, room.top), UP, buff=0.15).align_to(at(area.left, 0), at(-1, 0))
                )
            else:
                axes.add(text.next_to(axes.ticks[1], DOWN, buff=0.15).align_to(at(room.right, 0), RIGHT))
        return axes

    def _lines(self) -> list[CurveLine]:
        return [PathLine(curve) for curve in self.xs]

    def _sample(self, curve: Curve) -> VMobject:
        """The dot of the point, beside its first number."""
        if curve.place:
            return Line(at(0, 0), at(2 * RADII[0], 0), stroke_width=0)
        return _dot(curve).move_to(at(2 * RADII[0], 0), aligned_edge=RIGHT)

    def show_step(self, step: float) -> None:
        """Draw all ways up to a step, which may be between two steps."""
        last = int(step + 1e-9)
        steps = np.unique(np.linspace(0, last, min(last + 1, STEPS_DRAWN)).astype(int)).tolist()
        for x, y, line in zip(self.xs, self.ys, self.lines, strict=True):
            numbers = np.arange(len(x.values))
            here = self.axes.point(*(float(np.interp(step, numbers, each.values)) for each in (x, y)))
            corners = [self.axes.point(float(x.values[k]), float(y.values[k])) for k in steps]
            line.line.set_points_as_corners([*corners, here])
            line.head.move_to(here)


def _dot(curve: Curve) -> Dot:
    place = min(curve.run, 1)
    dot = Dot(radius=RADII[place], color=curve.colour)
    return dot.set_fill(opacity=OPACITIES[place])
