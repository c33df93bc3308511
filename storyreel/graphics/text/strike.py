"""The line through a number that is no longer true."""

from manim import Animation, Line, Mobject, UpdateFromAlphaFunc, VMobject, linear

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

    def passes(self) -> Animation:
        """The line is drawn, and fades with the number."""
        start, end = self.get_start_and_end()

        def show(_: Mobject, alpha: float) -> None:
            self.put_start_and_end_on(start, start + max(0.01, min(1.0, 2 * alpha)) * (end - start))
            self.set_stroke(opacity=min(1.0, 2 - 2 * alpha) if alpha > 0 else 0.0)

        return UpdateFromAlphaFunc(self, show, introducer=True, remover=True, rate_func=linear)
