"""The values of YAML's scalars, and the traps: scalars that mean something else in YAML than they seem to."""

import re
from dataclasses import dataclass
from decimal import Decimal

import yaml

from storyreel.reader.yaml.node import UNREADABLE, Node

_NUMBER = re.compile(r"[-+]?(?:0|[1-9]\d*|\d*\.\d+|\d+\.)(?:[eE][-+]?\d+)?")
_LOOSE_NUMBER = re.compile(r"[-+\N{MINUS SIGN}]?(?=[.,]?\d)(?:\d[\d_ ]*)?[.,]?\d*(?:[eE][-+]?\d{1,2})?%?")
_LONGEST_INTEGER = 18  # digits: longer ones are floats, as they are to every other program
_NOUNS = {"bool": "true or false", "null": "nothing", "timestamp": "a date"}


@dataclass(frozen=True)
class Trap:
    """A scalar that YAML reads in a way that no storyboard needs: `1:30`, `010`, `2026-11-20`, `.inf`."""

    text: str


@dataclass(frozen=True)
class Unreadable:
    """Stands for a value whose problem has been reported, so that nothing else is reported about it."""


Scalar = str | int | float | bool | None | Trap


def scalar_value(node: Node) -> Scalar | Unreadable:
    """The value of the scalar."""
    text, tag = str(node.value), node.tag
    if tag == UNREADABLE:
        return Unreadable()
    if tag in ("int", "float"):
        if not _NUMBER.fullmatch(text):
            return Trap(text)
        return int(text) if tag == "int" and len(text) <= _LONGEST_INTEGER else float(text)
    if tag == "bool":
        return text.lower() in ("true", "yes", "on")
    if tag == "timestamp":
        return Trap(text)
    return None if tag == "null" else text


def text_trap(node: Node) -> str:
    """The message for a scalar that looks like text but is not."""
    if node.tag == "null":
        return "there is no value here"
    noun = _NOUNS.get(node.tag, "a number")
    return f'YAML takes {node.value} for {noun}; as text, write "{node.value}"'


def number_trap(node: Node) -> str | None:
    """The message for a scalar that looks like a number but is none, or another one, in YAML."""
    text = str(node.value)
    if not isinstance(scalar_value(node), str | Trap):
        return None
    if node.tag == "float" and re.fullmatch(r"[-+]?\.(?:inf|nan)", text, re.IGNORECASE):
        return f"the number must be finite, which {text} is not"
    if re.fullmatch(r"\d+(?::\d+)+(?:\.\d*)?", text):
        return f"`{text}` is not a number: YAML takes it for a time of day"
    if node.tag in ("int", "float") and text.startswith(("0x", "0b", "-0", "+0", "0")):
        if (number := _read(text)) is None:
            return f"`{text}` has no digits; write a number"
        return f"YAML reads {text} as {number}; write that, or the number without a leading 0"
    if node.style in ("'", '"') and _NUMBER.fullmatch(text):
        return f"in quotes `{text}` is a text; write it without"
    digits = any(character.isdecimal() for character in text)
    if digits and _LOOSE_NUMBER.fullmatch(text):
        return f"`{text}` is not a number in YAML; write {_plain(text)}"
    return None


def _read(text: str) -> object:
    """The number that YAML reads, None if it stumbles over one without digits (`0x_`)."""
    try:
        return yaml.safe_load(text)
    except ValueError:
        return None


def _plain(text: str) -> str:
    """The number as digits and a point: `1e-3` as 0.001, `0,5` as 0.5, `50%` as 0.5."""
    for written, meant in (("\N{MINUS SIGN}", "-"), (",", "."), ("_", ""), (" ", "")):
        text = text.replace(written, meant)
    number = Decimal(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    return format(number, "f")
