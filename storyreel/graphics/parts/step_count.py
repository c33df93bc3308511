"""The number of a training's step, after the words for it."""

from dataclasses import replace

from manim import RIGHT, VGroup

from storyreel.core.number_format import shown
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, LayoutError
from storyreel.graphics.text.copy_outlines import copy_outlines
from storyreel.graphics.text.typeset import maths, words

GAP = 0.2
"""Units from the words to the number."""
ROOM_FOR_NUMBER = 1.2
"""The room to the right of the words, in Manim units."""
BASELINE = 0.34
"""The height of the middle of the area above the baseline, in em of the words."""


class StepCount(VGroup):
    """`number` to the right of `title`, on one line in the middle of `area`.

    Raises LayoutError where the title is too long for the area.
    """

    def __init__(self, text: str, area: Area) -> None:
        self.title = words(text, em=theme.SIZES.body, colour=theme.colour("muted"))
        room = replace(area, right=area.right - ROOM_FOR_NUMBER)
        self.title.scale(factor := room.scale_of(self.title))
        if factor * theme.SIZES.body < theme.SIZES.smallest:
            raise LayoutError(f"“{text}” is too long for the name of steps; find a shorter one")
        self._base = area.centre[1] - BASELINE * theme.SIZES.body
        self.title.set_x(room.centre[0]).on_baseline(self._base)
        self.number, self.step = VGroup(), -1
        super().__init__(self.number, self.title)
        self.set_step(0)

    def set_step(self, step: int) -> None:
        """Show how many steps have passed."""
        if step != self.step:
            self.step, text = step, shown(float(step))
            number = maths(text, plain=text, em=theme.SIZES.label)
            number.next_to(self.title, RIGHT, buff=GAP).on_baseline(self._base)
            copy_outlines(self.number, number)
