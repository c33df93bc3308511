"""A plot of a training run: a quantity over the steps, drawn as far as the run has come."""

from dataclasses import replace

import numpy as np
from manim import DOWN, RIGHT, UP, DashedLine, Dot, VMobject

from storyreel import theme
from storyreel.arrays import Array
from storyreel.drawings.axes import Axes
from storyreel.drawings.badge import Badge
from storyreel.drawings.scale import around
from storyreel.drawings.symbol import symbol
from storyreel.drawings.typeset import maths
from storyreel.layout import Area, at
from storyreel.number import decimals_for, rounded, shown

ROOM_FOR_NUMBER = 1.4
"""Units right of the axes for the number at the last step, which stands right of the curve's head."""
MARGIN = 0.3
WIDEST_BADGE = 1.5
BADGE_LIFT = 0.55
SLOWING = 0.3


class RunPlot(Axes):
    """`values[step]` of the quantity `name`, of a kind, over the steps 0, 1, 2, … of a run, in an area.

    With a `target` there is a line for it. `graph` reaches to where the run has
    come; `head` is the point there, `badge` the number of the last whole step. `show_step` moves all three.
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
        self.side = UP if target is None or values[0] >= target else DOWN
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
        self.head = Dot(radius=0.12, color=theme.colour("text"))
        self.text = self._text(values[0], is_at_rest=False)
        self.badge = Badge(self.text, kind, theme.SIZES.body)
        self.badge.scale(min(1.0, WIDEST_BADGE / self.badge.width))

    @property
    def live(self) -> tuple[VMobject, VMobject, VMobject]:
        """The parts that `show_step` changes."""
        return self.graph, self.head, self.badge

    def _add_target(self, target: float) -> None:
        here, there = self.point(0.0, target), self.point(self.x_range[1], target)
        paint = theme.colour("target")
        line = DashedLine(here, there, color=paint, stroke_width=theme.SPACING.thin_stroke)
        self.add(line, maths("t", plain="target", em=theme.SIZES.body, colour=paint).next_to(there, RIGHT))

    def show_step(self, step: float, is_at_rest: bool = False) -> None:
        """The curve reaches to `step`, which may lie between two steps; at rest its number is exact."""
        last = int(step + 1e-9)
        now = float(np.interp(step, np.arange(len(self.values)), self.values))
        corners = [self.point(number, value) for number, value in enumerate(self.values[: last + 1])]
        self.graph.set_points_as_corners([*corners, self.point(step, now)])
        self.head.move_to(self.point(step, now))
        text = self._text(self.values[last], is_at_rest)
        if text != self.text:
            self.text = text
            badge = Badge(text, self.kind, theme.SIZES.body)
            self.badge.become(badge.scale(min(1.0, WIDEST_BADGE / badge.width)))
        self.badge.next_to(self.head, RIGHT, buff=0.1).shift(BADGE_LIFT * self.side)
        half = self.badge.height / 2 + 0.08
        self.badge.set_y(_within(self.badge.get_y(), self.bottom + half, self.top - half))

    def _text(self, value: float, is_at_rest: bool) -> str:
        """Rolling numbers have fixed decimals, and so has one that comes to rest beside a target; a loss at
        rest is written in full, however small."""
        is_loss = self.goal is None
        return shown(value) if is_at_rest and is_loss else rounded(value, self.decimals, is_at_rest)


def _within(y: float, low: float, high: float) -> float:
    """`y`, or the bound that it is beyond; on its way there it slows down, from `SLOWING` units before on."""
    reach = min(SLOWING, (high - low) / 4)
    below, above = (max(0.0, reach - room) for room in (y - low, high - y))
    y += (below**2 if below < 2 * reach else 4 * reach * (below - reach)) / (4 * reach)
    return y - (above**2 if above < 2 * reach else 4 * reach * (above - reach)) / (4 * reach)


def _from_zero(values: Array, is_log: bool) -> tuple[float, float]:
    """The range of losses: from zero, or from the smallest where the axis is logarithmic."""
    low, high = float(values.min()), float(values.max()) or 1.0
    return (low if is_log else min(0.0, low)), high
