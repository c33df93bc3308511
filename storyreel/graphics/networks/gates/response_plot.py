"""The output of a network over its input as a curve that can bend, with points on it or targets near it."""

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
from manim import DOWN, LEFT, UP, Animation, AnimationGroup, Dot, Succession, VGroup, VMobject

from storyreel.core.arrays import Array
from storyreel.engine.curves import Function, around
from storyreel.graphics import theme
from storyreel.graphics.layout import Area
from storyreel.graphics.motion.verbs import (
    appear,
    appear_from,
    draw,
    ease_travel,
    one_after_another,
    pop,
    vanish,
)
from storyreel.graphics.plots.axes import SAMPLES, Axes
from storyreel.graphics.plots.dashes import AxisDashes
from storyreel.graphics.polylines import polyline
from storyreel.graphics.text.typeset import Typeset, maths

HEADROOM = 0.12
"""What the axes reach beyond the values, as a share of their spread."""
LEAST_SEEN = 0.25
"""The least height of a curve that is not too flat, in heights of the y axis."""
FROM_AXIS, BETWEEN = 0.12, 0.06
"""Units between an axis and the number at it, and at least between two numbers one above the other."""
SLACK = 1e-6
"""Manim units beyond the ends of the y axis in which a curve is not cut off."""
SWINGING = 0.6
"""The share of its time in which a line that swings moves to the next slope, before it rests there."""
TARGET = 0.16
"""The radius of a target, in Manim units."""
KINDS = ("input", "activation")


