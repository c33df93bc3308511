"""The error as a picture: prediction and target on a number line, the gap between them, and its square."""

from collections.abc import Callable
from functools import cache

import numpy as np
from manim import Dot, Line, Rectangle, Square, VGroup, VMobject

from storyreel.core.number_format import MINUS, shown
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, at
from storyreel.graphics.parts.tag import Tag
from storyreel.graphics.plots.ticks import around, ticks
from storyreel.graphics.polylines import polyline
from storyreel.graphics.text.brace_outline import brace_points
from storyreel.graphics.text.glyph import Points
from storyreel.graphics.text.rolling_number import rewrite
from storyreel.graphics.text.text_state import TextState, text_state
from storyreel.graphics.text.typeset import Typeset, maths, slot, tick

BELOW = 0.65
"""Units kept free below the line, for the numbers at its ticks."""
SPREAD = 1.3
"""How far the line reaches beyond prediction and target, in parts of their distance."""
ASIDE = 0.16
"""Units between a dot on the line and its tag."""
ROOM_IN_SQUARE = 0.8
"""Units that a square's side needs before a number is written into it."""
NARROW = 0.3
"""Units of a gap, or of a square less than it needs, in which its number comes or goes."""

SOFT = 0.1
"""How far from where a tag begins to fit its factor differs from the largest that would do."""


class ValueMark(VGroup):
    """A value on a number line: its `dot`, and the `tag` that stands above it."""

    def __init__(self, name: str, text: str, kind: str) -> None:
        self.dot, self.tag = Dot(radius=0.13, color=theme.colour(kind)), Tag(name, text, kind)
        super().__init__(self.dot, self.tag)


class Labelled(VGroup):
    """Shapes with a text that says how large they are, which is the last of them."""

    def __init__(self, *shapes: VMobject, label: Typeset) -> None:
        self.shapes, self.label = shapes, label
        super().__init__(*shapes, label)


