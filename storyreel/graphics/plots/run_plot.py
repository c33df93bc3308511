"""A plot of a quantity over the steps of a training run, drawn up to a step."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from manim import DOWN, RIGHT, UP, Animation, AnimationGroup, Dot, VGroup, VMobject

from storyreel.core.arrays import Array
from storyreel.core.errors import StoryreelError
from storyreel.core.number_format import decimals_for, rounded_briefly, shown
from storyreel.engine.curves import around
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, Point, at
from storyreel.graphics.motion.verbs import appear, draw, pop
from storyreel.graphics.parts.badge import Badge
from storyreel.graphics.plots.axes import Axes
from storyreel.graphics.plots.dashes import Dashes
from storyreel.graphics.text.rolling_number import sample_alphas
from storyreel.graphics.text.symbol import symbol
from storyreel.graphics.text.text_state import TextState
from storyreel.graphics.text.typeset import Typeset, maths, number_source

ROOM_FOR_NUMBER = 1.7
"""Units on the right of the axes for the number beside the end of the curve."""
MARGIN = 0.3
BELOW_AXIS = 0.3
"""Units from the x axis down to the middle of its name."""
FROM_TICK = 0.25
"""Units from the number at the last tick of the x axis to the name of the axis."""
FROM_CURVE = 0.05
"""Units from the top of the range up to the name of the y axis."""
HEAD = 0.14
"""The radius of the dot at the end of the curve, in Manim units."""
WIDEST_BADGE, ENLARGED = 1.8, theme.SIZES.label / theme.SIZES.body
"""The largest width of the badge in Manim units, and the factor by which it is drawn larger than made."""
LARGEST_WITH_DECIMALS = 1e4
BADGE_LIFT = 0.55
MARK, FROM_MARK = 0.09, 0.3
"""The radius of a mark on the curve, and the gap between the name of the axis and
the first one's number, in Manim units."""
SAMPLES = 40
"""Places near the end of the curve at which the badge is looked at."""
DENSE = 200
"""The steps from which on a curve is thin, so that its ups and downs do not run into each other."""
FLAT = 0.9
"""The share of the highest loss above which a curve runs through the name of its axis."""
ALIKE = 1 + 1e-9
"""Losses whose ratio is smaller than this are drawn as equal."""
ROOM_FOR_NAME = 0.2
"""The share of the range that is left free for it."""
LEAST_WAY = 0.2
"""The least units that a badge has to move up and down."""
MOST_DECIMALS = 3
"""The most decimals that a number gets for the last distance to a target."""
FEW = 13
"""The most values of a run of which each is seen, so that the number is always one of them."""
SLOWING = 0.3
"""Units before a bound from which on the badge slows down."""


