"""The mark of the theme, a short text or its logo, in a corner of the frame below the picture."""

from manim import VMobject

from storyreel.graphics import layout, theme
from storyreel.graphics.layout import Area
from storyreel.graphics.parts.image import image
from storyreel.graphics.text.typeset import words
from storyreel.stage.overlay import Overlay
from storyreel.storyboard.themes.theme import LOGO, Theme

WIDTH, GAP = 2.4, 0.15
"""The most that a mark is wide, and its distance from picture and border, in Manim units."""


class CornerMark(Overlay):
    """The mark of a theme that has one. It stands beside where captions may lie, so that nothing meets it."""

    def __init__(self, worn: Theme) -> None:
        is_left = worn.corner.endswith("left")
        frame, bottom = layout.FRAME, -layout.FRAME_HEIGHT / 2 + GAP
        left = frame.left if is_left else frame.right - WIDTH
        area = Area("corner", left, bottom, left + WIDTH, layout.PICTURE.bottom - GAP)
        if worn.corner_mark == LOGO and worn.logo:
            mark = image(worn.logo.path, layout.STAGE)
            factor = min(area.width / mark.width, area.height / mark.height)
            mark.scale(factor)
            for part in mark.get_family():
                if isinstance(part, VMobject):
                    part.set_stroke(width=part.get_stroke_width() * factor, family=False)
        else:
            mark = words(worn.corner_mark, em=theme.SIZES.smallest, colour=theme.colour("muted"))
            mark.scale(min(1.0, area.width / mark.width))
        aside = (mark.width if is_left else -mark.width) / 2
        super().__init__(
            mark.move_to(layout.at((area.left if is_left else area.right) + aside, area.centre[1]))
        )
