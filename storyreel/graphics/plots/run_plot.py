"""A plot of a training run: a quantity over the steps, drawn as far as the run has come."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from manim import RIGHT, DashedLine, Dot, VMobject

from storyreel.core.arrays import Array
from storyreel.core.number_format import decimals_for, rounded, shown
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, at
from storyreel.graphics.parts.badge import Badge
from storyreel.graphics.plots.axes import Axes
from storyreel.graphics.plots.ticks import around
from storyreel.graphics.text.rolling_number import moments
from storyreel.graphics.text.symbol import symbol
from storyreel.graphics.text.text_state import TextState
from storyreel.graphics.text.typeset import maths

ROOM_FOR_NUMBER = 1.4
"""Units right of the axes for the number at the last step, which stands right of the curve's head."""
MARGIN = 0.3
HEAD = 0.12
"""The radius of the point at the end of the curve, in units."""
WIDEST_BADGE = 1.5
BADGE_LIFT = 0.55
SLOWING = 0.3


class RunPlot(Axes):
    """`values[step]` of the quantity `name`, of a kind, over the steps 0, 1, 2, … of a run, in an area.

    With a `target` there is a line for it. `graph` reaches to where the run has
    come; `head` is the point there, `badge` the number of the last whole step. `show_step` puts all three to
    a step, and `follow` moves them.
    """

    def __init__(
        self,
        area: Area,
        name: str,
        kind: str,
        values: Array,
        target: float | None = None,
        is_log: bool = False,
    ) -> None:
        self.values, self.kind = values, kind
        self.decimals = decimals_for(float(np.abs(values).max()), 3)
        self.goal = target
        self.lift = BADGE_LIFT if target is None or values[0] >= target else -BADGE_LIFT
        seen = (
            around([*values.tolist(), target], MARGIN) if target is not None else _from_zero(values, is_log)
        )
        super().__init__(
            replace(area, right=area.right - ROOM_FOR_NUMBER),
            (0.0, float(len(values) - 1)),
            seen,
            ('"step"', symbol(name)),
            ("muted", kind),
            is_log=is_log,
        )
        end = at(area.right - ROOM_FOR_NUMBER, self.bottom)
        self.names[0].scale(theme.SIZES.small / theme.SIZES.label).next_to(end, RIGHT, buff=0.1)
        if target is not None:
            self._add_target(target)
        self.graph = VMobject(stroke_color=theme.colour(kind), stroke_width=theme.SPACING.stroke)
        self.head = Dot(radius=HEAD, color=theme.colour("text"))
        self.badge = Badge(self._text(0.0), kind, theme.SIZES.body)

    @property
    def live(self) -> tuple[VMobject, VMobject, VMobject]:
        """The parts that `show_step` and `follow` change."""
        return self.graph, self.head, self.badge

    def _add_target(self, target: float) -> None:
        here, there = self.point(0.0, target), self.point(self.x_range[1], target)
        paint = theme.colour("target")
        line = DashedLine(here, there, color=paint, stroke_width=theme.SPACING.thin_stroke)
        self.add(line, maths("t", plain="target", em=theme.SIZES.body, colour=paint).next_to(there, RIGHT))

    def show_step(self, step: float) -> None:
        """The curve reaches to `step`, which may lie between two steps; its number is at rest."""
        self._stand(step, self.badge.text_state(self._text(step)))

    def follow(self, step_at: Callable[[float], float]) -> Callable[[float], None]:
        """What makes the curve reach, at a share of a move from 0 to 1, to the step that `step_at` says.

        The number rolls on the way, and is at rest at both ends.
        """
        steps = [step_at(share) for share in moments().tolist()]
        numbers = [self._rolling(step) for step in steps]
        roll = self.badge.roll(self._text(steps[0]), numbers, self._text(steps[-1]))

        def go(alpha: float) -> None:
            step = step_at(alpha)
            self._stand(step, roll.at(alpha, self._rolling(step)))

        return go

    def _stand(self, step: float, now: TextState) -> None:
        """The curve reaches to `step`, where the badge says something."""
        last = _whole(step)
        value = float(np.interp(step, np.arange(len(self.values)), self.values))
        corners = [self.point(number, there) for number, there in enumerate(self.values[: last + 1])]
        here = self.point(step, value)
        self.graph.set_points_as_corners([*corners, here])
        self.head.move_to(here)
        width, height = self.badge.size(now.width, now.height)
        scale = _within(width, 0.0, WIDEST_BADGE) / width
        half = height * scale / 2 + 0.08
        y = _within(float(here[1]) + self.lift, self.bottom + half, self.top - half)
        self.badge.say(now, at(float(here[0]) + HEAD + 0.1 + width * scale / 2, y), scale)

    def _text(self, step: float) -> str:
        """The number at rest: a loss is written in full, however small; what is beside a target is not."""
        value = float(self.values[_whole(step)])
        return shown(value) if self.goal is None else rounded(value, self.decimals)

    def _rolling(self, step: float) -> str:
        """The number while it rolls, with fixed decimals."""
        return rounded(float(self.values[_whole(step)]), self.decimals, is_at_rest=False)


def _whole(step: float) -> int:
    """The last whole step."""
    return int(step + 1e-9)


def _within(size: float, low: float, high: float) -> float:
    """`size`, or the bound that it is beyond, on the way to which it slows down from `SLOWING` units on."""
    reach = min(SLOWING, (high - low) / 4)
    below, above = (max(0.0, reach - room) for room in (size - low, high - size))
    size += (below**2 if below < 2 * reach else 4 * reach * (below - reach)) / (4 * reach)
    return size - (above**2 if above < 2 * reach else 4 * reach * (above - reach)) / (4 * reach)


def _from_zero(values: Array, is_log: bool) -> tuple[float, float]:
    """The range of losses: from zero, or from the smallest where the axis is logarithmic."""
    low, high = float(values.min()), float(values.max()) or 1.0
    return (low if is_log else min(0.0, low)), high
