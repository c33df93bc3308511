"""A number in a room of a given width, with as many digits as can be read there."""

from storyreel.core.number_format import shorter
from storyreel.graphics import theme
from storyreel.graphics.text.typeset import Typeset, maths


def fitted_number(text: str, value: float, em: float, room: float, colour: str) -> Typeset:
    """`value`, written as `text` at the font size `em`, or smaller where it would be wider than `room` units.

    Where it would be too small to read, it has fewer digits; with one digit it may be a little wider.
    """
    number = maths(text, plain=text, em=em, colour=colour)
    for shorter_text in shorter(value):
        if number.width * theme.SIZES.crowded <= room * em:
            break
        number = maths(shorter_text, plain=shorter_text, em=em, colour=colour)
    return number.scale(max(min(1.0, room / number.width), theme.SIZES.crowded / em))
