"""The gap between each output and its target, on a line beside the output, and its square."""

from collections.abc import Sequence

import numpy as np
from manim import DOWN, LEFT, Dot, Rectangle, VGroup, VMobject

from storyreel.core.arrays import Array
from storyreel.core.number_format import shown
from storyreel.graphics import theme
from storyreel.graphics.axis_line import axis_line
from storyreel.graphics.layout import at
from storyreel.graphics.polylines import polygons, polyline
from storyreel.graphics.text.typeset import Typeset, in_line, tick

NUMBER = 0.55
"""The largest height of a gap's number, in distances of two outputs."""
UNIT, UNIT_ABOVE, LONGEST, REACH, DOT = 1.7, 0.8, 4.0, 0.2, 0.09
"""The largest length of 1 on a line, that above squares, and that of all numbers on it, the units by which
it is longer than these at each end, and the radius of a dot on it."""
NUMBERS, WIDEST = 0.2, 1.1
"""Units between the lines and the gaps' numbers, and the room for these."""
FROM_NUMBERS, BELOW, SEAM = 0.5, 1.0, 0.12
"""Units from numbers to the squares beside them, from lines to squares below these, and between squares."""
LAID = 0.5
"""The share of the time in which squares appear after which lines as long as the gaps are there."""
FILLED, HALVED = 0.35, 0.6
"""The opacity of a square, and of its lower half when the upper one has gone dim."""
SCALE = (0.0, 1.0)
"""The values that a scale below the lines names, with upright lines through all of them."""


class GapSquares(VGroup):
    """A line for each of some outputs, at `heights`, from `left` on.

    All have one scale, of `unit` Manim units for 1. On each line are the output and the target of that place
    in `outputs` and `targets`, of the shape (outputs,), and between them the gap, output minus target, whose
    number is in `texts`. The squares of the gaps stand side by side on one line to the right of these, or, if
    `is_below`, below them.
    `lines`, `marks` (the targets and the outputs), `gaps`, `numbers`, `squares` and `halves` are the parts;
    `show_gaps`, `show_squares` and `halve` change some of them. The group itself has neither numbers nor
    squares.
    """

    def __init__(
        self,
        heights: Sequence[float],
        outputs: Array,
        targets: Array,
        texts: Sequence[str],
        left: float,
        is_below: bool = False,
    ) -> None:
        self.heights, self.outputs, self.targets = np.asarray(heights), outputs, targets
        values = [*outputs.tolist(), *targets.tolist(), *SCALE]
        low, high = min(values), max(values)
        spacing = float(np.abs(np.diff(self.heights)).min()) if len(self.heights) > 1 else LONGEST
        self.unit = min(UNIT_ABOVE if is_below else UNIT, LONGEST / (high - low))
        self.zero = left + REACH - self.unit * low
        ends = self.x(np.array([low, high])) + REACH * np.array([-1, 1])
        self.lines = VGroup(*(axis_line(at(ends[0], y), at(ends[1], y)) for y in heights), *self._scale())
        self.marks = VGroup(
            *(
                Dot(at(float(self.x(value)), y), DOT, color=theme.colour(kind))
                for kind, row in (("target", targets), ("activation", outputs))
                for value, y in zip(row.tolist(), heights, strict=True)
            )
        )
        paint = theme.colour("loss")
        self.gaps = VGroup(
            *(VMobject(stroke_color=paint, stroke_width=theme.SPACING.bold_stroke) for _ in heights)
        )
        em = min(theme.SIZES.label, NUMBER * spacing)
        self.numbers = [Typeset(f"${in_line(text)}$", plain=text, em=em, colour=paint) for text in texts]
        for number, y in zip(self.numbers, heights, strict=True):
            number.scale(min(1.0, WIDEST / number.width))
            number.move_to(at(float(ends[1]) + NUMBERS, y), aligned_edge=LEFT)
        self.feet = self._feet(left, max(float(number.get_right()[0]) for number in self.numbers), is_below)
        self.squares = VGroup(*(_square(paint) for _ in heights))
        self.halves = VGroup(*(_half(paint) for _ in heights))
        super().__init__(self.lines, self.gaps, self.marks)
        self.show_gaps(0.0)
        self.show_squares(0.0)
        self.halve(0.0)

    def _feet(self, left: float, right: float, is_below: bool) -> Array:
        """The lower left corners of the squares, side by side: (outputs, 2)."""
        sides = self.unit * np.abs(self.outputs - self.targets)
        starts = np.cumsum(sides + SEAM) - sides - SEAM
        low, high, tallest = float(self.heights.min()), float(self.heights.max()), float(sides.max())
        foot = low - BELOW - tallest if is_below else (low + high - tallest) / 2
        start = left if is_below else right + FROM_NUMBERS
        return np.stack([start + starts, np.full_like(starts, foot)], axis=-1)

    def x(self, values: Array) -> Array:
        """The x coordinates of some values on the lines."""
        return np.asarray(self.zero + self.unit * values)

    def _scale(self) -> list[VMobject]:
        """Upright lines through all others, with their values below them."""
        top, bottom = float(self.heights.max()), float(self.heights.min())
        reach = 0.2
        parts: list[VMobject] = []
        for value in SCALE:
            x = float(self.x(np.array(value)))
            upright = axis_line(at(x, top + reach), at(x, bottom - reach)).set_stroke(opacity=0.5)
            parts += [upright, tick(shown(value)).next_to(upright, DOWN, buff=0.1)]
        return parts

    def show_gaps(self, share: float) -> None:
        """Show the gaps as they grow from the targets towards the outputs: all of them at a share of 1."""
        for gap, target, output, y in self._rows(self.gaps):
            ends = self.x(np.array([target, target + share * (output - target)]))
            gap.points = polyline([at(float(x), y) for x in ends])

    def show_squares(self, share: float) -> None:
        """Show the gaps laid out side by side, and then the squares that open around them."""
        laid, risen = min(1.0, share / LAID), max(0.0, (share - LAID) / (1 - LAID))
        for foot, (square, target, output, _) in zip(self.feet, self._rows(self.squares), strict=True):
            middle = np.array([0.0, (1 - risen) * self.unit * abs(output - target) / 2])
            square.points = self._rectangle(foot + middle, output - target, risen, laid)

    def halve(self, share: float) -> None:
        """Show the upper halves of the squares go dim, and the lower ones stand out."""
        for foot, (half, target, output, _) in zip(self.feet, self._rows(self.halves), strict=True):
            half.points = self._rectangle(foot, output - target, 0.5)
        self.squares.set_fill(opacity=FILLED * (1 - 0.7 * share))
        self.halves.set_fill(opacity=HALVED * share)

    def _rows(self, shapes: VGroup) -> list[tuple[VMobject, float, float, float]]:
        numbers = (self.targets.tolist(), self.outputs.tolist(), self.heights.tolist())
        return list(zip(shapes, *numbers, strict=True))

    def _rectangle(self, foot: Array, gap: float, share: float, laid: float = 1.0) -> Array:
        """The outline of a rectangle on a corner, as wide as a gap is, or a part of it that is `laid`, and as
        high as a share of the gap."""
        left, low = foot.tolist()
        side = self.unit * abs(gap)
        right, top = left + laid * side, low + share * side
        return polygons(np.array([[(left, low), (right, low), (right, top), (left, top)]]))


def _square(paint: str) -> Rectangle:
    return Rectangle(
        stroke_color=paint, stroke_width=theme.SPACING.thin_stroke, fill_color=paint, fill_opacity=FILLED
    )


def _half(paint: str) -> VMobject:
    return VMobject(stroke_width=0, fill_color=paint, fill_opacity=0)
