"""Numbers and arrays as Python writes them, all digits included."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike

from storyreel.core.arrays import Array
from storyreel.lesson.network_entries import ArrayEntry

WIDTH = 88
"""The most characters of a line, where there is a choice."""
_LARGEST = 1e100
"""Numbers beyond this come of an overflow or of a division by next to 0, and are not compared."""


def number_text(value: float) -> str:
    """The number with all of its digits."""
    return repr(float(value))


def array_text(values: ArrayLike) -> str:
    """The numbers as nested lists; those of a long list are on several lines."""
    array = np.asarray(values, np.float64)
    if array.ndim == 0:
        return number_text(float(array))
    parts = [array_text(part) for part in array]
    line = f"[{', '.join(parts)}]"
    if len(line) <= WIDTH:
        return line
    if array.ndim > 1:
        return "[\n" + "".join(_indented(f"{part},") for part in parts) + "]"
    return "[\n" + "".join(_indented(row) for row in _filled(parts)) + "]"


def array_of(entry: ArrayEntry) -> Array:
    """The array that an entry has."""
    return np.array(entry.numbers, np.float64).reshape(entry.shape)


def is_comparable(values: ArrayLike) -> bool:
    """True if all numbers are finite, and none is the outcome of an overflow."""
    array = np.asarray(values, np.float64)
    return bool(np.all(np.isfinite(array)) and np.all(np.abs(array) < _LARGEST))


def _indented(text: str) -> str:
    return "".join(f"    {line}\n" for line in text.splitlines())


def _filled(parts: Iterable[str]) -> list[str]:
    """The parts of a list on lines of about the same length."""
    lines = [""]
    for part in parts:
        if len(lines[-1]) + len(part) > WIDTH - 6:
            lines.append("")
        lines[-1] += f"{' ' if lines[-1] else ''}{part},"
    return lines
