"""A symbol and its number, as in `w₁ = 3`."""

from storyreel.graphics import theme
from storyreel.graphics.text.symbol import symbol
from storyreel.graphics.text.typeset import Typeset, slot


def named_source(name: str, number: str) -> str:
    """Typst markup for `name = number`; slot 0 is the symbol of `name`, slot 1 the number (Typst maths)."""
    return f"${slot(0, symbol(name))} = {slot(1, number)}$"


def named_number(
    name: str, number: str, kind: str, em: float, sign_kind: str = "text", source: str = ""
) -> Typeset:
    """`name = number` with the symbol in the colour of `kind` and the equals sign in that of `sign_kind`.

    `source` is the markup where it is not that of `named_source`.
    """
    return Typeset(
        source or named_source(name, number),
        plain=f"{name} = {number}",
        em=em,
        colour=theme.colour(sign_kind),
        slots=(name, name),
        colours=(theme.colour(kind), theme.colour("text")),
    )
