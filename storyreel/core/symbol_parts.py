"""The parts of a quantity's symbol, from its name; for Typst in films and for HTML on pages.

Indices count from 0 in names and from 1 in symbols: `W1[2,0]` is a w with the subscripts 3 and 1, and with
the layer in brackets as its superscript.
"""

import re
from dataclasses import dataclass

LEARNING_RATE = "learning_rate"
L2, WEIGHT_DECAY = "l2 of the network", "weight decay of the optimizer"
EPSILON = "epsilon of the optimizer"
"""The strengths of L2 regularization and of weight decay, and what keeps an optimizer from dividing by 0. The
names have blanks, so that no layer has one."""
_NAME = re.compile(r"(?P<word>[^\W\d]\w*?)(?P<number>\d*)(?:\[(?P<index>\d+(?:,\d+)?)\])?")
_LOSS_OF_EXAMPLE = re.compile(r"data\[(\d+)\]\.loss")
_FIXED = {
    "target": "t",
    "loss": "L",
    "cost": "C",
    LEARNING_RATE: "η",
    L2: "λ",
    WEIGHT_DECAY: "λ",
    EPSILON: "ε",
}


@dataclass(frozen=True)
class SymbolParts:
    """A letter, or an upright word if `is_text`, with its subscripts `below` and its superscript `above`."""

    letter: str
    is_text: bool = False
    below: tuple[str, ...] = ()
    above: str = ""


def symbol_parts(name: str) -> SymbolParts:
    """The symbol of a quantity such as `h`, `w1`, `W1[2,0]`; any other text stands for itself.

    `data[2].loss` is L₃, the loss of the third example.
    """
    if example := _LOSS_OF_EXAMPLE.fullmatch(name):
        return SymbolParts(_FIXED["loss"], below=(str(int(example[1]) + 1),))
    found = _NAME.fullmatch(name)
    if found is None:
        return SymbolParts(_FIXED.get(name, name), is_text=name not in _FIXED)
    word, number, index = found["word"], found["number"], found["index"]
    positions = tuple(str(int(position) + 1) for position in index.split(",")) if index else ()
    if fixed := _FIXED.get(word + number):
        return SymbolParts(fixed, below=positions)
    letter, is_text = word.lower() if word == "W" else word, len(word) > 1
    if positions:
        return SymbolParts(letter, is_text, positions, f"({number})" if number else "")
    return SymbolParts(letter, is_text, (number,) if number else ())
