"""The parts of a quantity's symbol, from its name; for Typst in films and for HTML on pages.

Indices count from 0 in names and from 1 in symbols: `W1[2,0]` is a w with the subscripts 3 and 1, and with
the layer in brackets as its superscript. What follows an underscore is a subscript: `w_out`, `h_1`.
"""

import re
from dataclasses import dataclass

LEARNING_RATE = "learning_rate"
L2, WEIGHT_DECAY = "l2 of the network", "weight decay of the optimizer"
EPSILON = "epsilon of the optimizer"
"""The strengths of L2 regularization and of weight decay, and what keeps an optimizer from dividing by 0. The
names have blanks, so that no layer has one."""
_NAME = re.compile(r"(?P<word>[^\W\d]\w*?)(?P<number>\d*)(?:\[(?P<index>\d+(?:,\d+)*)\])?")
_PARTS = re.compile(r"(?P<letter>[^\W\d_]+)(?P<number>\d*)(?P<rest>(?:_[^\W_]+)+)_?")
"""A name with underscores: `w_out`, `h1_prev`, and `h_` before the number of `h_1`."""
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
    letter, below = _without_underscores(word)
    below += (number,) if number else ()
    is_text = len(letter) > 1 or not letter.isalpha()
    if positions:
        letter = letter.lower() if letter == "W" else letter
        return SymbolParts(letter, is_text, positions, f"({','.join(below)})" if below else "")
    return SymbolParts(letter, is_text, below)


def _without_underscores(word: str) -> tuple[str, tuple[str, ...]]:
    """The letter or the word before the first underscore of a name, and what follows as subscripts."""
    found = _PARTS.fullmatch(word)
    if found is None:
        return word.rstrip("_") or word, ()
    number = (found["number"],) if found["number"] else ()
    return found["letter"], (*number, *found["rest"][1:].split("_"))
