"""The knob of a weight on a plate of its own."""

from manim import RoundedRectangle, VGroup

from storyreel.engine.trace import Trace
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, at
from storyreel.graphics.networks.knob import ARROW_EXTENT, Knob, knob_shapes

DIAL, DIAL_IN_ROW = 0.34, 0.4
"""The radius of the dial in widths of the plate, and in heights of one that is wider than high."""
AROUND = 0.15
"""Manim units that are free around the dial and the label."""
FLAT = 1.5
"""The width of a plate, in its heights, from which the label is beside the dial and not below it."""


class WeightKnob(VGroup):
    """The knob of a weight of `trace` on a plate that fills `area`, with its name and number.

    The name is the weight's symbol, or the one by which it is `called`.
    """

    def __init__(self, trace: Trace, weight: str, area: Area, called: str = "") -> None:
        quantity = trace[weight]
        is_flat = area.width > FLAT * area.height
        self.unit = abs(quantity.value) / 2 or 1.0
        self.radius = DIAL_IN_ROW * area.height if is_flat else DIAL * area.width
        room = area.width - 2 * AROUND - (self.radius * (1 + ARROW_EXTENT) if is_flat else 0.0)
        self.plate = RoundedRectangle(
            corner_radius=theme.SPACING.padding,
            width=area.width,
            height=area.height,
            stroke_color=theme.colour("weight"),
            stroke_width=theme.SPACING.thin_stroke,
            fill_color=theme.colour("background"),
            fill_opacity=1,
        ).move_to(area.centre)
        self.knob = Knob(
            weight,
            quantity.kind,
            quantity.value,
            self.unit,
            self.radius,
            room,
            trace.notation,
            called,
            is_label_below=not is_flat,
        )
        middle = area.centre[1] if is_flat else area.top - AROUND - self.radius
        left = area.left + AROUND + self.radius if is_flat else area.centre[0]
        self.knob.shift(at(left, middle))
        super().__init__(self.plate, self.knob)

    def turn(self, value: float, glow: float) -> None:
        """Turn the knob to a value; `glow` highlights it, 0 to 1."""
        (shapes,) = knob_shapes([value], [0.0], self.unit, self.radius)
        self.knob.turn(shapes, "", glow)
