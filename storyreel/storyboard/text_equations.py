"""Equations that authors write in texts, with numbers in braces: `{w1} × {x} = {h}`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from storyreel.engine.equations.formula import UnknownFormula, parsed

_BRACES = re.compile(r"\{([^{}]*)\}")
_SIGN = re.compile(r"[=≈]")
_NUMBER = r"(?:\0\d+\0|\d+(?:\.\d+)?)"
_RULE = re.compile(rf"(?:{_NUMBER}|[-+−×·/^() ])*$")
_RESULT = re.compile(r"\s*\0(\d+)\0(?!\s*[-+−×·/^])")
_LINES = re.compile(r"&|\\(?=\s|$)")
_MATHS = str.maketrans({"×": " times ", "·": " dot ", "−": "-"})


@dataclass(frozen=True)
class Slot:
    """A number in braces: its name, and its format specification or ""."""

    name: str
    spec: str


@dataclass(frozen=True)
class TextEquation:
    """A rule in the numbers `operands`, as a formula with slots, and the number that stands after it."""

    formula: str
    operands: tuple[Slot, ...]
    result: Slot


def equations_in(text: str) -> Iterator[TextEquation]:
    """The equations in a text, each with at least one operation on a number in braces."""
    inside: list[str] = []

    def hide(braces: re.Match[str]) -> str:
        inside.append(braces[1].strip())
        return f"\0{len(inside) - 1}\0"

    for before, after in pairwise(_SIGN.split(_BRACES.sub(hide, text))):
        rule, result = _RULE.search(before), _RESULT.match(after)
        if rule is None or result is None:
            continue
        slots: list[Slot] = []

        def fill(place: re.Match[str], slots: list[Slot] = slots) -> str:
            written = inside[int(place[1])]
            if written.startswith("="):  # a plain fact
                return written[1:].strip()
            slots.append(_slot(written))
            return f"{{{len(slots) - 1}}}"

        formula = re.sub(r"\0(\d+)\0", fill, rule[0].strip()).translate(_MATHS)
        if slots and _is_rule(formula):
            yield TextEquation(formula, tuple(slots), _slot(inside[int(result[1])]))


def equations_in_formula(formula: str) -> Iterator[TextEquation]:
    """The equations in a formula in Typst's mathematics, each with an operation on a number in braces, and a
    number on the other side: `h = {w1} times {x} = {h}`."""
    sides = re.split(r"=(?![^{]*\})|\bapprox\b", formula)
    for before, after in pairwise(_LINES.sub(" ", side).strip() for side in sides):
        result, slots = _BRACES.fullmatch(after), list[Slot]()
        if result is None or result[1].strip().startswith("="):
            continue

        def fill(braces: re.Match[str], slots: list[Slot] = slots) -> str:
            if braces[1].strip().startswith("="):  # a plain fact
                return braces[1].strip()[1:].strip()
            slots.append(_slot(braces[1]))
            return f"{{{len(slots) - 1}}}"

        rule = _BRACES.sub(fill, before)
        if slots and _is_rule(rule):
            yield TextEquation(rule, tuple(slots), _slot(result[1]))


def _slot(written: str) -> Slot:
    name, _, spec = (part.strip() for part in written.partition(":"))
    return Slot(name, spec)


def _is_rule(formula: str) -> bool:
    """True for arithmetic with at least one operation."""
    try:
        return parsed(formula).operator not in ("slot", "number")
    except UnknownFormula:
        return False
