"""Of what the symbol of a quantity consists, from its name: for Typst in the film, for HTML on pages.

Names count from 0, as programs do; symbols count from 1, as mathematics does: `W1[2,0]` is a w with the
indices 3 and 1 below it and the layer, in brackets, above.
"""

import re
from dataclasses import dataclass

LEARNING_RATE = "learning_rate"
_NAME = re.compile(r"(?P<word>[^\W\d]\w*?)(?P<number>\d*)(?:\[(?P<index>\d+(?:,\d+)?)\])?")
_FIXED = {"target": "t", "loss": "L", LEARNING_RATE: "η"}


@dataclass(frozen=True)
class SymbolParts:
    """A letter, or what `is_text` and stands upright, with what is `below` and `above` right of it."""

    letter: str
    is_text: bool = False
    below: tuple[str, ...] = ()
    above: str = ""


def symbol_parts(name: str) -> SymbolParts:
    """The symbol of a quantity: of `h`, `w1`, `W1[2,0]`, `target[1]`; of any other text, that text."""
    found = _NAME.fullmatch(name)
    if found is None:
        return SymbolParts(name, is_text=True)
    word, number, index = found["word"], found["number"], found["index"]
    positions = tuple(str(int(position) + 1) for position in index.split(",")) if index else ()
    if fixed := _FIXED.get(word + number):
        return SymbolParts(fixed, below=positions)
    letter, is_text = word.lower() if word == "W" else word, len(word) > 1
    if positions:
        return SymbolParts(letter, is_text, positions, f"({number})" if number else "")
    return SymbolParts(letter, is_text, (number,) if number else ())
