"""A neuron: a circle whose brightness shows its activation, with its value inside."""

from manim import Circle, ManimColor, VGroup

from storyreel.core.number_format import rounded
from storyreel.graphics import theme
from storyreel.graphics.brightness import brightened
from storyreel.graphics.text.typeset import Typeset, maths

ROOM_FOR_VALUE = 1.5
"""The largest width and height of a value, in radii."""


class Neuron(VGroup):
    """A circle of `radius` Manim units that can show a value.

    `circle` is its outline and fill, `value` the number inside, which scenes set; None at first.
    """

    def __init__(self, kind: str, radius: float) -> None:
        super().__init__()
        self.kind = kind
        self.radius = radius
        self.circle = Circle(
            radius=radius,
            stroke_color=theme.colour(kind),
            stroke_width=theme.SPACING.stroke,
            fill_color=theme.colour("surface"),
            fill_opacity=1,
        )
        self.value: Typeset | None = None
        self.add(self.circle)

    def fill_at(self, brightness: float) -> ManimColor:
        """The fill colour for `brightness`, from 0 (activation 0) to 1 (the largest activation)."""
        return brightened(self.kind, brightness)

    def value_to_show(self, text: str, brightness: float) -> Typeset | None:
        """The number `text`, scaled to fit inside, in a colour that can be read on the fill.

        `brightness` is that of the fill, 0 to 1. None where the number would be too small to read.
        """
        ink = theme.ink_on(self.fill_at(brightness).to_hex())
        value = maths(f"display({text})", plain=text, em=self.radius * 0.85, colour=ink)
        room = ROOM_FOR_VALUE * self.radius
        factor = min(1.0, room / value.width, room / value.height)
        if factor * self.radius * 0.85 < theme.SIZES.smallest:
            return None
        return value.scale(factor).move_to(self.circle)

    def rounded_value(
        self, number: float, decimals: int, brightness: float, is_at_rest: bool
    ) -> Typeset | None:
        """`number` with as many of its decimals as fit inside; see `value_to_show`."""
        for fewer in range(decimals, -1, -1):
            value = self.value_to_show(rounded(number, fewer, is_at_rest), brightness)
            if value is not None:
                return value
        return None
