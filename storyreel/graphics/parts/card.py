"""A card: a number on a plate, below the words that name it."""

from collections.abc import Sequence

from manim import RoundedRectangle, VGroup

from storyreel.graphics import theme
from storyreel.graphics.layout import Area, at
from storyreel.graphics.parts.plate import plate_outline
from storyreel.graphics.text.paragraph import Paragraph
from storyreel.graphics.text.rolling_number import RollingNumber, set_text
from storyreel.graphics.text.text_state import TextState, text_state
from storyreel.graphics.text.typeset import maths, number_source

CORNER, PADDING, GAP = 0.12, 0.2, 0.25
"""In Manim units: the radius of the corners, the space inside the edge, and the space below the words."""


class NumberCard(VGroup):
    """`words` and, below them, `number`, on a plate `width` units wide and outlined in the colour of `kind`.

    Its parts are `plate`, `label` and `number`; the plate's upper left corner is at the origin.
    """

    def __init__(self, words: str, number: str, kind: str, width: float) -> None:
        paint = theme.colour(kind)
        self.plate_width, self.room = width, width - 2 * PADDING
        self.label = Paragraph(words, em=theme.SIZES.small, width=self.room, colour=paint)
        source, plain = number_source(number)
        self.number = maths(source.strip("$"), plain=plain, em=theme.SIZES.number)
        self.initial_state = text_state(source, plain, self.number.em)
        self.plate = RoundedRectangle(
            corner_radius=CORNER,
            stroke_color=paint,
            stroke_width=theme.SPACING.thin_stroke,
            fill_color=theme.colour("surface"),
            fill_opacity=1,
        )
        super().__init__(self.plate, self.label, self.number)
        height = self.plate_size(self.number.width, self.number.height)[1]
        self.set_state_in(Area("card", 0, -height, width, 0), self.initial_state)

    def rolling_number(self, before: str, rolling: Sequence[str], after: str) -> RollingNumber:
        """How the card's number changes during an animation."""
        return RollingNumber(self.number, number_source, [before], [[number] for number in rolling], [after])

    def plate_size(self, width: float, height: float) -> tuple[float, float]:
        """The width and height of the plate with a number of this size, in Manim units."""
        return self.plate_width, 2 * PADDING + self.label.extent + GAP + height * self._scale(width)

    def _scale(self, width: float) -> float:
        return min(1.0, self.room / width)

    def set_state_in(self, area: Area, state: TextState) -> None:
        """Show another number on the card, which stands at the left of an area."""
        width, height = self.plate_size(state.width, state.height)
        left, top = area.left + PADDING, area.centre[1] + height / 2 - PADDING
        scale = self._scale(state.width)
        self.plate.points = plate_outline(width, height, CORNER) + at(area.left + width / 2, area.centre[1])
        self.label.put(left, top)
        below = top - self.label.extent - GAP - state.height * scale / 2
        set_text(self.number, state, at(left + state.width * scale / 2, below), scale)
