"""A tag: a small rounded plate with a symbol and its number, such as `t = 3` or `∂L/∂y = 2`."""

from collections.abc import Sequence

from manim import RoundedRectangle, VGroup

from storyreel.graphics import theme
from storyreel.graphics.layout import Area, Point, at
from storyreel.graphics.parts.plate import plate_outline
from storyreel.graphics.text.named_number import named_number, named_source
from storyreel.graphics.text.rolling_number import RollingNumber, rewrite
from storyreel.graphics.text.text_state import TextState, text_state
from storyreel.graphics.text.typeset import in_line

CORNER = 0.12
"""The radius of the plate's corners, in units."""


class Tag(VGroup):
    """`name = number` on a plate outlined in the colour of `kind`; `symbol` and
    `number` are its parts."""

    def __init__(self, name: str, number: str, kind: str, em: float = theme.SIZES.label) -> None:
        self.quantity = name
        paint = theme.colour(kind)
        self.first = source, _ = self.said_of(number)
        self.text = named_number(name, number, kind, em, sign_kind=kind, source=source)
        self.padding = theme.SPACING.padding * em / theme.SIZES.label
        self.plate = RoundedRectangle(
            corner_radius=CORNER,
            width=self.text.width + 2 * self.padding,
            height=self.text.height + 2 * self.padding,
            stroke_color=paint,
            stroke_width=theme.SPACING.thin_stroke,
            fill_color=theme.colour("surface"),
            fill_opacity=1,
        )
        super().__init__(self.plate, self.text)

    @property
    def symbol(self) -> VGroup:
        """The glyphs of the symbol."""
        return self.text.slot(0)

    @property
    def number(self) -> VGroup:
        """The glyphs of the number."""
        return self.text.slot(1)

    @property
    def text_state(self) -> TextState:
        """What it says as it was made."""
        return text_state(*self.first, self.text.em)

    def said_of(self, number: str) -> tuple[str, str]:
        """The tag's text for a number, for Typst and in plain text."""
        return named_source(self.quantity, in_line(number)), f"{self.quantity} = {number}"

    def roll(self, before: str, rolling: Sequence[str], after: str) -> RollingNumber:
        """Its number changes in a move, as `Roll` says."""
        return RollingNumber(self.text, self.said_of, [before], [[number] for number in rolling], [after])

    def size(self, width: float, height: float) -> tuple[float, float]:
        """Its width and height around a text of some size, in units."""
        return width + 2 * self.padding, height + 2 * self.padding

    def say(self, now: TextState, centre: Point, scale: float = 1.0) -> None:
        """Let it say something else, with its middle at `centre`."""
        rewrite(self.text, now, centre, scale)
        self.plate.points = plate_outline(*self.size(now.width, now.height), CORNER) * scale + centre

    def say_in(self, area: Area, now: TextState) -> None:
        """Let it say something else at the left of an area, smaller where it does not fit."""
        width, height = self.size(now.width, now.height)
        scale = min(1.0, area.width / width, area.height / height)
        self.say(now, at(area.left + width * scale / 2, area.centre[1]), scale)
