"""A neuron: a circle whose brightness is its activation, with its value inside."""

from manim import Circle, ManimColor, VGroup

from storyreel.core.number_format import rounded
from storyreel.graphics import theme
from storyreel.graphics.brightness import brightened
from storyreel.graphics.text.typeset import Typeset, maths

ROOM_FOR_VALUE = 1.5
"""How much of the radius, to both sides together, a value may fill."""


class Neuron(VGroup):
    """A circle of `radius` Manim units that can be given a value.

    `circle` is the outline with its fill, `value` the number inside, absent until `value_to_show` was added.
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
        """The fill of a neuron whose activation has `brightness`, from 0 (none) to 1 (the brightest)."""
        return brightened(self.kind, brightness)

    def value_to_show(self, text: str, brightness: float) -> Typeset | None:
        """The number `text`, set to fit inside, in the colour that can be read at `brightness`.

        None where it would be too small to read.
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
        """`number` set to fit inside, with those of its decimals that have room; see `value_to_show`."""
        for fewer in range(decimals, -1, -1):
            value = self.value_to_show(rounded(number, fewer, is_at_rest), brightness)
            if value is not None:
                return value
        return None
