"""The label of a bias, below its neuron."""

from collections.abc import Iterable

from manim import BackgroundRectangle, VGroup

from storyreel.core.number_format import MINUS
from storyreel.graphics import theme
from storyreel.graphics.text.symbol import symbol
from storyreel.graphics.text.typeset import Typeset, in_line, slot


class BiasLabel(VGroup):
    """A bias: `b₁ = 0.2` where it `is_named`, else what it adds to the sum, `+0.2`.

    Its parts are as those of a `WeightLabel`. Text is at most `room` wide and `em` large; it has the first of
    `numbers` that can be read so, or the last.
    """

    is_beside = False

    def __init__(self, name: str, numbers: Iterable[str], em: float, room: float, is_named: bool) -> None:
        self.room, self.lift = room, 0.0
        smallest = theme.SIZES.crowded / em
        for number in numbers:
            self.text = text = _text(name, number, em, is_named)
            if text.width * smallest <= room:
                break
        text.scale(max(min(1.0, room / text.width), min(1.0, smallest)))
        self.number = text.slot(1)
        self.symbol = text.slot(0) if is_named else None
        self.plate = BackgroundRectangle(text, color=theme.colour("background"), fill_opacity=1.0, buff=0.03)
        super().__init__(self.plate, text)
        unnumbered = (glyph for glyph in text if glyph not in self.number.submobjects)
        self.rest = VGroup(self.plate, *unnumbered)


def _text(name: str, number: str, em: float, is_named: bool) -> Typeset:
    paint = theme.colour("bias")
    digits = number.removeprefix(MINUS)
    sign = MINUS if digits != number else "+"
    source = f"{slot(0, symbol(name))} = {slot(1, in_line(number))}"
    if not is_named:
        # A minus is part of the number; a plus is not.
        source = slot(1, in_line(number)) if sign == MINUS else f"+{slot(1, in_line(number))}"
    return Typeset(
        f"${source}$",
        plain=f"{name} = {number}" if is_named else number if sign == MINUS else f"+{number}",
        em=em,
        slots=(name, name),
        colours=(paint, paint),
        colour=paint,
    )
