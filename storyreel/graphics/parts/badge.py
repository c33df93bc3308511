"""A badge: a number on a small plate that sticks to a part of a diagram, such as a gradient to its weight."""

from collections.abc import Sequence

from manim import RoundedRectangle, VGroup

from storyreel.graphics import theme
from storyreel.graphics.layout import Point
from storyreel.graphics.parts.plate import plate_outline
from storyreel.graphics.text.rolling_number import OPENING_OF_RUN, RollingNumber, rewrite
from storyreel.graphics.text.text_state import TextState, text_state
from storyreel.graphics.text.typeset import Typeset, number_source

CORNER = 0.16
"""The radius of the plate's corners, in units."""
LOWEST = 0.4
"""The least height of a plate, in units, and its least width."""


class Badge(VGroup):
    """`text` on a rounded plate in the colour of `kind`; `plate` and `number` are its parts,
    `em` is the size of its text as it was made, in units."""

    def __init__(self, text: str, kind: str, em: float = theme.SIZES.small + 0.06) -> None:
        self.em = em
        source, plain = number_source(text)
        self.number = Typeset(source, plain=plain, em=em, colour=theme.colour("background"))
        width, height = self.size(self.number.width, self.number.height)
        self.plate = RoundedRectangle(
            corner_radius=CORNER,
            width=width,
            height=height,
            stroke_width=0,
            fill_color=theme.colour(kind),
            fill_opacity=1,
        )
        super().__init__(self.plate, self.number)

    def text_state(self, text: str) -> TextState:
        """How it says `text` at rest."""
        return text_state(*number_source(text), self.em)

    def roll(self, before: str, rolling: Sequence[str], after: str) -> RollingNumber:
        """Its number changes in a move, as `Roll` says."""
        return RollingNumber(
            self.number, number_source, [before], [[number] for number in rolling], [after], OPENING_OF_RUN
        )

    def size(self, width: float, height: float) -> tuple[float, float]:
        """Its width and height around a text of some size, in units."""
        high = max(height + 0.16, LOWEST)
        return max(width + 0.26, high), high

    def say(self, now: TextState, centre: Point, scale: float = 1.0) -> None:
        """Let it say something else, with its middle at `centre`."""
        rewrite(self.number, now, centre, scale)
        width, height = self.size(now.width, now.height)
        self.plate.points = plate_outline(width, height, CORNER) * scale + centre
