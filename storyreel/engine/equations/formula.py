"""Formulas, written in Typst maths, as arithmetic: what they come to for given numbers, and as plain text.

    formula = parsed("1/2 ({0} - {1})^2")
    formula.value([Decimal("5"), Decimal("3")])     2
    formula.plain(["5", "3"])                       1/2 · (5 − 3)^2

Numbers are decimals of `PRECISION` digits, because an equation may show a number of 15 digits.
"""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal, DecimalException
from functools import cache

from storyreel.core.number_format import MINUS

PRECISION = 60
CONTEXT = Context(prec=PRECISION, Emax=10**12, Emin=-(10**12))
DOTS = "dots.c"

_TOKEN = re.compile(r'\s*(\d+(?:\.\d+)?|\{\d+\}|op\("\w+"\)|dots\.c|[A-Za-z]+|[-+/^(),])')
_MULTIPLIED = {"times": "×", "dot": "·", "": "·"}


class UnknownFormula(ValueError):
    """A formula that is beyond this arithmetic, such as one of another package, or one with an ellipsis."""


def _exp(x: Decimal) -> Decimal:
    return CONTEXT.exp(x)


def _ln_of_sum(one: Decimal, other: Decimal) -> Decimal:
    """The logarithm of a sum, which may be so close to 1 that the digits of a sum do not tell."""
    if one == 1 and abs(other) < Decimal("1e-20"):
        return CONTEXT.subtract(other, CONTEXT.divide(CONTEXT.multiply(other, other), 2))
    return CONTEXT.ln(CONTEXT.add(one, other))


def _tanh(x: Decimal) -> Decimal:
    if abs(x) > 200:
        return Decimal(1).copy_sign(x)
    twice = _exp(CONTEXT.multiply(2, x))
    return CONTEXT.divide(CONTEXT.subtract(twice, 1), CONTEXT.add(twice, 1))


def _cumulative(x: Decimal) -> Decimal:
    return Decimal(0.5 * math.erfc(-float(x) / math.sqrt(2.0)))


def _density(x: Decimal) -> Decimal:
    z = float(x)  # squared by a product: a power raises OverflowError
    return Decimal(math.exp(-0.5 * z * z) / math.sqrt(2.0 * math.pi))


def _sin(x: Decimal) -> Decimal:
    return Decimal(math.sin(x))


def _cos(x: Decimal) -> Decimal:
    return Decimal(math.cos(x))


def _sign(x: Decimal) -> Decimal:
    return Decimal((x > 0) - (x < 0))


_FUNCTIONS: dict[str, tuple[str, Callable[..., Decimal]]] = {
    "ln": ("ln", CONTEXT.ln),
    "sqrt": ("sqrt", CONTEXT.sqrt),
    "sin": ("sin", _sin),
    "cos": ("cos", _cos),
    "tanh": ("tanh", _tanh),
    "max": ("max", max),
    "abs": ("abs", Decimal.copy_abs),
    'op("sign")': ("sign", _sign),
    "Phi": ("Φ", _cumulative),
    "phi": ("φ", _density),
}
"""By its name in Typst: the name of a function in plain text, and the function."""


