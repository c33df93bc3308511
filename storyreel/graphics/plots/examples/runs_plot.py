"""Numbers of several training runs over their steps, on the same axes, with a key."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from manim import DL, DOWN, LEFT, RIGHT, Dot, Line, VGroup, VMobject

from storyreel.core.arrays import Array
from storyreel.core.errors import StoryreelError
from storyreel.core.number_format import decimals_for, shown
from storyreel.engine.curves import around
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, Frame, at
from storyreel.graphics.plots.axes import Axes
from storyreel.graphics.plots.dashes import Dashes
from storyreel.graphics.text.named_number import named_number, named_source
from storyreel.graphics.text.rolling_number import RollingNumber, sample_alphas, set_text
from storyreel.graphics.text.symbol import symbol
from storyreel.graphics.text.text_state import TextState
from storyreel.graphics.text.typeset import Typeset, in_line, words

DECIMALS, MOST_DECIMALS = 2, 4
"""The decimals of the numbers in the key, and the most of one that would end at 0.00."""
PLOT_SHARE, PLOT_SHARE_IN_OTHERS, GAP = 0.68, 0.62, 0.5
"""The part of the frame that the axes have, the same where the key is below them, and the units between."""
WIDTHS, OPACITIES = (theme.SPACING.bold_stroke, theme.SPACING.thin_stroke), (0.5, 1.0)
"""The widths and opacities of the lines of a run's first number and of the others, if
there are others: where two are equal, both are seen."""
HEAD = 0.1
"""The radius of the dot at the end of a curve, in Manim units."""
SAMPLE, FROM_SAMPLE, ROW, BEFORE_RUN, BETWEEN_RUNS = 0.55, 0.2, 0.8, 0.35, 0.8
"""The length of the lines in the key, the gap behind them, the height of its rows, and the gaps before a
run's rows and beside another run's, in Manim units."""
MARGIN = 0.08
STEP = "step"
"""The name of the curve that counts the steps of a run, for the key of a picture without an axis for them."""
STEPS_DRAWN = 600
"""The most corners of a curve."""


@dataclass(frozen=True)
class Curve:
    """A number of a run, called `name`, of a kind: its `values` after 0, 1, 2, … steps, and which `run` and
    which of its numbers it is, counted from 0."""

    name: str
    kind: str
    values: Array
    run: int
    place: int

    def text(self, step: int) -> str:
        """The number after a step, with as many decimals as at all others; none if it counts steps."""
        if self.name == STEP:
            return shown(float(self.values[step]), ".0f")
        last = float(self.values[-1])
        decimals = DECIMALS if abs(last) >= 10**-DECIMALS else min(MOST_DECIMALS, decimals_for(last, 2))
        return shown(float(self.values[step]), f".{decimals}f")

    @property
    def colour(self) -> str:
        """That of its kind in the first run, and of text in another."""
        return theme.colour("text" if self.run else self.kind)


class CurveLine(VGroup):
    """The line of a curve, up to a step, with a dot at its end."""

    def __init__(self, curve: Curve, width: float, opacity: float) -> None:
        self.line = VMobject(stroke_color=curve.colour, stroke_width=width)
        self.line.set_stroke(opacity=opacity)
        self.head = Dot(radius=HEAD, color=curve.colour)
        super().__init__(self.line, self.head)


class RunsPlot(VGroup):
    """The `curves` in a frame, and beside or below them a key with the words of each run and the numbers.

    `axes`, `key` and `moving` are its parts; `show_step` and `follow` change what is `moving`: the lines and
    the numbers in the key. `levels` are further numbers that must be within the axes.
    """

    first_step = 0
    """The step at which the numbers in the key begin."""

    def __init__(
        self,
        curves: Sequence[Curve],
        runs: Sequence[str],
        frame: Frame,
        is_log: bool,
        levels: Sequence[float],
    ) -> None:
        self.curves, self.is_log = tuple(curves), is_log
        area, beside = self._rooms(frame)
        self.axes = self._axes(area, levels)
        self.lines = self._lines()
        self.numbers: list[Typeset] = []
        self.key = self._key(runs, beside)
        self.moving = VGroup(*self.lines, *self.numbers)
        super().__init__(self.axes, self.key)

    def _rooms(self, frame: Frame) -> tuple[Area, Area]:
        """The areas of the axes and of the key."""
        wide = frame.is_wide
        share = PLOT_SHARE if wide else PLOT_SHARE_IN_OTHERS
        return frame.halves(frame.whole, share, GAP, stacked=not wide)

    def _axes(self, area: Area, levels: Sequence[float]) -> Axes:
        curves = self.curves
        last = float(len(curves[0].values) - 1)
        seen = self._range([*levels, *(float(v) for c in curves for v in (c.values.min(), c.values.max()))])
        room = replace(area, right=area.right - 1.0)
        axes = Axes(
            room,
            (0.0, last),
            seen,
            ('"step"', symbol(curves[0].name)),
            ("muted", curves[0].kind),
            self.is_log,
            theme.SIZES.label,
            theme.SIZES.number,
        )
        step = axes.names[0].scale(theme.SIZES.label / theme.SIZES.number)
        step.next_to(at(room.right, axes.bottom), RIGHT, buff=0.1)
        if len({curve.name for curve in curves}) > 1:
            axes.remove(axes.names[1])
        return axes

    def _lines(self) -> list[CurveLine]:
        return [CurveLine(each, self._width(each), self._opacity(each)) for each in self.curves]

    def _range(self, values: list[float]) -> tuple[float, float]:
        if not np.isfinite(values).all():
            raise StoryreelError("a run diverges; lower the learning rate of its network")
        if self.is_log:
            return min(values) / 1.3, max(values) * 1.3
        low, high = around(values, MARGIN)
        return (0.0 if min(values) >= 0 and low < 0.3 * high else low), high

    def _key(self, runs: Sequence[str], area: Area) -> VGroup:
        """The words of each run, and below them a line for each of its numbers, which are in `numbers`; at
        the end there is room for a level. The blocks of two runs are below one another or side by side."""
        blocks = [self._block(number, text) for number, text in enumerate(runs)]
        numbers = [
            VGroup(*(each for each, c in zip(self.numbers, self.curves, strict=True) if c.run == k))
            for k in range(len(runs))
        ]
        if area.height > area.width:
            lower = blocks[0].height + BEFORE_RUN + ROW / 2
            offsets = [at(0, -number * lower) for number in range(len(runs))]
        else:
            wide = max(VGroup(*pair).width for pair in zip(blocks, numbers, strict=True)) + BETWEEN_RUNS
            offsets = [at(number * wide, 0) for number in range(len(runs))]
        for block, number, offset in zip(blocks, numbers, offsets, strict=True):
            block.shift(offset)
            number.shift(offset)
        whole = VGroup(*blocks, *numbers)
        room = self._room_for_level(whole)
        whole.add(room)
        factor = min(1.0, area.width / whole.width, area.height / whole.height)
        whole.scale(factor).move_to(area.centre).align_to(at(area.left, 0), LEFT)
        self.key_scale, self._spot, self._room = factor, room.get_start(), area.width
        return VGroup(*blocks)

    def _room_for_level(self, blocks: VGroup) -> Line:
        """A line that is not drawn where that of a level will be, below all blocks."""
        spot = blocks.get_corner(DL) + (BEFORE_RUN + ROW / 2) * DOWN
        return Line(spot, spot + 0.1 * RIGHT)

    def _block(self, number: int, text: str) -> VGroup:
        """The words of a run and the lines of its numbers, which are added to `numbers`."""
        own = [curve for curve in self.curves if curve.run == number]
        block = VGroup(words(text, em=theme.SIZES.body, colour=own[0].colour).align_to(at(0, 0), LEFT))
        block[0].on_baseline(0.0)
        for row, curve in enumerate(own, start=1):
            y = -row * ROW
            sample = self._sample(curve).shift(at(0, y))
            named = named_number(curve.name, curve.text(self.first_step), curve.kind, theme.SIZES.label)
            self.numbers.append(named.next_to(sample, RIGHT, buff=FROM_SAMPLE))
            block.add(sample)
        return block

    def _sample(self, curve: Curve) -> VMobject:
        """What stands for a curve in the key, from (0, 0) to the right."""
        sample = Line(at(0, 0), at(SAMPLE, 0), stroke_color=curve.colour)
        return sample.set_stroke(width=self._width(curve), opacity=self._opacity(curve))

    @property
    def _is_paired(self) -> bool:
        return any(curve.place for curve in self.curves)

    def _width(self, curve: Curve) -> float:
        return WIDTHS[min(curve.place, 1)] if self._is_paired else theme.SPACING.stroke

    def _opacity(self, curve: Curve) -> float:
        return OPACITIES[min(curve.place, 1)] if self._is_paired else 1.0

    def numbers_of(self, run: int) -> list[Typeset]:
        """The numbers in the key of a run, counted from 0."""
        return [text for text, curve in zip(self.numbers, self.curves, strict=True) if curve.run == run]

    def mark_level(self, value: float, text: str) -> tuple[Dashes, Dashes, Typeset]:
        """A dashed line at a value of the y axis, and in the key such a line and its words."""
        ends = [self.axes.point(x, value) for x in self.axes.x_range]
        line = Dashes("target", 0.1, 1.0).run(*ends)
        sample = Dashes("target", 0.1, 1.0).run(self._spot, self._spot + SAMPLE * self.key_scale * RIGHT)
        written = words(text, em=theme.SIZES.body * self.key_scale, colour=theme.colour("target"))
        room = self._room - (SAMPLE + FROM_SAMPLE) * self.key_scale
        return (
            line,
            sample,
            written.scale(min(1.0, room / written.width)).next_to(sample, RIGHT, buff=FROM_SAMPLE),
        )

    def show_step(self, step: float) -> None:
        """Draw all curves up to a step, which may be between two steps."""
        for curve, line in zip(self.curves, self.lines, strict=True):
            last = int(step + 1e-9)
            steps = np.unique(np.linspace(0, last, min(last + 1, STEPS_DRAWN)).astype(int))
            here = self.axes.point(step, float(np.interp(step, np.arange(len(curve.values)), curve.values)))
            corners = [self.axes.point(float(k), float(curve.values[k])) for k in steps.tolist()]
            line.line.set_points_as_corners([*corners, here])
            line.head.move_to(here)

    def follow(self, step_at: Callable[[float], float]) -> Callable[[float], None]:
        """A function that draws the curves up to `step_at(alpha)` at `alpha` (0 to 1) of an animation, and
        shows the numbers of the last whole step in the key."""
        shows = [
            self._rolls(curve, text, step_at) for curve, text in zip(self.curves, self.numbers, strict=True)
        ]

        def show(alpha: float) -> None:
            self.show_step(step_at(alpha))
            for each in shows:
                each(alpha)

        return show

    def _rolls(
        self, curve: Curve, text: Typeset, step_at: Callable[[float], float]
    ) -> Callable[[float], None]:
        def source(number: str) -> tuple[str, str]:
            return named_source(curve.name, in_line(number)), f"{curve.name} = {number}"

        def text_at(alpha: float) -> str:
            return curve.text(int(step_at(alpha) + 1e-9))

        left = float(text.get_left()[0])
        middle = float(text.get_y())
        texts = [text_at(alpha) for alpha in sample_alphas().tolist()]
        change = RollingNumber(text, source, [texts[0]], [[each] for each in texts], [texts[-1]])

        def show(alpha: float) -> None:
            state: TextState = change.at(alpha, text_at(alpha))
            set_text(text, state, at(left + state.width * self.key_scale / 2, middle), self.key_scale)

        return show
