"""The row of a way down a surface: its learning rate, in its colour, and the cost or loss at its end."""

from manim import RIGHT, VGroup

from storyreel.graphics import theme
from storyreel.graphics.layout import Area
from storyreel.graphics.text.named_number import named_number
from storyreel.graphics.text.typeset import Typeset

BETWEEN = 0.35
"""The least Manim units between the two numbers, at full size."""


class WayRow(VGroup):
    """`rate` at the left of an area, in the colour `paint`, and `result` at its right, on one baseline.

    The learning rate and the `loss`, which is called `objective`, are given as they are written.
    """

    def __init__(self, learning_rate: str, objective: str, loss: str, area: Area, paint: str) -> None:
        self.rate: Typeset = named_number("learning_rate", learning_rate, "text", theme.SIZES.body)
        self.rate.set_color(paint)
        self.result: Typeset = named_number(objective, loss, "loss", theme.SIZES.body, sign_kind="loss")
        scale = min(1.0, area.width / (self.rate.width + BETWEEN + self.result.width))
        for text in (self.rate, self.result):
            text.scale(scale).on_baseline(area.centre[1] - scale * theme.SIZES.body / 4)
        self.rate.shift((area.left - self.rate.get_left()[0]) * RIGHT)
        self.result.shift((area.right - self.result.get_right()[0]) * RIGHT)
        super().__init__(self.rate, self.result)
