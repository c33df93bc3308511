"""The numbers that are written on stage, as people read them: without the digits of names such as `w1`."""

import re

from storyreel.core.number_format import in_python, read_back

_NAME = re.compile(r"[^\W\d⁰¹²³⁴⁵⁶⁷⁸⁹][\w.]*(?:\[[\d,]+\])?")
_NUMBER = re.compile(r"\d+(?:[./]\d+)?(?:×10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?%?")


def numbers_in(text: str) -> list[str]:
    """The numbers in a text, without their signs, which may be the operators of an equation."""
    return _NUMBER.findall(_NAME.sub(" ", text))


def is_written(value: float, number: str) -> bool:
    """True if `number`, one of `numbers_in` a text, is the size of `value` rounded to its digits.

    A whole number stands for one with two decimals, without its zeros.
    """
    said, size = float(read_back(number)), abs(value)
    return abs(said - size) <= _half_unit(number) * (1 + 1e-9) + 1e-12 * size


def _half_unit(number: str) -> float:
    """Half a unit of the last digit; 0 for a fraction."""
    if "/" in number:
        return 0.0
    mantissa, _, power = in_python(number.rstrip("%")).partition("e")
    decimals = len(mantissa.partition(".")[2])
    half = 0.5 * 10.0 ** (int(power or 0) - decimals)
    if number.endswith("%"):
        return half / 100
    return half if decimals or power else 0.005