class RunPlot(Axes):
    """The quantity `name`, of a kind, over the steps of a run, in an area; `values` has one entry per step.

    With a `target` there is a line for it. If all `values` are whole numbers, such as of right answers, or if
    they are few, the number is always one of them: that of the last whole step, as in a network beside it. It
    has so many `decimals`, if they are given. `graph` ends at the current step, `head` is the dot there,
    `badge` the number at its height. With `mark_every` there are `marks`, dots at each so many steps, such as
    the ends of epochs, up to the current step, and above the first of them its number. `show_step` and
    `follow` change these.
    """

    def __init__(
        self,
        area: Area,
        name: str,
        kind: str,
        values: Array,
        target: float | None = None,
        is_log: bool = False,
        decimals: int | None = None,
        mark_every: int | None = None,
    ) -> None:
        if not np.isfinite(values).all():
            raise StoryreelError(
                f"this network diverges within {len(values) - 1} steps; lower its learning rate"
            )
        self.values, self.kind = values, kind
        self.is_count = bool((values == np.round(values)).all())
        self.has_decimals = decimals is not None
        self.decimals = _decimals(values, target) if decimals is None else decimals
        self.target_value = target
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
            tick_em=theme.SIZES.label,
            name_em=theme.SIZES.number,
        )
        end = at(area.right - ROOM_FOR_NUMBER, self.bottom)
        step = self.names[0].scale(theme.SIZES.label / theme.SIZES.number).next_to(end, RIGHT, buff=0.1)
        step.shift(BELOW_AXIS * DOWN)  # above the axis there may be the badge
        ends = (float(mark.get_right()[0]) for mark in self.ticks if mark.get_top()[1] < self.bottom)
        step.shift(max(0.0, max(ends, default=self.left) + FROM_TICK - float(step.get_left()[0])) * RIGHT)
        # The curve may begin at the top of the axis.
        self.names[1].shift(max(0.0, self.top + FROM_CURVE - self.names[1].get_bottom()[1]) * UP)
        if target is not None:
            self._add_target(target)
        width = theme.SPACING.stroke if len(values) <= DENSE else theme.SPACING.thin_stroke
        self.graph = VMobject(stroke_color=theme.colour(kind), stroke_width=width)
        self.head = Dot(radius=HEAD, color=theme.colour("text"))
        self.badge = Badge(self._text(0.0), kind, theme.SIZES.body)
        self.marks = VGroup()
        if mark_every is not None:
            self._add_marks(mark_every)
        outside = -BADGE_LIFT if target is not None and values[0] < target else BADGE_LIFT
        self.lift = min((outside, -outside), key=self._covered)

    @property
    def moving(self) -> tuple[VMobject, ...]:
        """The parts that `show_step` and `follow` change."""
        return (self.graph, self.head, self.badge, *([self.marks] if len(self.marks) else []))

    def begins(self) -> Animation:
        """The curve is drawn up to its end, where the dot and the badge grow."""
        marks = [appear(self.marks)] if len(self.marks) else []
        return AnimationGroup(draw(self.graph), pop(self.head), pop(self.badge), *marks)

    def _add_marks(self, every: int) -> None:
        """The dots at each so many steps, and the first one's number, which is a part of the axes."""
        paint = theme.colour(self.kind)
        self.marked = range(0, len(self.values), every)
        spots = [self.point(float(step), float(self.values[step])) for step in self.marked]
        self.marks.add(*(Dot(spot, radius=MARK, color=paint) for spot in spots))
        source, plain = number_source(self._text(0.0))
        number = Typeset(source, plain=plain, em=theme.SIZES.label, colour=paint)
        # Above the axes, as the badge of the curve's end never is.
        self.names.add(number.next_to(self.names[1], RIGHT, buff=FROM_MARK))
        self.add(number)

    def _add_target(self, target: float) -> None:
        here, there = self.point(0.0, target), self.point(self.x_range[1], target)
        paint = theme.colour("target")
        line = Dashes("target", 0.06, 1.0).run(here, there)
        self.names.add(maths("t", plain="target", em=theme.SIZES.number, colour=paint).next_to(there, RIGHT))
        self.add(line, self.names[-1])

    def _covered(self, lift: float) -> int:
        """At how many of the sampled places near the end of the curve the badge would cover a name."""
        last = len(self.values) - 1
        width, height = WIDEST_BADGE, self.badge.height
        near = last * max(0.0, 1 - (width + 2 * HEAD) / (self.right - self.left))
        count = 0
        for step in np.linspace(near, last, SAMPLES):
            centre = np.array(self._badge_place(self._end(float(step)), width, height, lift))
            away = [np.abs(name.get_center() - centre) for name in self.names]
            halves = [np.array([name.width + width, name.height + height]) / 2 for name in self.names]
            count += any((gap[:2] < half).all() for gap, half in zip(away, halves, strict=True))
        return count

    def show_step(self, step: float) -> None:
        """Draw the curve up to `step`, which may be between two steps; the number is at rest."""
        self._draw_to(step, self.badge.state_of(self._text(step)))

    def follow(self, step_at: Callable[[float], float]) -> Callable[[float], None]:
        """A function that draws the curve up to `step_at(alpha)` at `alpha` (0 to 1) of an animation.

        The number changes on the way and is at rest at both ends. It and its plate change with the step only:
        they stand where the curve stands.
        """
        first, last = step_at(0.0), step_at(1.0)
        steps = np.linspace(first, last, len(sample_alphas())).tolist()
        numbers = [self._rolling(step) for step in steps]
        change = self.badge.rolling_number(self._text(first), numbers, self._text(last))

        def show(alpha: float) -> None:
            step = step_at(alpha)
            share = (step - first) / (last - first) if last != first else alpha
            self._draw_to(step, change.at(share, self._rolling(step)))

        return show

    def _draw_to(self, step: float, state: TextState) -> None:
        """Draw the curve up to `step`; `state` is the text of the badge."""
        corners = [self.point(number, there) for number, there in enumerate(self.values[: _whole(step) + 1])]
        here = self._end(step)
        self.graph.set_points_as_corners([*corners, here])
        self.head.move_to(here)
        for mark, at_step in zip(self.marks, self.marked, strict=True) if len(self.marks) else ():
            mark.set_fill(opacity=float(at_step <= step + 1e-9))
        width, height = self.badge.plate_size(state.width, state.height)
        scale = _within(ENLARGED * width, 0.0, WIDEST_BADGE) / width
        place = self._badge_place(here, width * scale, height * scale, self.lift)
        self.badge.set_state(state, place, scale)

    def _end(self, step: float) -> np.ndarray:
        """The end of the curve at `step`."""
        return self.point(step, self._value(step))

    def _value(self, step: float) -> float:
        """The quantity at `step`, interpolated between two steps: the number is that of the dot's height."""
        return float(np.interp(step, np.arange(len(self.values)), self.values))

    def _badge_place(self, end: np.ndarray, width: float, height: float, lift: float) -> Point:
        """The centre of a badge of this size beside the curve's `end`: never above the axes, where their name
        is, and within them if these are high enough."""
        half = height / 2 + 0.08
        bottom = self.bottom if lift > 0 else float(self.names[0].get_top()[1])
        bottom = min(bottom, self.top - 2 * half - LEAST_WAY)
        y = _within(float(end[1]) + lift, bottom + half, self.top - half)
        return at(float(end[0]) + HEAD + 0.1 + width / 2, y)

    def text_at(self, step: int, is_at_rest: bool) -> str:
        """The number at a whole step as the badge has it, while it changes or at rest."""
        return self._text(step) if is_at_rest else self._rolling(step)

    def _text(self, step: float) -> str:
        """The number at rest: in full, however small, unless there is a target to compare it with."""
        value = self._value(step)
        if self.has_decimals:
            return shown(value, f".{self.decimals}f")
        return shown(value) if self.target_value is None else rounded_briefly(value, self.decimals)

    def _rolling(self, step: float) -> str:
        """The number while it changes: with fixed decimals; without a target two digits of it are never lost,
        so that a small loss is not written as 0."""
        is_of_a_step = self.is_count or len(self.values) <= FEW
        value = float(self.values[_whole(step)]) if is_of_a_step else self._value(step)
        decimals = self.decimals
        if self.has_decimals:
            return shown(value, f".{decimals}f")
        if self.is_count or (self.target_value is None and is_of_a_step):
            return shown(value)
        if self.target_value is None:
            decimals = max(decimals, decimals_for(value, 2))
        return rounded_briefly(value, decimals, is_at_rest=False)


def _decimals(values: Array, target: float | None) -> int:
    """The decimals of the badge's number: three digits, two of the largest distance to the target, which tell
    the run from it, and two of the last distance, so that one can work out the loss beside it."""
    largest = float(np.abs(values).max())
    if largest >= LARGEST_WITH_DECIMALS:
        return 0
    distances = np.array([largest]) if target is None else np.abs(values - target)
    furthest, last = float(distances.max()), float(distances[-1])
    of_last = min(MOST_DECIMALS, decimals_for(last, 2))
    return max(decimals_for(largest, 3), decimals_for(furthest, 2), of_last)


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
    """The range of losses: from zero, or from the smallest on a logarithmic axis.

    Above a curve that stays high at first there is room for the name at the top of the axis. A curve that
    stays the same is in the middle of a logarithmic axis.
    """
    low, high = float(values.min()), max(0.0, float(values.max())) or 1.0
    if is_log and high < low * ALIKE:
        return low / 3, high * 3
    if values[max(1, len(values) // 5)] > FLAT * high:
        high *= (high / low) ** ROOM_FOR_NAME if is_log else 1 + ROOM_FOR_NAME
    return (low if is_log else min(0.0, low)), high
