"""A card: a number on a plate under the words that say what it is."""

from collections.abc import Sequence

from manim import RoundedRectangle, VGroup

from storyreel.graphics import theme
from storyreel.graphics.layout import Area, at
from storyreel.graphics.parts.plate import plate_outline
from storyreel.graphics.text.paragraph import Paragraph
from storyreel.graphics.text.rolling_number import RollingNumber, rewrite
from storyreel.graphics.text.text_state import TextState, text_state
from storyreel.graphics.text.typeset import maths, number_source

CORNER, PADDING, GAP = 0.12, 0.2, 0.25
"""Units: the radius of the plate's corners, the space around what is on it, and that below the words."""


class NumberCard(VGroup):
    """`words` in lines, and below them `number`, on a plate of `width` units in the colour of `kind`.

    `plate`, `label` and `number` are its parts; the plate's upper left corner is at the origin.
    """

    def __init__(self, words: str, number: str, kind: str, width: float) -> None:
        paint = theme.colour(kind)
        self.across, self.room = width, width - 2 * PADDING
        self.label = Paragraph(words, em=theme.SIZES.small, width=self.room, colour=paint)
        source, plain = number_source(number)
        self.number = maths(source.strip("$"), plain=plain, em=theme.SIZES.number)
        self.text_state = text_state(source, plain, self.number.em)
        self.plate = RoundedRectangle(
            corner_radius=CORNER,
            stroke_color=paint,
            stroke_width=theme.SPACING.thin_stroke,
            fill_color=theme.colour("surface"),
            fill_opacity=1,
        )
        super().__init__(self.plate, self.label, self.number)
        height = self.size(self.number.width, self.number.height)[1]
        self.say_in(Area("card", 0, -height, width, 0), self.text_state)

    def roll(self, before: str, rolling: Sequence[str], after: str) -> RollingNumber:
        """Its number changes in a move, as `Roll` says."""
        return RollingNumber(self.number, number_source, [before], [[number] for number in rolling], [after])

    def size(self, width: float, height: float) -> tuple[float, float]:
        """Its width and height with a number of some size, in units."""
        return self.across, 2 * PADDING + self.label.extent + GAP + height * self._scale(width)

    def _scale(self, width: float) -> float:
        return min(1.0, self.room / width)

    def say_in(self, area: Area, now: TextState) -> None:
        """Let its number say something else, the card being at the left of an area."""
        width, height = self.size(now.width, now.height)
        left, top, scale = area.left + PADDING, area.centre[1] + height / 2 - PADDING, self._scale(now.width)
        self.plate.points = plate_outline(width, height, CORNER) + at(area.left + width / 2, area.centre[1])
        self.label.put(left, top)
        below = top - self.label.extent - GAP - now.height * scale / 2
        rewrite(self.number, now, at(left + now.width * scale / 2, below), scale)