class ErrorSquare(VGroup):
    """A number line with a fixed target, called `target`; a prediction, called `name`, can move along it.

    `line` and `target_mark` stand still. What depends on the prediction is made for a value of it by
    `mark`, `gap` and `square`, and moved by `move_mark`, `move_gap` and `move_square`.
    """

    def __init__(self, area: Area, name: str, value: float, target: str, target_value: float) -> None:
        super().__init__()
        self.area = area
        self.name, self.target_name, self.target_value = name, target, target_value
        self.low, self.high = around([value, target_value], SPREAD)
        self.target_is_left = target_value <= value
        self.y = area.bottom + BELOW
        self.line = self._line()
        self.target_mark = self._mark(
            target, shown(target_value), target_value, "target", self.target_is_left
        )

    def x(self, value: float) -> float:
        """Where a value stands on the line, in Manim units."""
        share = (value - self.low) / (self.high - self.low)
        return self.area.left + share * self.area.width

    def _line(self) -> VGroup:
        paint = theme.colour("line")
        line = VGroup(
            Line(
                at(self.area.left, self.y),
                at(self.area.right, self.y),
                stroke_color=paint,
                stroke_width=theme.SPACING.thin_stroke,
            )
        )
        for number in ticks(self.low, self.high, 5):
            x, text = self.x(number), shown(number)
            mark = Line(at(x, self.y - 0.09), at(x, self.y + 0.09), stroke_color=paint)
            label = tick(text).move_to(at(x, self.y - 0.38))
            if self.area.left <= label.get_left()[0] and label.get_right()[0] <= self.area.right:
                line.add(mark, label)
        return line

    def _mark(self, name: str, text: str, value: float, kind: str, to_the_left: bool) -> ValueMark:
        """A dot on the line and its tag, to the side that leaves the middle free for the gap."""
        mark = ValueMark(name, text, kind)
        self._stand(mark, value, to_the_left, mark.tag.text_state)
        return mark

    def _stand(self, mark: ValueMark, value: float, to_the_left: bool, now: TextState) -> None:
        x, side = self.x(value), -1 if to_the_left else 1
        width, _ = mark.tag.size(now.width, now.height)
        room = abs(x - (self.area.left if to_the_left else self.area.right)) - ASIDE
        scale = _fitting(room / width)
        mark.dot.move_to(at(x, self.y))
        mark.tag.say(now, at(x + side * (width * scale / 2 + ASIDE), self.y + 0.55), scale)

    def mark(self, value: float) -> ValueMark:
        """The prediction at `value`: its dot and its tag."""
        return self._mark(self.name, shown(value), value, "activation", not self.target_is_left)

    def move_mark(self, mark: ValueMark, value: float, now: TextState) -> None:
        """Put the prediction's mark to a value; its tag says `now`."""
        self._stand(mark, value, not self.target_is_left, now)

    def gap(self, value: float, height: float = 0.0) -> Labelled:
        """The gap as a thick line, with a brace and its length; the brace is `height` units above it."""
        paint = theme.colour("loss")
        segment = Line(stroke_color=paint, stroke_width=9)
        brace = VMobject(fill_color=paint, fill_opacity=1, stroke_width=0)
        source, plain = self.difference(*self.differing(value))
        colours = [theme.colour(kind) for kind in ("activation", "target", "loss")]
        slots = (self.name, self.target_name, "gap")
        label = Typeset(source, plain=plain, em=theme.SIZES.label, slots=slots, colours=colours)
        gap = Labelled(segment, brace, label=label)
        self.move_gap(gap, value, height, text_state(source, plain, label.em))
        return gap

    def move_gap(self, gap: Labelled, value: float, height: float, now: TextState) -> None:
        """Let a gap be as wide as it is for a value; its length says `now` where it is not too narrow."""
        segment, brace = gap.shapes
        left, right = sorted((self.x(value), self.x(self.target_value)))
        seen = min(1.0, max(0.0, (right - left - NARROW) / NARROW))
        segment.points = polyline([at(left, self.y), at(right, self.y)])
        level = self.y + max(height, 0.2)
        brace.points = brace_points(max(right - left, NARROW)) + at(left, level)
        brace.set_fill(opacity=seen)
        clear = max(brace.get_top()[1], self.y + (0.0 if height > 0.9 else 0.95))
        rewrite(gap.label, now.faint(seen), at((left + right) / 2, clear + now.height / 2 + 0.12))

    def differing(self, value: float, write: Callable[[float], str] = shown) -> tuple[str, str]:
        """The numbers in the length of the gap that depend on the prediction."""
        return write(value), write(value - self.target_value)

    def difference(self, prediction: str, gap: str) -> tuple[str, str]:
        """How the length of the gap is written, for Typst and in plain text."""
        target = shown(self.target_value)
        subtracted = f"({slot(1, target)})" if target.startswith(MINUS) else slot(1, target)
        source = f"${slot(0, prediction)} - {subtracted} = {slot(2, gap)}$"
        return source, f"{prediction} {MINUS} {target} = {gap}"

    def side(self, value: float) -> float:
        """The length of the gap on screen, in Manim units."""
        return abs(self.x(value) - self.x(self.target_value))

    def square(self, value: float, halved: bool) -> Labelled:
        """The square on the gap with its area; `halved` fills one half of it and writes that half's area."""
        paint = theme.colour("loss")
        whole = Rectangle(
            stroke_color=paint,
            stroke_width=theme.SPACING.thin_stroke,
            fill_color=paint,
            fill_opacity=0.12 if halved else 0.3,
        )
        half = Rectangle(stroke_width=0, fill_color=paint, fill_opacity=0.5 if halved else 0.0)
        text = shown(self.area_of(value, halved))
        label = maths(text, plain=text, em=theme.SIZES.number, colour=theme.colour("text"))
        square = Labelled(whole, half, label=label)
        self.move_square(square, value, halved, text_state(*in_maths(text), label.em))
        return square

    def move_square(self, square: Labelled, value: float, halved: bool, now: TextState) -> None:
        """Let a square be as large as it is for a value; its area says `now` where it is not too small."""
        side, left = self.side(value), min(self.x(value), self.x(self.target_value))
        for height, shape in zip((side, side / 2), square.shapes, strict=True):
            size = np.array([max(side, 1e-3), max(height, 1e-3), 0.0])
            shape.points = _square() * size + at(left + side / 2, self.y + height / 2)
        room = (side - max(ROOM_IN_SQUARE, now.width + 0.2)) / NARROW + 1
        spot = at(left + side / 2, self.y + side / (4 if halved else 2))
        rewrite(square.label, now.faint(min(1.0, max(0.0, room))), spot)

    def area_of(self, value: float, halved: bool) -> float:
        """The number in the square."""
        area = (value - self.target_value) ** 2
        return area / 2 if halved else area


def in_maths(number: str) -> tuple[str, str]:
    """A number alone, for Typst and in plain text."""
    return f"${number}$", number


def _fitting(share: float) -> float:
    """The factor that makes something fit where there is room for this share of it: 1 at most, and as the
    share goes past that, it bends without a corner."""
    return min(1.0, share) - max(0.0, SOFT - abs(share - 1)) ** 2 / (4 * SOFT)


@cache
def _square() -> Points:
    return Square(1.0).points
