"""The error as a picture: prediction and target on a number line, the gap between them, and its square."""

from manim import UP, BraceBetweenPoints, Dot, Line, Rectangle, VGroup

from storyreel import theme
from storyreel.drawings.scale import around, ticks
from storyreel.drawings.tag import Tag
from storyreel.drawings.typeset import Typeset, maths, slot, tick
from storyreel.layout import Area, at
from storyreel.number import MINUS, shown

BELOW = 0.65
"""Units kept free below the line, for the numbers at its ticks."""
SPREAD = 1.3
"""How far the line reaches beyond prediction and target, in parts of their distance."""
ASIDE = 0.16
"""Units between a dot on the line and its tag."""
ROOM_IN_SQUARE = 0.8
"""Units that a square's side needs before a number is written into it."""


class GapPicture(VGroup):
    """A number line with a fixed target, called `target`; a prediction, called `name`, can move along it.

    `line` and `target_mark` stand still. What depends on the prediction is made for a value of it by
    `mark`, `gap` and `square`; `spec` is how its numbers are formatted, as `shown` takes it.
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

    def _mark(self, name: str, text: str, value: float, kind: str, to_the_left: bool) -> VGroup:
        """A dot on the line and its tag, to the side that leaves the middle free for the gap."""
        dot = Dot(at(self.x(value), self.y), radius=0.13, color=theme.colour(kind))
        tag = Tag(name, text, kind)
        side = -1 if to_the_left else 1
        room = abs(dot.get_x() - (self.area.left if to_the_left else self.area.right)) - ASIDE
        tag.scale(min(1.0, room / tag.width))
        tag.move_to(at(dot.get_x() + side * (tag.width / 2 + ASIDE), self.y + 0.55))
        return VGroup(dot, tag)

    def mark(self, value: float, spec: str = "") -> VGroup:
        """The prediction at `value`: its dot and its tag."""
        return self._mark(self.name, shown(value, spec), value, "activation", not self.target_is_left)

    def gap(self, value: float, height: float = 0.0, spec: str = "") -> VGroup:
        """The gap as a thick line, with a brace and its length; the brace is `height` units above it."""
        left, right = sorted((self.x(value), self.x(self.target_value)))
        paint = theme.colour("loss")
        segment = Line(at(left, self.y), at(right, self.y), stroke_color=paint, stroke_width=9)
        level = self.y + max(height, 0.2)
        if right - left < 0.05:
            return VGroup(segment)
        brace = BraceBetweenPoints(at(left, level), at(right, level), direction=UP, color=paint)
        label = self._difference(value, spec)
        clear = max(brace.get_top()[1], self.y + (0.0 if height > 0.9 else 0.95))
        return VGroup(segment, brace, label.move_to(at((left + right) / 2, clear + label.height / 2 + 0.12)))

    def _difference(self, value: float, spec: str) -> Typeset:
        target, prediction = shown(self.target_value), shown(value, spec)
        difference = shown(value - self.target_value, spec)
        subtracted = f"({slot(1, target)})" if target.startswith(MINUS) else slot(1, target)
        return Typeset(
            f"${slot(0, prediction)} - {subtracted} = {slot(2, difference)}$",
            plain=f"{prediction} {MINUS} {target} = {difference}",
            em=theme.SIZES.label,
            slots=(self.name, self.target_name, "gap"),
            colours=[theme.colour(kind) for kind in ("activation", "target", "loss")],
        )

    def side(self, value: float) -> float:
        """The length of the gap on screen, in Manim units."""
        return abs(self.x(value) - self.x(self.target_value))

    def square(self, value: float, halved: bool, spec: str = "") -> VGroup:
        """The square on the gap with its area; `halved` fills one half of it and writes that half's area."""
        side, paint = self.side(value), theme.colour("loss")
        left = min(self.x(value), self.x(self.target_value))
        middle = at(left + side / 2, self.y + side / 2)
        whole = Rectangle(
            width=max(side, 1e-3),
            height=max(side, 1e-3),
            stroke_color=paint,
            stroke_width=theme.SPACING.thin_stroke,
            fill_color=paint,
            fill_opacity=0.12 if halved else 0.3,
        ).move_to(middle)
        area = (value - self.target_value) ** 2
        shapes = VGroup(whole)
        if halved:
            half = Rectangle(
                width=max(side, 1e-3),
                height=max(side / 2, 1e-3),
                stroke_width=0,
                fill_color=paint,
                fill_opacity=0.5,
            )
            shapes.add(half.move_to(at(middle[0], self.y + side / 4)))
        text = shown(area / 2 if halved else area, spec)
        label = maths(text, plain=text, em=theme.SIZES.number, colour=theme.colour("text"))
        if side >= max(ROOM_IN_SQUARE, label.width + 0.2):
            shapes.add(label.move_to(at(middle[0], self.y + side / (4 if halved else 2))))
        return shapes
