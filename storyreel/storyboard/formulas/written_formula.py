"""A formula with its numbers filled in, in the parts from which it is drawn, and as plain text."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from storyreel.core.number_format import MINUS
from storyreel.core.symbol_parts import LEARNING_RATE, symbol_parts
from storyreel.engine.operation import COST, COST_GRADIENT, GRADIENT, NEXT
from storyreel.storyboard.formulas.tokens import (
    CLOSING,
    OPENING,
    SymbolHere,
    SymbolKey,
    Token,
    key_of,
    symbol_at,
    tokens_of,
)
from storyreel.storyboard.typst_fonts import typst_string

RELATIONS = {"=": "=", "approx": "≈"}
"""The signs before which a formula may be broken into lines, and between what has to be equal."""
_PLAIN = {
    **{"times": "×", "dot": "·", "approx": "≈", "partial": "∂", "eta": "η", "sum": "∑", "dots.c": "⋯"},
    **{"-": MINUS, "sigma": "σ", "lambda": "λ", "arrow.r": "→", "arrow.l": "←", "Delta": "Δ"},
}
_PLAIN_NUMBER = re.compile(r"[\d./%]+")
_CONSTANTS = {"loss": "L", "cost": "C"}

PartKind = Literal["maths", "symbol", "number", "relation"]


@dataclass(frozen=True, slots=True)
class FormulaPart:
    """A part of a formula: Typst's `maths` for it, the same as `plain` text, and of a symbol or a number the
    `name` of its quantity, "" if it is none of the network's. `is_gradient` is true for any derivative."""

    kind: PartKind
    maths: str
    plain: str
    name: str = ""
    is_gradient: bool = False


def symbol_names(names: Iterable[str]) -> dict[SymbolKey, str]:
    """The names of quantities, those after a step included, by the keys of their symbols."""
    found: dict[SymbolKey, str] = {}
    for name in (*names, *_CONSTANTS, LEARNING_RATE):
        parts = symbol_parts(name)
        found.setdefault(key_of(parts), name)
        found.setdefault(key_of(parts, is_primed=True), f"{NEXT}{name}")
    return found


def written_formula(filled: str, names: Mapping[SymbolKey, str]) -> tuple[FormulaPart, ...]:
    """The parts of a formula that `Lookup.filled` has filled in; `names` are those of `symbol_names`."""
    tokens, parts, at, level = tokens_of(filled), list[FormulaPart](), 0, 0
    while at < len(tokens):
        token, symbol = tokens[at], symbol_at(tokens, at)
        if symbol is not None:
            written = filled[token.start : tokens[symbol.after - 1].end]
            parts.append(_symbol(written, symbol, names))
            at = symbol.after
            continue
        if token.kind == "sign":
            level += (token.text in OPENING) - (token.text in CLOSING)
        parts.append(_part(token, filled, level, parts))
        at += 1
    return tuple(_in_brackets(parts))


def _symbol(written: str, symbol: SymbolHere, names: Mapping[SymbolKey, str]) -> FormulaPart:
    name = names.get(symbol.key, "")
    if symbol.of is not None:
        prefix = {"loss": GRADIENT, COST: COST_GRADIENT}.get(names.get(symbol.of, ""), "")
        name = f"{prefix}{name}" if prefix and name else ""
        plain = re.sub(r"partial\s*", "∂", written)
        return FormulaPart("symbol", written, name or plain, name, is_gradient=True)
    return FormulaPart("symbol", written, name or written.replace('"', ""), name)


def _part(token: Token, filled: str, level: int, before: Sequence[FormulaPart]) -> FormulaPart:
    text = token.text
    if token.kind == "braces":
        name, _, number = text.partition("|")
        if text.startswith("="):
            fact = text[1:].strip()
            return FormulaPart("maths", fact if _PLAIN_NUMBER.fullmatch(fact) else typst_string(fact), fact)
        return FormulaPart("number", _number_maths(number), number, name)
    if token.kind == "doubled":
        return FormulaPart("maths", f"\\{text[0]}", text[0])
    if token.kind == "space":
        return FormulaPart("maths", " ", " ")
    if text in RELATIONS and level <= 0:
        return FormulaPart("relation", text, RELATIONS[text])
    plain = text.strip('"') if token.kind == "string" else _PLAIN.get(text, text)
    return FormulaPart("maths", filled[token.start : token.end], plain)


def _number_maths(number: str) -> str:
    """A number of a formula on one line; a comma would be a sign between two numbers."""
    return typst_string(number) if "," in number else number.replace("/", "\\/")


def _in_brackets(parts: Sequence[FormulaPart]) -> Iterable[FormulaPart]:
    """The parts, with brackets around a negative number after a sign, and around a number of several signs
    below a power."""
    for place, part in enumerate(parts):
        if part.kind != "number":
            yield part
            continue
        before = "".join(each.plain for each in parts[:place]).rstrip()
        after = "".join(each.plain for each in parts[place + 1 :])
        is_first = not before or before[-1] in "([,;=≈&^_{"
        is_negative = part.plain.startswith(MINUS) and not is_first
        is_power = after.startswith("^") and bool(re.search(f"[/×{MINUS}]", part.plain))
        if is_negative or is_power:
            yield from (FormulaPart("maths", "(", "("), part, FormulaPart("maths", ")", ")"))
        else:
            yield part


def plain_text(parts: Iterable[FormulaPart]) -> str:
    """The formula as plain text, on one line."""
    text = "".join(part.plain for part in parts)
    return re.sub(r"\s+", " ", re.sub(r"\\(?=\s|$)|&", " ", text)).strip()


def sides_of(parts: Sequence[FormulaPart]) -> list[list[FormulaPart]]:
    """What stands between the relations of a formula, without blanks and signs for lines."""
    sides: list[list[FormulaPart]] = [[]]
    for part in parts:
        if part.kind == "relation":
            sides.append([])
        elif part.maths.strip() not in ("&", "\\"):
            sides[-1].append(part)
    return sides


def arrangements(parts: Sequence[FormulaPart], put: Callable[[FormulaPart], str]) -> list[str]:
    """The formula as Typst maths in which `put` has drawn symbols and numbers: as it is and, if the author
    has not broken it into lines, also with a line for each side after the first."""
    # Behind the blank, no bracket that follows is the argument of what `put` has made.
    written = [f"{put(part)} " if part.kind in ("symbol", "number") else part.maths for part in parts]
    whole = "".join(written)
    relations = [place for place, part in enumerate(parts) if part.kind == "relation"]
    if len(relations) < 2 or any(part.maths.strip() in ("&", "\\") for part in parts):
        return [whole]
    lines = list(written)
    for number, place in enumerate(relations):
        lines[place] = f"\\ &{lines[place]}" if number else f"&{lines[place]}"
    return [whole, "".join(lines)]
