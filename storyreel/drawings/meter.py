"""A meter: one upright bar for one number, such as the loss, with its name below and its value above."""

from manim import UP, Line, Rectangle, VGroup

from storyreel import theme
from storyreel.drawings.typeset import Typeset, maths, words
from storyreel.layout import Area, at
from storyreel.number import shown

WIDTH = 0.42
FIRST_SHARE = 0.75


class Meter(VGroup):
    """A bar in the colour of `kind` in the middle of `area`, called `text`, for a number above 0.

    It is `FIRST_SHARE` of its full height at the first `value`; beyond full height only the number tells.
    """

    def __init__(self, text: str, kind: str, value: float, area: Area) -> None:
        super().__init__()
        self.width_at_most = area.width
        self.paint, self.full = theme.colour(kind), (value or 1.0) / FIRST_SHARE
        self.title = words(text, em=theme.SIZES.small, colour=self.paint)
        self.title.move_to(at(area.centre[0], area.bottom + self.title.height / 2))
        foot = self.title.get_top()[1] + 0.14
        self.foot, self.room = at(area.centre[0], foot), area.top - foot - 0.6
        self.base = Line(
            at(area.centre[0] - WIDTH, foot),
            at(area.centre[0] + WIDTH, foot),
            stroke_color=theme.colour("line"),
            stroke_width=theme.SPACING.thin_stroke,
        )
        self.bar, self.number = Rectangle(), self._number(value, "")
        self.add(self.title, self.bar, self.base, self.number)
        self.set_value(value)

    def set_value(self, value: float, spec: str = "") -> None:
        """Make the bar as high as `value`, which is written by `spec` as `shown` takes it."""
        bar = Rectangle(width=WIDTH, height=max(self.room * min(value / self.full, 1.0), 0.02))
        self.bar.become(bar.next_to(self.foot, UP, buff=0))
        self.bar.set_stroke(width=0).set_fill(self.paint, opacity=1)
        self.number.become(self._number(value, spec).next_to(self.bar, UP, buff=0.14))

    def _number(self, value: float, spec: str) -> Typeset:
        text = shown(value, spec)
        number = maths(text, plain=text, em=theme.SIZES.label, colour=self.paint)
        return number.scale(min(1.0, self.width_at_most / number.width))
