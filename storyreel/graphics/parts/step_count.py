"""The number of steps of a training so far, with the words for them below it."""

from manim import UP, VGroup

from storyreel.core.number_format import shown
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, LayoutError
from storyreel.graphics.text.copy_outlines import copy_outlines
from storyreel.graphics.text.typeset import maths, words

GAP = 0.18
"""Units from the number to the words."""


class StepCount(VGroup):
    """`number`, in large digits, above `title`, in the middle of `area`.

    Raises LayoutError where the title is too long for the area.
    """

    def __init__(self, text: str, area: Area) -> None:
        self.title = words(text, em=theme.SIZES.body, colour=theme.colour("muted"))
        self.title.scale(factor := area.scale_of(self.title))
        if factor * theme.SIZES.body < theme.SIZES.smallest:
            raise LayoutError(f"“{text}” is too long for the name of steps; find a shorter one")
        self.number, self.step = VGroup(), -1
        super().__init__(self.number, self.title)
        self.set_step(0)
        self.move_to(area.centre)

    def set_step(self, step: int) -> None:
        """Show how many steps have passed."""
        if step != self.step:
            self.step, text = step, shown(float(step))
            number = maths(text, plain=text, em=theme.SIZES.number)
            copy_outlines(self.number, number.next_to(self.title, UP, buff=GAP))
