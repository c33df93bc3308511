"""A tag: a symbol and its number on a small rounded plate, such as `t = 3` or `∂L/∂y = 2`."""

from collections.abc import Sequence

from manim import RoundedRectangle, VGroup

from storyreel.graphics import theme
from storyreel.graphics.layout import Area, Point, at
from storyreel.graphics.parts.plate import plate_outline
from storyreel.graphics.text.named_number import named_number, named_source
from storyreel.graphics.text.rolling_number import RollingNumber, set_text
from storyreel.graphics.text.text_state import TextState, text_state
from storyreel.graphics.text.typeset import in_line

CORNER = 0.12
"""The radius of the plate's corners, in units."""


class Tag(VGroup):
    """`name = number` on a plate outlined in the colour of `kind`; `em` is its font size in Manim units.

    Its parts are `plate` and `text`; `symbol` and `number` are those of the text.
    """

    def __init__(self, name: str, number: str, kind: str, em: float = theme.SIZES.label) -> None:
        self.quantity = name
        paint = theme.colour(kind)
        self.initial = source, _ = self.source_of(number)
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
    def initial_state(self) -> TextState:
        """The text that the tag was made with."""
        return text_state(*self.initial, self.text.em)

    def source_of(self, number: str) -> tuple[str, str]:
        """The tag's text with this number: its Typst markup and its plain text."""
        return named_source(self.quantity, in_line(number)), f"{self.quantity} = {number}"

    def rolling_number(self, before: str, rolling: Sequence[str], after: str) -> RollingNumber:
        """How the tag's number changes during an animation."""
        return RollingNumber(self.text, self.source_of, [before], [[number] for number in rolling], [after])

    def plate_size(self, width: float, height: float) -> tuple[float, float]:
        """The width and height of the plate around a text of this size, in Manim units."""
        return width + 2 * self.padding, height + 2 * self.padding

    def set_state(self, state: TextState, centre: Point, scale: float = 1.0) -> None:
        """Show another text, centred at `centre`; the plate follows its size."""
        set_text(self.text, state, centre, scale)
        size = self.plate_size(state.width, state.height)
        self.plate.points = plate_outline(*size, CORNER) * scale + centre

    def set_state_in(self, area: Area, state: TextState) -> None:
        """Show another text at the left of an area, scaled down where it does not fit."""
        width, height = self.plate_size(state.width, state.height)
        scale = min(1.0, area.width / width, area.height / height)
        self.set_state(state, at(area.left + width * scale / 2, area.centre[1]), scale)