@dataclass(frozen=True)
class Formula:
    """A part of a formula: an `operator` between `parts`, a function of them, or a leaf without parts.

    Operators are `+ - negative times dot / frac ^`, the empty one for factors side by side, "slot" with the
    number of an operand and "number" with digits in `text`, "e", "dots.c" and "group" for brackets.
    """

    operator: str
    parts: tuple["Formula", ...] = ()
    text: str = ""

    def value(self, numbers: Sequence[Decimal]) -> Decimal:
        """What it comes to for the numbers of its slots; NaN where that is undefined, such as ln(0).

        Raises UnknownFormula for a sum with an ellipsis.
        """
        try:
            return self._value(numbers)
        except DecimalException:
            return Decimal("NaN")

    def _value(self, numbers: Sequence[Decimal]) -> Decimal:
        match self.operator:
            case "slot":
                return numbers[int(self.text)]
            case "number":
                return Decimal(self.text)
            case "e":
                return _exp(Decimal(1))
            case "dots.c":
                raise UnknownFormula("terms are left out")
        if self.operator == "^" and self.parts[0].operator == "e":
            return _exp(self.parts[1]._value(numbers))
        if self.operator == "ln" and self.parts[0].operator == "+":
            return _ln_of_sum(*(part._value(numbers) for part in self.parts[0].parts))
        values = [part._value(numbers) for part in self.parts]
        if self.operator in _FUNCTIONS:
            return _FUNCTIONS[self.operator][1](*values)
        match self.operator:
            case "group":
                return values[0]
            case "negative":
                return values[0].copy_negate()
            case "+":
                return CONTEXT.add(*values)
            case "-":
                return CONTEXT.subtract(*values)
            case "/" | "frac":
                return CONTEXT.divide(*values)
            case "^":
                return CONTEXT.power(*values)
        return CONTEXT.multiply(*values)

    def size(self, numbers: Sequence[Decimal]) -> Decimal:
        """The sum of the sizes of a sum's products; 0 for a formula that is no such sum."""
        match self.operator:
            case "slot":
                return numbers[int(self.text)].copy_abs()
            case "+" | "-" | "times" | "dot" | "group" | "negative":
                sizes = [part.size(numbers) for part in self.parts]
                total = CONTEXT.multiply if self.operator in ("times", "dot") else CONTEXT.add
                return total(*sizes) if len(sizes) > 1 else sizes[0]
        return Decimal(0)

    def plain(self, texts: Sequence[str]) -> str:
        """The formula as plain text, with these texts in its slots, in brackets where they need them."""
        return self._plain(texts, is_first=True)

    def _plain(self, texts: Sequence[str], is_first: bool) -> str:
        if self.operator == "slot":
            text = texts[int(self.text)]
            return text if is_first or not text.startswith(MINUS) else f"({text})"
        if not self.parts:
            return {DOTS: "⋯"}.get(self.operator, self.text or self.operator)
        if self.operator in _FUNCTIONS:
            inside = ", ".join(part._plain(texts, is_first=True) for part in self.parts)
            return f"{_FUNCTIONS[self.operator][0]}({inside})"
        if self.operator == "group":
            return f"({self.parts[0]._plain(texts, is_first=True)})"
        if self.operator == "negative":
            return f"{MINUS}{self.parts[0]._plain(texts, is_first=False)}"
        if self.operator == "frac":
            above, below = (part._plain(texts, is_first=True) for part in self.parts)
            return f"({above}) / ({below})"
        first, second = self.parts
        before, after = first._plain(texts, is_first), second._plain(texts, is_first=False)
        if self.operator == "^":
            return f"{_in_brackets(first, before)}^{after}"
        if self.operator == "/":
            is_number = first.operator == second.operator == "number"
            return f"{before}/{after}" if is_number else f"{before} / {_in_brackets(second, after)}"
        return f"{before} {_MULTIPLIED.get(self.operator, self.operator.replace('-', MINUS))} {after}"


def _in_brackets(part: Formula, text: str) -> str:
    """A number that is written with a sign, such as −5, 5/6 or 2×10⁻⁷, in brackets."""
    is_bare = part.operator == "slot" and not text.startswith("(")
    return f"({text})" if is_bare and re.search(f"[/×{MINUS}]", text) else text


@cache
def parsed(source: str) -> Formula:
    """The formula written as `source`, Typst maths with slots. Raises UnknownFormula."""
    tokens, end = [], 0
    while end < len(source.rstrip()):
        found = _TOKEN.match(source, end)
        if found is None:
            raise UnknownFormula(source)
        tokens.append(found[1])
        end = found.end()
    parser = _Parser(tokens)
    formula = parser.sum()
    if parser.next:
        raise UnknownFormula(source)
    return formula


class _Parser:
    """A recursive-descent parser; `next` is the token that it has come to, "" at the end."""

    def __init__(self, tokens: Sequence[str]) -> None:
        self._tokens, self._at = [*tokens, ""], 0

    @property
    def next(self) -> str:
        return self._tokens[self._at]

    def _take(self, wanted: str = "") -> str:
        token = self.next
        if not token or (wanted and token != wanted):
            raise UnknownFormula(" ".join(self._tokens))
        self._at += 1
        return token

    def sum(self) -> Formula:
        if self.next == "-":
            self._take()
            total = Formula("negative", (self._product(),))
        else:
            total = self._product()
        while self.next in ("+", "-"):
            total = Formula(self._take(), (total, self._product()))
        return total

    def _product(self) -> Formula:
        product = self._quotient()
        while self.next not in ("", "+", "-", ")", ","):
            sign = self._take() if self.next in ("times", "dot") else ""
            product = Formula(sign, (product, self._quotient()))
        return product

    def _quotient(self) -> Formula:
        quotient = self._power()
        while self.next == "/":
            quotient = Formula(self._take(), (quotient, self._power()))
        return quotient

    def _power(self) -> Formula:
        base = self._atom()
        if self.next == "^":
            return Formula(self._take(), (base, self._atom()))
        return base

    def _atom(self) -> Formula:
        token = self._take()
        if token == "(":
            inside = self.sum()
            self._take(")")
            return Formula("group", (inside,))
        if token.startswith("{"):
            return Formula("slot", text=token[1:-1])
        if token[0].isdigit():
            return Formula("number", text=token)
        if token in ("e", DOTS):
            return Formula(token)
        if token != "frac" and token not in _FUNCTIONS:
            raise UnknownFormula(token)
        self._take("(")
        parts = [self.sum()]
        while self.next == ",":
            self._take()
            parts.append(self.sum())
        self._take(")")
        return Formula(token, tuple(parts))
