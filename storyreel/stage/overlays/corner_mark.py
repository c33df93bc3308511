"""The mark of the theme, a short text or its logo, in a corner of the frame below the picture."""

from manim import Mobject, VMobject

from storyreel.graphics import layout, theme
from storyreel.graphics.layout import Area, Frame
from storyreel.graphics.parts.image import image
from storyreel.graphics.text.typeset import words
from storyreel.stage.overlays.overlay import Overlay
from storyreel.storyboard.themes.theme import LOGO, Theme

WIDTH, HEIGHT = 2.4, 0.5
"""The most that a mark measures, in Manim units."""


class CornerMark(Overlay):
    """The mark of a theme that has one. It stands beside where captions may lie, so that nothing meets it."""

    def __init__(self, worn: Theme, frame: Frame) -> None:
        band, is_left = frame.captions, worn.corner.endswith("left")
        left, middle = band.left if is_left else band.right - WIDTH, band.centre[1]
        area = Area("corner", left, middle - HEIGHT / 2, left + WIDTH, middle + HEIGHT / 2)
        mark: Mobject
        if worn.corner_mark == LOGO and worn.logo:
            mark = _small(image(worn.logo.path, frame.stage), area)
        else:
            mark = words(worn.corner_mark, em=theme.SIZES.smallest, colour=theme.colour("muted"))
            mark.scale(min(1.0, area.width / mark.width))
        aside = (mark.width if is_left else -mark.width) / 2
        super().__init__(mark.move_to(layout.at((area.left if is_left else area.right) + aside, middle)))


def _small(shape: Mobject, area: Area) -> Mobject:
    """The shape scaled down to the area, with its strokes, which Manim leaves as they are."""
    factor = min(area.width / shape.width, area.height / shape.height)
    for part in shape.get_family():
        if isinstance(part, VMobject):
            part.set_stroke(width=part.get_stroke_width() * factor, family=False)
    return shape.scale(factor)
