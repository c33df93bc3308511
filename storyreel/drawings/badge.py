"""A badge: a number on a small plate that sticks to a part of a diagram, such as a gradient to its weight."""

from manim import RoundedRectangle, VGroup

from storyreel import theme
from storyreel.drawings.typeset import maths


class Badge(VGroup):
    """`text` on a rounded plate in the colour of `kind`; `plate` and `number` are its parts,
    `em` is the size of its text as it was made, in units."""

    def __init__(self, text: str, kind: str, em: float = theme.SIZES.small + 0.06) -> None:
        self.em = em
        # A fraction stands in a line: one above the other, its digits would be too small.
        self.number = maths(text.replace("/", "\\/"), plain=text, em=em, colour=theme.colour("background"))
        height = max(self.number.height + 0.16, 0.4)
        self.plate = RoundedRectangle(
            corner_radius=0.16,
            width=max(self.number.width + 0.26, height),
            height=height,
            stroke_width=0,
            fill_color=theme.colour(kind),
            fill_opacity=1,
        )
        super().__init__(self.plate, self.number)
