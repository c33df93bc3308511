"""Numbers as authors write them: `3`, `-0.12`, `5/6`, lists of them, lists of rows, and arrays in files."""

import math
import re
from collections.abc import Iterator

import numpy as np

from storyreel.core.arrays import Array
from storyreel.core.number_format import MINUS, superscript
from storyreel.reader.document import Document, Location
from storyreel.reader.files.array_file import is_array, read_array
from storyreel.reader.types import report_type
from storyreel.reader.yaml.node import Node
from storyreel.reader.yaml.scalars import Unreadable

_FRACTION = re.compile(r"([-+]?\d+(?:\.\d+)?)\s*/\s*(\d+(?:\.\d+)?)")


def read_numbers(document: Document, location: Location, what: str, most: int) -> Array | None:
    """The number (an array without axes), list of numbers or list of rows at the location, or the array in a
    file that is named there.

    None if it is something else or has more than `most` axes; faults are reported. All numbers are finite,
    and all rows have the same length.
    """
    data = document.at(location)
    if most and is_array(data):
        return read_array(document, location, what, most)
    if not isinstance(data, list):
        number = _read_number(document, location, what)
        return None if number is None else np.array(number)
    if most == 0:
        document.report(document.place(location), f"{what} must be a number, not a list")
        return None
    if not data:
        document.report(document.place(location), f"{what} is an empty list")
        return None
    items = [read_numbers(document, (*location, i), what, most - 1) for i in range(len(data))]
    arrays = [item for item in items if item is not None]
    if len(arrays) < len(items):
        return None
    for number, item in enumerate(arrays[1:], start=2):
        if item.shape != arrays[0].shape:
            document.report(
                document.place((*location, number - 1)),
                f"row {number} of {what} has {_count(item)}, and the first row has {_count(arrays[0])}",
            )
            return None
    return np.stack(arrays)


def written_numbers(document: Document, location: Location) -> list[str]:
    """The numbers at the location that `read_numbers` reads, in the same order, as they are to be shown.

    They have the digits that the author wrote: `1.50`, `−0.125`, `5/6`. Of an array in a file there are none.
    """
    return [as_shown(text) for text in _scalars(document.node(location))]


def _scalars(node: Node) -> Iterator[str]:
    if isinstance(node.value, list):
        for item in node.value:
            yield from _scalars(item)
    elif not isinstance(node.value, dict):
        yield str(node.value)


def as_shown(number: str) -> str:
    """A number as an author writes it, the way `shown` would write it: `−0.5` for `-.5`."""
    if "/" in number:
        return "/".join(as_shown(part.strip()) for part in number.split("/"))
    digits, _, power = number.lower().removeprefix("+").replace("-", MINUS).partition("e")
    before, point, after = digits.partition(".")
    before = before if before.removeprefix(MINUS) else f"{before}0"
    text = f"{before}{point}{after}" if after else before
    return f"{text}×10{superscript(int(power.replace(MINUS, '-')))}" if power else text


def counted(count: int, noun: str) -> str:
    """`1 number`, `2 numbers`."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _count(row: Array) -> str:
    return counted(row.size, "number")


def _read_number(document: Document, location: Location, what: str) -> float | None:
    data = document.at(location)
    if isinstance(data, str) and (fraction := _FRACTION.fullmatch(data.strip())):
        numerator, denominator = (float(part) for part in fraction.groups())
        number = numerator / denominator if denominator else math.inf
    elif isinstance(data, int | float) and not isinstance(data, bool):
        number = float(data)
    else:
        if not isinstance(data, Unreadable):
            report_type(document, location, "float", what)
        return None
    if math.isfinite(number):
        return number
    document.report(document.place(location), f"{what} must be finite, which {data} is not")
    return None
