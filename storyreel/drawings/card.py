"""A card: a number on a plate under the words that say what it is."""

from manim import RoundedRectangle, VGroup

from storyreel import theme
from storyreel.drawings.paragraph import Paragraph
from storyreel.drawings.typeset import maths
from storyreel.layout import at


class Card(VGroup):
    """`words` of at most `width` units, in lines, and below them `number`, in the colour of `kind`.

    `plate`, `label` and `number` are its parts; the plate's upper left corner is at the origin.
    """

    def __init__(self, words: str, number: str, kind: str, width: float) -> None:
        paint, pad = theme.colour(kind), 0.2
        self.label = Paragraph(words, em=theme.SIZES.small, width=width - 2 * pad, colour=paint)
        self.label.put(pad, -pad)
        self.number = maths(number.replace("/", "\\/"), plain=number, em=theme.SIZES.number)
        self.number.scale(min(1.0, (width - 2 * pad) / self.number.width))
        below = -pad - self.label.extent - 0.25 - self.number.height / 2
        self.number.move_to(at(pad + self.number.width / 2, below))
        self.plate = RoundedRectangle(
            corner_radius=0.12,
            width=width,
            height=-self.number.get_bottom()[1] + pad,
            stroke_color=paint,
            stroke_width=theme.SPACING.thin_stroke,
            fill_color=theme.colour("surface"),
            fill_opacity=1,
        )
        self.plate.move_to(at(width / 2, -self.plate.height / 2))
        super().__init__(self.plate, self.label, self.number)
