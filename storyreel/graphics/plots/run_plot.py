"""A plot of a quantity over the steps of a training run, drawn up to a step."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from manim import RIGHT, DashedLine, Dot, VMobject

from storyreel.core.arrays import Array
from storyreel.core.errors import StoryreelError
from storyreel.core.number_format import decimals_for, rounded_briefly, shown
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, at
from storyreel.graphics.parts.badge import Badge
from storyreel.graphics.plots.axes import Axes
from storyreel.graphics.plots.ticks import around
from storyreel.graphics.text.rolling_number import sample_alphas
from storyreel.graphics.text.symbol import symbol
from storyreel.graphics.text.text_state import TextState
from storyreel.graphics.text.typeset import maths

ROOM_FOR_NUMBER = 1.4
"""Units on the right of the axes for the number beside the end of the curve."""
MARGIN = 0.3
HEAD = 0.12
"""The radius of the dot at the end of the curve, in Manim units."""
WIDEST_BADGE = 1.5
BADGE_LIFT = 0.55
SLOWING = 0.3
"""Units before a bound from which on the badge slows down."""


class RunPlot(Axes):
    """The quantity `name`, of a kind, over the steps of a run, in an area; `values` has one entry per step.

    With a `target` there is a line for it. `graph` ends at the current step, `head` is the dot there, `badge`
    the number of the last whole step. `show_step` and `follow` change these three.
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
        if not np.isfinite(values).all():
            raise StoryreelError(
                f"this network diverges within {len(values) - 1} steps; lower its learning rate"
            )
        self.values, self.kind = values, kind
        self.decimals = decimals_for(float(np.abs(values).max()), 3)
        self.target_value = target
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
    def moving(self) -> tuple[VMobject, VMobject, VMobject]:
        """The parts that `show_step` and `follow` change."""
        return self.graph, self.head, self.badge

    def _add_target(self, target: float) -> None:
        here, there = self.point(0.0, target), self.point(self.x_range[1], target)
        paint = theme.colour("target")
        line = DashedLine(here, there, color=paint, stroke_width=theme.SPACING.thin_stroke)
        self.add(line, maths("t", plain="target", em=theme.SIZES.body, colour=paint).next_to(there, RIGHT))

    def show_step(self, step: float) -> None:
        """Draw the curve up to `step`, which may be between two steps; the number is at rest."""
        self._draw_to(step, self.badge.state_of(self._text(step)))

    def follow(self, step_at: Callable[[float], float]) -> Callable[[float], None]:
        """A function that draws the curve up to `step_at(alpha)` at `alpha` (0 to 1) of an animation.

        The number changes on the way and is at rest at both ends.
        """
        steps = [step_at(alpha) for alpha in sample_alphas().tolist()]
        numbers = [self._rolling(step) for step in steps]
        change = self.badge.rolling_number(self._text(steps[0]), numbers, self._text(steps[-1]))

        def show(alpha: float) -> None:
            step = step_at(alpha)
            self._draw_to(step, change.at(alpha, self._rolling(step)))

        return show

    def _draw_to(self, step: float, state: TextState) -> None:
        """Draw the curve up to `step`; `state` is the text of the badge."""
        last = _whole(step)
        value = float(np.interp(step, np.arange(len(self.values)), self.values))
        corners = [self.point(number, there) for number, there in enumerate(self.values[: last + 1])]
        here = self.point(step, value)
        self.graph.set_points_as_corners([*corners, here])
        self.head.move_to(here)
        width, height = self.badge.plate_size(state.width, state.height)
        scale = _within(width, 0.0, WIDEST_BADGE) / width
        half = height * scale / 2 + 0.08
        y = _within(float(here[1]) + self.lift, self.bottom + half, self.top - half)
        self.badge.set_state(state, at(float(here[0]) + HEAD + 0.1 + width * scale / 2, y), scale)

    def _text(self, step: float) -> str:
        """The number at rest: in full, however small, unless there is a target to compare it with."""
        value = float(self.values[_whole(step)])
        return shown(value) if self.target_value is None else rounded_briefly(value, self.decimals)

    def _rolling(self, step: float) -> str:
        """The number while it changes, with fixed decimals."""
        return rounded_briefly(float(self.values[_whole(step)]), self.decimals, is_at_rest=False)


def _whole(step: float) -> int:
    """The last whole step."""
    return int(step + 1e-9)


def _within(size: float, low: float, high: float) -> float:
    """`size` clamped to the bounds, which it approaches smoothly over the last `SLOWING` units."""
    reach = min(SLOWING, (high - low) / 4)
    below, above = (max(0.0, reach - room) for room in (size - low, high - size))
    size += (below**2 if below < 2 * reach else 4 * reach * (below - reach)) / (4 * reach)
    return size - (above**2 if above < 2 * reach else 4 * reach * (above - reach)) / (4 * reach)


def _from_zero(values: Array, is_log: bool) -> tuple[float, float]:
    """The range of losses: from zero, or from the smallest on a logarithmic axis."""
    low, high = float(values.min()), float(values.max()) or 1.0
    return (low if is_log else min(0.0, low)), high
