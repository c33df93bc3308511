"""The tokens of a formula in Typst's mathematics, and the symbols of quantities among them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from storyreel.core.symbol_parts import SymbolParts

Kind = Literal["space", "string", "braces", "doubled", "escape", "name", "number", "comment", "sign"]

_TOKEN = re.compile(
    r'(?P<space>\s+)|(?P<string>"(?:\\.|[^"\\])*")|(?P<doubled>\{\{|\}\})|\{(?P<braces>[^{}]*)\}'
    r"|(?P<comment>//|/\*|\*/)|(?P<escape>\\[^\w\s])|(?P<name>[^\W\d_][^\W_]*(?:\.[^\W\d_][^\W_]*)*)"
    r"|(?P<number>\d+(?:[.,]\d+)*%?)|(?P<sign>.)",
    re.DOTALL,
)
OPENING, CLOSING = "([", ")]"
"""The brackets between which a formula is not broken into lines, and which hold a subscript together."""
_GREEK = {"eta": "η", "lambda": "λ", "epsilon": "ε"}
"""The Greek letters of quantities, by their names in Typst."""
SymbolKey = tuple[str, tuple[str, ...], str, bool]
"""A symbol: its letter, what is below and what is above it, and whether it has a prime."""


@dataclass(frozen=True, slots=True)
class Token:
    """A token of a formula: of braces, `text` is what is inside; `start` and `end` are in the formula."""

    kind: Kind
    text: str
    start: int
    end: int


def tokens_of(formula: str) -> list[Token]:
    """All tokens of a formula, blanks included."""
    found = []
    for match in _TOKEN.finditer(formula):
        kind: Kind = match.lastgroup  # type: ignore[assignment]
        found.append(Token(kind, match[kind], match.start(), match.end()))
    return found


def key_of(parts: SymbolParts, is_primed: bool = False) -> SymbolKey:
    """The key of a quantity's symbol."""
    return parts.letter, parts.below, parts.above, is_primed


@dataclass(frozen=True, slots=True)
class SymbolHere:
    """A symbol in a formula, up to the token before number `after`; `of` is that of a derivative's numerator,
    None where it is no derivative."""

    key: SymbolKey
    after: int
    of: SymbolKey | None = None


def symbol_at(tokens: Sequence[Token], at: int) -> SymbolHere | None:
    """The symbol that begins at a token, such as `w_1`, `W_(2 1)` or `(partial L)/(partial w_1)`."""
    derivative = _derivative_at(tokens, at)
    return derivative if derivative is not None else _plain_symbol_at(tokens, at)


def subscripts(tokens: Sequence[Token]) -> set[int]:
    """The numbers of the tokens that are in subscripts, or above a symbol as its layer, as in `w_11^((1))`:
    digits there are part of a name."""
    inside = set[int]()
    for number, token in enumerate(tokens):
        is_layer = (
            token.text == "^" and _is(_at(tokens, number + 1), "(") and _is(_at(tokens, number + 2), "(")
        )
        if token.kind == "sign" and (token.text == "_" or is_layer):
            inside.update(range(number + 1, _after_group(tokens, number + 1)))
    return inside


def depth_of(tokens: Sequence[Token]) -> int:
    """How deep the brackets of a formula, and its scripts and fractions, are in each other at most."""
    level = deepest = run = 0
    for token in tokens:
        if token.kind != "sign":
            continue
        if token.text in OPENING:
            level += 1
        elif token.text in CLOSING:
            level = max(0, level - 1)
        run = run + 1 if token.text in "^_/√" else 0 if token.text in "=+-,;&" else run
        deepest = max(deepest, level + run)
    return deepest


def _is(token: Token | None, text: str) -> bool:
    return token is not None and token.kind in ("sign", "name") and token.text == text


def _at(tokens: Sequence[Token], place: int) -> Token | None:
    return tokens[place] if place < len(tokens) else None


def _after_blanks(tokens: Sequence[Token], at: int) -> int:
    while at < len(tokens) and tokens[at].kind == "space":
        at += 1
    return at


def _after_group(tokens: Sequence[Token], at: int) -> int:
    """The number of the token after what is a script: one token, or all in brackets."""
    if not _is(_at(tokens, at), "("):
        return min(at + 1, len(tokens))
    level = 0
    for number in range(at, len(tokens)):
        level += _is(tokens[number], "(") - _is(tokens[number], ")")
        if level == 0:
            return number + 1
    return len(tokens)


def _plain_symbol_at(tokens: Sequence[Token], at: int) -> SymbolHere | None:
    token = _at(tokens, at)
    if token is None or token.kind not in ("name", "string"):
        return None
    letter = token.text.strip('"') if token.kind == "string" else _GREEK.get(token.text, token.text)
    if token.kind == "name" and len(letter) > 1:
        return None
    after = at + 1
    scripts: dict[str, tuple[str, ...]] = {"_": (), "^": ()}
    is_primed = _is(_at(tokens, after), "'")
    after += is_primed
    for sign in ("_", "^"):
        end = _after_group(tokens, after + 1)
        inside = tuple(each.text.strip('"') for each in tokens[after + 1 : end] if each.kind != "space")
        is_above = sign == "^" and inside[:2] == ("(", "(")  # the layer, as in w^((1)); else it is a power
        if "√" in inside:  # what follows is not a part of a name, but under a root
            continue
        if _is(_at(tokens, after), sign) and inside and (sign == "_" or is_above):
            scripts[sign] = tuple(text for text in inside if text not in ("(", ")", ","))
            after = end
    if not is_primed and _is(_at(tokens, after), "'"):
        is_primed, after = True, after + 1
    above = f"({','.join(scripts['^'])})" if scripts["^"] else ""
    return SymbolHere((letter, scripts["_"], above, is_primed), after)


def _derivative_at(tokens: Sequence[Token], at: int) -> SymbolHere | None:
    """A derivative: `(partial L)/(partial w_1)`."""
    above = _partial_at(tokens, at)
    if above is None or not _is(_at(tokens, slash := _after_blanks(tokens, above.after)), "/"):
        return None
    below = _partial_at(tokens, _after_blanks(tokens, slash + 1))
    return None if below is None else SymbolHere(below.key, below.after, above.key)


def _partial_at(tokens: Sequence[Token], at: int) -> SymbolHere | None:
    if not (_is(_at(tokens, at), "(") and _is(_at(tokens, at := _after_blanks(tokens, at + 1)), "partial")):
        return None
    symbol = _plain_symbol_at(tokens, _after_blanks(tokens, at + 1))
    if symbol is None or not _is(_at(tokens, end := _after_blanks(tokens, symbol.after)), ")"):
        return None
    return SymbolHere(symbol.key, end + 1)
