"""A tag: a small rounded plate with a symbol and its number, such as `t = 3` or `∂L/∂y = 2`."""

from manim import RoundedRectangle, VGroup

from storyreel import theme
from storyreel.drawings.symbol import symbol
from storyreel.drawings.typeset import Typeset, slot


class Tag(VGroup):
    """`name = number` on a plate outlined in the colour of `kind`; `symbol` and
    `number` are its parts."""

    def __init__(self, name: str, number: str, kind: str, em: float = theme.SIZES.label) -> None:
        paint = theme.colour(kind)
        # A fraction stands in a line: one above the other, its digits would be too small.
        in_line = number.replace("/", "\\/")
        self.text = Typeset(
            f"${slot(0, symbol(name))} = {slot(1, in_line)}$",
            plain=f"{name} = {number}",
            em=em,
            colour=paint,
            slots=(name, name),
            colours=(paint, theme.colour("text")),
        )
        self.symbol, self.number = self.text.slot(0), self.text.slot(1)
        padding = theme.SPACING.padding * em / theme.SIZES.label
        self.plate = RoundedRectangle(
            corner_radius=0.12,
            width=self.text.width + 2 * padding,
            height=self.text.height + 2 * padding,
            stroke_color=paint,
            stroke_width=theme.SPACING.thin_stroke,
            fill_color=theme.colour("surface"),
            fill_opacity=1,
        )
        super().__init__(self.plate, self.text)
