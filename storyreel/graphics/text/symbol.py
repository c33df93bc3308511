"""The mathematical symbol of a quantity, from its name in the trace; see `core.symbol_parts`."""

import re
from collections.abc import Sequence

from storyreel.core.symbol_parts import symbol_parts
from storyreel.engine.operation import GRADIENTS_OF, NEXT
from storyreel.engine.optimizers import STATES
from storyreel.storyboard.typst_fonts import typst_string

_OF_EXAMPLE = re.compile(r"data\[\d+\]\.")
_STATES = {"velocity": "v", "first_moment": "m", "second_moment": "v", "mean_square": "s"}
_WORD = re.compile(r"[^\W\d]\w+")
_SLOT = re.compile(r"\{([^{}]+)\}")
_LETTERS = {"η": "eta", "λ": "lambda", "ε": "epsilon"}


def symbol(name: str) -> str:
    """Typst maths for a quantity: `h`, `w1`, `w_out`, `W1[2,0]`, `next.w1` (w₁ with a prime), and its
    derivatives `grad.w1` (∂L/∂w₁) and `cost.grad.w1` (∂C/∂w₁); of an optimizer, `velocity.w1` (v₁) and
    `velocity.b1` (v with b₁ below).
    """
    state, _, parameter = name.partition(".")
    if state in STATES:
        letter = _STATES[state.removeprefix("corrected_")]
        letter = letter if state in _STATES else f"hat({letter})"
        of = symbol(parameter)
        return f"{letter}{of.removeprefix('w')}" if of.startswith("w") else f"{letter}_({of})"
    if derivative := derivative_symbols(name):
        return f"({derivative[0]})/({derivative[1]})"
    if name.startswith(NEXT):
        return _primed(symbol(name.removeprefix(NEXT)))
    parts = symbol_parts(name)
    letter = typst_string(parts.letter) if parts.is_text else _LETTERS.get(parts.letter, parts.letter)
    below = f"_({_indices(parts.below)})" if parts.below else ""
    above = f"^({_WORD.sub(lambda found: typst_string(found[0]), parts.above)})" if parts.above else ""
    return f"{letter}{below}{above}"


def _indices(below: Sequence[str]) -> str:
    """Subscripts in Typst maths: digits side by side, words and longer numbers with commas."""
    need_commas = any(_WORD.fullmatch(each) or len(each) > 1 for each in below)
    return (", " if need_commas else " ").join(
        _WORD.sub(lambda found: typst_string(found[0]), each) for each in below
    )


def in_symbols(formula: str) -> str:
    """A formula in Typst maths with names in its slots, `{q} times {z}`, with their symbols."""
    return _SLOT.sub(lambda found: symbol(found[1]), formula)


def in_line(name: str) -> str:
    """The symbol of a quantity no higher than a line: a derivative with a stroke, ∂L/∂w₁."""
    derivative = derivative_symbols(name)
    return "\\/".join(derivative) if derivative else symbol(name)


def derivative_symbols(name: str) -> tuple[str, str] | None:
    """The numerator and the denominator of a derivative: ∂L and ∂w₁ for `grad.w1`; None for other names."""
    example = _OF_EXAMPLE.match(name)
    of_example, name = (example[0], name[example.end() :]) if example else ("", name)
    for objective, prefix in GRADIENTS_OF.items():
        if name.startswith(prefix):
            return f"partial {symbol(of_example + objective)}", f"partial {symbol(name.removeprefix(prefix))}"
    return None


def _primed(maths: str) -> str:
    """A symbol with a prime before its indices; after them, Typst would set it as part of the last index."""
    letter, underscore, indices = maths.partition("_")
    is_letter = letter.isalpha() or letter.startswith("hat(")
    return f"{letter}'{underscore}{indices}" if is_letter else f"{maths}'"
