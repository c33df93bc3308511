"""The line through a number that is no longer true."""

from manim import Line, VMobject

from storyreel.graphics import theme
from storyreel.graphics.layout import at

BEYOND = 0.1
"""Manim units by which the line is longer than its number on either side."""


class Strike(Line):
    """A line through the middle of `number`, from its lower left to its upper right."""

    def __init__(self, number: VMobject) -> None:
        across, up = number.width / 2 + BEYOND, number.height / 3
        super().__init__(
            at(-across, -up),
            at(across, up),
            stroke_color=theme.colour("text"),
            stroke_width=theme.SPACING.thin_stroke,
        )
        self.move_to(number)
