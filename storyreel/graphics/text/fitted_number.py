"""A number in a room of a given width, with as many digits as can be read there."""

from storyreel.core.number_format import shorter
from storyreel.graphics import theme
from storyreel.graphics.text.symbol import symbol
from storyreel.graphics.text.typeset import Typeset, in_line, maths


def fitted_number(text: str, value: float, em: float, room: float, colour: str, name: str = "") -> Typeset:
    """`value`, written as `text` at the font size `em`, or smaller where it would be wider than `room` units.

    With a `name` it is written as `C = 0.35`, else alone.
    Where it would be too small to read, it has fewer digits; with one digit it may be a little wider.
    """
    number = _written(text, em, colour, name)
    for shorter_text in shorter(value):
        if number.width * theme.SIZES.crowded <= room * em:
            break
        number = _written(shorter_text, em, colour, name)
    return number.scale(max(min(1.0, room / number.width), theme.SIZES.crowded / em))


def _written(text: str, em: float, colour: str, name: str) -> Typeset:
    source, plain = (f"{symbol(name)} = {in_line(text)}", f"{name} = {text}") if name else (text, text)
    return maths(source, plain=plain, em=em, colour=colour)
