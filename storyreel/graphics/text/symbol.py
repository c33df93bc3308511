"""The mathematical symbol of a quantity, from its name in the trace; see `core.symbol_parts`."""

from storyreel.core.symbol_parts import symbol_parts
from storyreel.storyboard.typst_fonts import typst_string

NEXT = "next."
_LETTERS = {"η": "eta"}


def symbol(name: str) -> str:
    """Typst maths for a quantity: `h`, `w1`, `W1[2,0]`, `grad.w1` (∂L/∂w₁), `next.w1` (w₁ with a prime)."""
    if name.startswith("grad."):
        return f"(partial L)/(partial {symbol(name.removeprefix('grad.'))})"
    if name.startswith(NEXT):
        return _primed(symbol(name.removeprefix(NEXT)))
    parts = symbol_parts(name)
    letter = typst_string(parts.letter) if parts.is_text else _LETTERS.get(parts.letter, parts.letter)
    below = f"_({' '.join(parts.below)})" if parts.below else ""
    above = f"^({parts.above})" if parts.above else ""
    return f"{letter}{below}{above}"


def _primed(maths: str) -> str:
    """A symbol with a prime before its indices; after them, Typst would set it as part of the last index."""
    letter, underscore, indices = maths.partition("_")
    return f"{letter}'{underscore}{indices}" if letter.isalpha() else f"{maths}'"
