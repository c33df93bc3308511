"""Equations recomputed from what is written, by nothing of the engine's: not its numbers, not its formulas.

An equation is read as a person reads it: numbers, signs, brackets, functions. After ≈ or = stands what the
part before it comes to, rounded to the digits that are shown; after = it is exact.
"""

import math
import re
from decimal import Decimal, DecimalException, localcontext
from fractions import Fraction
from typing import NamedTuple

SUPERSCRIPTS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
NUMBER = re.compile(r"\d++(?:\.\d++)?(?:×10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]++)?")  # possessive, or long texts take for ever
SIGN = re.compile(r" ([=≈]) ")
TERM = re.compile(rf"\s*({NUMBER.pattern}|ln|tanh|sqrt|max|abs|sign|Φ|φ|e|[−+×·/^(),])")
ELLIPSIS = "⋯"
Value = Decimal


class Claim(NamedTuple):
    """Of an equation: a rule in numbers, the sign after it, and the number that stands there."""

    rule: str
    sign: str
    result: str


def claims(text: str) -> list[Claim]:
    """The claims in a text that can be recomputed: those of rules in numbers, all of whose terms are written.

    `h = 3 × 2 = 6` claims that 3 × 2 is 6; `w1 = 3` claims nothing that could be recomputed.
    """
    parts = SIGN.split(text)
    rules, signs = parts[::2], parts[1::2]
    return [
        Claim(rule, sign, result)
        for rule, sign, result in zip(rules, signs, rules[1:], strict=False)
        if is_rule(rule) and is_number(result)
    ]


def is_number(text: str) -> bool:
    """True for a number, also a negative one or a fraction."""
    return bool(re.fullmatch(rf"−?{NUMBER.pattern}(?:/\d+)?", text.strip()))


def is_rule(text: str) -> bool:
    """True for arithmetic in numbers alone, with at least one operation."""
    return not is_number(text) and bool(re.fullmatch(rf"(?:{TERM.pattern})+\s*", text)) and text.strip() != ""


def falsehood(claim: Claim) -> str:
    """What is false about a claim, "" if nothing is."""
    with localcontext() as context:
        context.prec, context.Emax, context.Emin = 60, 10**15, -(10**15)
        if "ln(1 + e^" in claim.rule:
            context.prec = 500  # what is added to 1 may be as small as numbers are
        try:
            got, said = _Reader(claim.rule).value(), _Reader(claim.result).value()
        except DecimalException:
            return f"{claim.rule} is undefined, and not {claim.result}"
        off = abs(got - said)
        if claim.sign == "=" and off > Decimal("1e-25") * max(abs(got), 1):
            return f"{claim.rule} is {got:.12g}, not exactly {claim.result}"
        if off > half_unit(claim.result) * Decimal("1.000001"):
            return f"{claim.rule} is {got:.12g}, which is not {claim.result}"
    return ""


def half_unit(number: str) -> Decimal:
    """Half a unit of the last digit that is written; 0 for a fraction."""
    if "/" in number:
        return Decimal("1e-25")
    digits, _, power = number.partition("×10")
    exponent = int(power.translate(SUPERSCRIPTS)) if power else 0
    return Decimal(5).scaleb(exponent - 1 - len(digits.partition(".")[2]))


class _Reader:
    """Reads arithmetic by precedence: sums of products of quotients of powers."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.terms = [found[1] for found in TERM.finditer(text)]

    def value(self) -> Value:
        value = self.total()
        assert not self.terms, f"left of {self.text}: {self.terms}"
        return value

    def take(self, *wanted: str) -> str:
        return self.terms.pop(0) if self.terms and self.terms[0] in wanted else ""

    def total(self) -> Value:
        value = self.product()
        while sign := self.take("+", "−"):
            value = value + self.product() if sign == "+" else value - self.product()
        return value

    def product(self) -> Value:
        if self.take("−"):
            return -self.product()
        value = self.power()
        while sign := self.take("×", "·", "/"):
            value = value / self.power() if sign == "/" else value * self.power()
        return value

    def power(self) -> Value:
        if self.take("e"):
            return self.power().exp() if self.take("^") else Decimal(1).exp()
        base = self.atom()
        return base ** self.atom() if self.take("^") else base

    def atom(self) -> Value:
        term = self.terms.pop(0)
        if term == "(":
            value = self.total()
            self.terms.pop(0)
            return value
        if term == "−":
            return -self.atom()
        if NUMBER.fullmatch(term):
            digits, _, power = term.partition("×10")
            return Decimal(digits).scaleb(int(power.translate(SUPERSCRIPTS)) if power else 0)
        self.terms.pop(0)
        given = [self.total()]
        while self.take(","):
            given.append(self.total())
        self.terms.pop(0)
        return _function(term, given)


def _function(name: str, given: list[Value]) -> Value:
    x = given[0]
    if name == "ln":
        return x.ln()
    if name == "sqrt":
        return x.sqrt()
    if name == "max":
        return max(given)
    if name == "abs":
        return abs(x)
    if name == "tanh":
        return Decimal(1).copy_sign(x) if abs(x) > 100 else ((2 * x).exp() - 1) / ((2 * x).exp() + 1)
    if name == "sign":
        return Decimal(int(x > 0) - int(x < 0))
    if name == "Φ":
        return Decimal(math.erfc(-float(x) / math.sqrt(2)) / 2)
    return Decimal(math.exp(-(float(x) ** 2) / 2) / math.sqrt(2 * math.pi))


def as_fraction(number: str) -> Fraction:
    """The number that a text of digits, a fraction or a power of ten stands for."""
    with localcontext() as context:
        context.prec, context.Emax, context.Emin = 60, 10**15, -(10**15)
        return Fraction(_Reader(number).value()) if "/" not in number else Fraction(number.replace("−", "-"))