class ResponsePlot(Axes):
    """Axes in an area with the curve of `function`, an output over an input, and a point for each of some
    `inputs`, which are numbers and their texts; or with `targets`, inputs and the outputs wanted there, as
    points that the curve may miss.

    `labels` are Typst maths for input and output, `text` writes an output. At the axes stand only the numbers
    of the points, `inputs_written` and `outputs_written`; equal outputs once. With `targets`, they have round
    numbers, and any curve is cut off at their ends. `graph` is the curve.
    """

    def __init__(
        self,
        area: Area,
        function: Function,
        inputs: Sequence[tuple[float, str]],
        labels: tuple[str, str],
        text: Callable[[float], str],
        targets: Sequence[tuple[float, float]] = (),
    ) -> None:
        self.inputs, self.text = [x for x, _ in inputs], text
        x_range = _reach([0.0, *self.inputs, *(x for x, _ in targets)])
        self.samples = np.linspace(*x_range, SAMPLES)
        self.values = self._values(function)
        super().__init__(area, x_range, _reach([0.0, *self.values, *(y for _, y in targets)]), labels, KINDS)
        if not targets:
            self.ticks = []  # the numbers of the points stand there
        self.frame = VGroup(*self.arrows, self.names, *self.ticks)
        self.graph = VMobject(stroke_color=theme.colour(KINDS[1]), stroke_width=theme.SPACING.stroke)
        self.marks = [
            VGroup(AxisDashes(KINDS), Dot(radius=0.12, color=theme.colour("text")).set_z_index(1))
            for _ in inputs
        ]
        self.targets = self._targets(targets)
        self._show(self.values)
        self.before = VGroup()
        self.inputs_written = [
            _number(number, KINDS[0]).next_to(self.point(x, self.y_range[0]), DOWN, buff=FROM_AXIS)
            for x, number in inputs
        ]
        self.outputs_written = self._outputs()
        self.submobjects = [
            self.before,
            self.frame,
            self.graph,
            *self.marks,
            *self.targets,
            *self.inputs_written,
            *self.outputs_written,
        ]

    def _values(self, function: Function) -> Array:
        """The values of the curve, and then those of the points."""
        return np.array([function(float(x)) for x in (*self.samples, *self.inputs)])

    def _show(self, values: Array, is_cut: bool | None = None) -> None:
        """Show the curve with these values; if it `is_cut`, only between the ends of the axes."""
        places = [self.point(x, y) for x, y in zip((*self.samples, *self.inputs), values, strict=True)]
        low, high = self.bottom - SLACK, self.top + SLACK
        is_cut = bool(self.targets) if is_cut is None else is_cut
        self.graph.points = polyline(
            [spot for spot in places[: len(self.samples)] if not is_cut or low <= spot[1] <= high]
        )
        for here, (dashes, dot) in zip(places[len(self.samples) :], self.marks, strict=True):
            dashes.run(here, self.left, self.bottom)
            dot.move_to(here)

    def _outputs(self) -> list[Typeset]:
        """The numbers of the points at the y axis, none over another."""
        heights = {
            self.text(y): self.point(self.x_range[0], y) for y in self.values[len(self.samples) :].tolist()
        }
        numbers = [
            _number(text, KINDS[1]).next_to(spot, LEFT, buff=FROM_AXIS) for text, spot in heights.items()
        ]
        for low, high in pairwise(sorted(numbers, key=lambda number: float(number.get_y()))):
            apart = max(0.0, low.get_top()[1] + BETWEEN - high.get_bottom()[1]) * UP
            low.shift(-apart / 2)
            high.shift(apart / 2)
        return numbers

    def bend(self, function: Function) -> Callable[[float], None]:
        """A function of a share, 0 to 1, that bends the curve into that of another function, with the points
        on it; the curve as it was stays behind it, pale, among those `before`. The new outputs are then the
        `outputs_written`.

        The y axis stays as it is, unless there are no targets and the new curve would leave it or be flat on
        it: then it comes to suit that curve, and nothing stays behind.
        """
        start, end = self.values, self._values(function)
        own, new = self.y_range, _reach([0.0, *end])
        is_seen = own[0] <= new[0] and new[1] <= own[1] and new[1] - new[0] >= LEAST_SEEN * (own[1] - own[0])
        is_seen = is_seen or bool(self.targets)
        ranges = own, own if is_seen else new
        if is_seen:
            ghost = self.graph.copy().set_stroke(theme.colour("muted"), theme.SPACING.thin_stroke)
            self.before.add(ghost.set_z_index(-1))
        self.values, self.y_range = end, ranges[1]
        before, self.outputs_written = self.outputs_written, self._outputs()
        self.remove(*before).add(*self.outputs_written)

        def show(share: float) -> None:
            low, high = ((1 - share) * one + share * other for one, other in zip(*ranges, strict=True))
            self.y_range = low, high
            self._show((1 - share) * start + share * end)

        return show

    def swing(self, slopes: Sequence[float]) -> Callable[[float], None]:
        """A function of a share, 0 to 1, in which the curve becomes one line through the origin after
        another, of these slopes, rests there, and is what it was at the end. Each is left behind, pale, until
        then; what is above or below the axes is cut off."""
        xs, own = np.array([*self.samples, *self.inputs]), self.values
        stops = [own, *(slope * xs for slope in slopes), own]
        ghosts = list[VMobject]()
        for values in stops[:-1]:
            self._show(values, is_cut=True)
            ghost = self.graph.copy().set_stroke(theme.colour("muted"), theme.SPACING.thin_stroke)
            ghosts.append(ghost.set_stroke(opacity=0).set_z_index(-1))
        self._show(own)
        self.before.add(*ghosts)

        def show(share: float) -> None:
            way = share * (len(stops) - 1)
            leg = min(int(way), len(stops) - 2)
            moved = ease_travel(min(1.0, (way - leg) / SWINGING))
            self._show((1 - moved) * stops[leg] + moved * stops[leg + 1], is_cut=None if share == 1 else True)
            is_last = leg == len(stops) - 2
            for number, ghost in enumerate(ghosts):
                seen = float(number <= leg) * (1 - moved if is_last else 1.0)
                ghost.set_stroke(opacity=seen)
            if share == 1:
                self.before.remove(*ghosts)

        return show

    def set_targets(self, places: Sequence[tuple[float, float]]) -> Animation:
        """Other targets rise from the axis, as those before fade out."""
        before, self.targets = self.targets, self._targets(places)
        self.remove(*before).add(*self.targets)
        return AnimationGroup(*map(vanish, before), self._targets_rise())

    def _targets(self, places: Sequence[tuple[float, float]]) -> list[Dot]:
        dots = (Dot(self.point(*place), radius=TARGET, color=theme.colour("target")) for place in places)
        return [dot.set_z_index(1) for dot in dots]

    def _targets_rise(self) -> Animation:
        """The targets appear one after the other, each from its input on the axis."""
        inputs = [np.array([target.get_x(), self.bottom, 0.0]) for target in self.targets]
        rises = [appear_from(*pair) for pair in zip(self.targets, inputs, strict=True)]
        return one_after_another(rises, overlap=0.3)

    def appears(self) -> Animation:
        """The axes and the curve, then one point after the other with its numbers, and one target after the
        other, each from its input on the axis."""
        steps = [
            [appear(mark[0]), pop(mark[1]), appear(number)]
            for mark, number in zip(self.marks, self.inputs_written, strict=True)
        ]
        for step, number in zip(steps, self.outputs_written, strict=False):
            step.append(appear(number))
        points: list[Animation] = [AnimationGroup(*step) for step in steps]
        if self.targets:
            points.append(self._targets_rise())
        return Succession(AnimationGroup(appear(self.frame), draw(self.graph)), *points)


def _reach(values: Sequence[float]) -> tuple[float, float]:
    """The range of some values with room beyond them, but not beyond an end that is 0."""
    low, high = around(list(map(float, values)), HEADROOM)
    return (0.0 if min(values) == 0 < max(values) else low), (0.0 if max(values) == 0 > min(values) else high)


def _number(text: str, kind: str) -> Typeset:
    return maths(text, plain=text, em=theme.SIZES.label, colour=theme.colour(kind))
