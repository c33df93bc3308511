"""The tokens of a formula: numbers, names and signs, each with its column.

Signs may be written as in print, too: `×`, `·`, `÷` and `−`.
"""

import math
import re
from dataclasses import dataclass
from typing import Literal

TokenKind = Literal["number", "name", "sign", "end"]

_TOKEN = re.compile(
    r"(?P<number>[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)|(?P<name>[^\W\d_]\w*)|(?P<sign>[-+*/^@()\[\],])"
)
_OPERAND_END = re.compile(r"[^\W\d]\w*\s*$|[)\]]\s*$")
_OF_LIBRARY, _CALL = re.compile(r"\b(np|numpy|math|torch|F|nn|tf)$"), re.compile(r"\.(\w+)\(")
_BLANK = re.compile(r"\s*")
_IN_PRINT = str.maketrans("×·⋅∗÷−", "****/-")
_REMEDIES = {
    "**": "did you mean `^`?",
    "//": "did you mean `/`?",
    "==": "a formula has no comparisons",
    "=": "write only what stands on its right; the name is before the colon",
    "<": "a formula has no comparisons",
    ">": "a formula has no comparisons",
    '"': "a name stands without quotes",
    "'": "a name stands without quotes",
    "{": "did you mean `(`?",
    "}": "did you mean `)`?",
    "_": "a name begins with a letter",
    ".": "a number has a digit before its point, as in 0.5",
    "%": "did you mean `/`?",
    "√": "did you mean `sqrt(x)`?",
    "∑": "did you mean `sum(x)`?",
    "Σ": "did you mean `sum(x)`?",
    "|": "did you mean `abs(x)`?",
    "–": "did you mean `-`?",
    **dict.fromkeys("≤≥≠", "a formula has no comparisons"),
}
"""What to say of what no formula has, by how it begins; the longest beginnings are first."""
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")


class FormulaError(ValueError):
    """A formula has a fault, at a column from 1 on, or its name has one, which is column 0."""

    def __init__(self, column: int, message: str) -> None:
        self.column, self.message = column, message
        super().__init__(f"column {column}: {message}" if column else message)


@dataclass(frozen=True)
class Token:
    """A part of a formula; `text` is as written, but for signs in print. The last is the "end"."""

    kind: TokenKind
    text: str
    column: int

    @property
    def found(self) -> str:
        """What messages call it."""
        return f"`{self.text}`" if self.text else "the end of the formula"


def tokens_of(formula: str) -> list[Token]:
    """The tokens of a formula, and the end. Raises FormulaError for what is none."""
    source, tokens, at = formula.translate(_IN_PRINT), list[Token](), _start(formula, 0)
    while at < len(source):
        found = _TOKEN.match(source, at)
        if found is None or source.startswith(("**", "//"), at):
            raise _fault(formula, at)
        text, column = found[0], at + 1
        if found["number"]:
            _check_number(source, text, at)
            tokens.append(Token("number", text, column))
        elif found["name"]:
            _check_name(text, column)
            tokens.append(Token("name", text, column))
        else:
            tokens.append(Token("sign", text, column))
        at = _start(source, found.end())
    return [*tokens, Token("end", "", len(formula.rstrip()) + 1)]


def _start(source: str, at: int) -> int:
    blank = _BLANK.match(source, at)
    return blank.end() if blank else at


def _check_number(source: str, text: str, at: int) -> None:
    after = source[at + len(text) : at + len(text) + 1]
    if after == ".":
        raise FormulaError(at + 1, f"`{text}.` is no number; write {text}, or digits behind its point")
    if not math.isfinite(float(text)):
        raise FormulaError(at + 1, f"`{text}` is larger than a computer can tell")


def _check_name(text: str, column: int) -> None:
    plain = text.translate(_SUPERSCRIPTS)
    if plain != text:
        base = next(k for k, (one, other) in enumerate(zip(text, plain, strict=True)) if one != other)
        raise FormulaError(column, f"`{text}` is no name; did you mean `{text[:base]}^{plain[base:]}`?")


def _fault(formula: str, at: int) -> FormulaError:
    if formula[at] == "." and _OPERAND_END.search(formula[:at]):
        function = _OF_LIBRARY.search(formula[:at]) and _CALL.match(formula, at)
        meant = function[1] if function else "transpose" if formula.startswith(".T", at) else ""
        remedy = f"; did you mean `{meant}(…)`?" if meant else ""
        return FormulaError(at + 1, f"found `.`, which stands only within numbers{remedy}")
    for found, remedy in _REMEDIES.items():
        if formula.startswith(found, at):
            return FormulaError(at + 1, f"found `{found}`; {remedy}")
    return FormulaError(at + 1, f"found `{formula[at]}`, which no formula has")
