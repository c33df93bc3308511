"""The mathematical symbol of a quantity, as Typst maths, from its name in the trace.

Names count from 0, as programs do; symbols count from 1, as mathematics does: `W1[2,0]` is drawn as w with
the indices 3 1 and the layer in brackets above.
"""

import re

from storyreel.drawings.typeset import quoted

_NAME = re.compile(r"(?P<word>[^\W\d]\w*?)(?P<number>\d*)(?:\[(?P<index>\d+(?:,\d+)?)\])?")
NEXT, LEARNING_RATE = "next.", "learning_rate"
_FIXED = {"target": "t", "loss": "L", LEARNING_RATE: "eta"}


def symbol(name: str) -> str:
    """Typst maths for a quantity: `h`, `w1`, `W1[2,0]`, `grad.w1` (∂L/∂w₁), `next.w1` (w₁ with a prime)."""
    if name.startswith("grad."):
        return f"(partial L)/(partial {symbol(name.removeprefix('grad.'))})"
    if name.startswith(NEXT):
        return _primed(symbol(name.removeprefix(NEXT)))
    found = _NAME.fullmatch(name)
    if found is None:
        return quoted(name)
    word, number, index = found["word"], found["number"], found["index"]
    positions = " ".join(str(int(position) + 1) for position in index.split(",")) if index else ""
    base = _FIXED.get(word + number, "")
    if base:
        return f"{base}_({positions})" if positions else base
    letter = word.lower() if word == "W" else word if len(word) == 1 else quoted(word)
    if positions and number:
        return f"{letter}_({positions})^(({number}))"
    return f"{letter}_({positions or number})" if positions or number else letter


def _primed(maths: str) -> str:
    """A symbol with a prime, which stands before its indices: after them, it would be part of the last."""
    letter, underscore, indices = maths.partition("_")
    return f"{letter}'{underscore}{indices}" if letter.isalpha() else f"{maths}'"
