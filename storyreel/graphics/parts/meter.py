"""A meter: an upright bar for one number, such as the loss, with its title below and its value above all.

The value stays where it is: beside a low bar, it would be all that is seen."""

from manim import UP, Line, Rectangle, VGroup

from storyreel.core.number_format import shown
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, at
from storyreel.graphics.text.copy_outlines import copy_outlines
from storyreel.graphics.text.fitted_number import fitted_number
from storyreel.graphics.text.typeset import Typeset, words

WIDTH = 0.42
FIRST_SHARE = 0.75
LEAST = 0.8
"""The size below which a number leaves out its name, as a share of that which it has without it."""


class Meter(VGroup):
    """A bar titled `text`, in the colour of `kind`, for a number above 0, in the middle of `area`.

    The number is written as `C = 0.35` where its `name` is given, else alone; with as many `decimals` as are
    given, also while it changes.

    Its height is proportional to the number: `FIRST_SHARE` of the full height for the first `value`, and
    at most the full height.
    """

    def __init__(
        self, text: str, kind: str, value: float, area: Area, name: str = "", decimals: int | None = None
    ) -> None:
        super().__init__()
        self.width_at_most, self.name, self.decimals = area.width, name, decimals
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
        self.bar = Rectangle(width=WIDTH, stroke_width=0, fill_color=self.paint, fill_opacity=1)
        self.number, self.text = VGroup(), ""
        self.add(self.title, self.bar, self.base, self.number)
        self.set_value(value)

    def set_value(self, value: float, spec: str = "") -> None:
        """Make the bar as high as `value`; `spec` is the number's format, as for `shown`, where it has no
        decimals of its own."""
        spec = spec if self.decimals is None else f".{self.decimals}f"
        self.bar.stretch_to_fit_height(max(self.room * min(value / self.full, 1.0), 0.02))
        self.bar.next_to(self.foot, UP, buff=0)
        if (text := shown(value, spec)) != self.text:
            self.text = text
            number = self._number(text, value)
            if self.name and number.height < LEAST * (alone := self._number(text, value, "")).height:
                self.name, number = "", alone  # its title says what it is
            copy_outlines(self.number, number)
        self.number.next_to(self.foot + self.room * UP, UP, buff=0.14)

    def _number(self, text: str, value: float, name: str | None = None) -> Typeset:
        name = self.name if name is None else name
        return fitted_number(text, value, theme.SIZES.label, self.width_at_most, self.paint, name)
