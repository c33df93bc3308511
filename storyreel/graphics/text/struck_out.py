"""An old number, small, grey and struck through."""

from manim import Line, VGroup

from storyreel.graphics import theme
from storyreel.graphics.layout import at
from storyreel.graphics.text.typeset import Typeset, number_source


class Strike(Line):
    """The line through a number: it lies on what is written on purpose."""


class StruckOut(VGroup):
    """The number `text` with a line through it; its parts are `number` and `stroke`."""

    def __init__(self, text: str) -> None:
        paint = theme.colour("muted")
        source, plain = number_source(text)
        self.number = Typeset(source, plain=plain, em=theme.SIZES.body, colour=paint)
        across, up = self.number.width / 2 + 0.1, min(0.14, self.number.height / 3)
        self.stroke = Strike(
            at(-across, -up), at(across, up), stroke_color=paint, stroke_width=theme.SPACING.thin_stroke
        )
        super().__init__(self.number, self.stroke.move_to(self.number))
