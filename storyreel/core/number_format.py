"""How numbers are written on screen, in captions and on pages.

Every result can be spoken (`speech.spoken_form`) and typeset by Typst as text; all but "not a number" also as
mathematics.
"""

import math
from fractions import Fraction

MINUS = "\N{MINUS SIGN}"
LARGEST_DENOMINATOR = 12
SMALLEST, LARGEST = 1e-6, 1e9
"""Absolute values below the first, and from the second on, are written with a power of ten."""

_POWER = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_PLAIN = {power: chr(digit) for digit, power in _POWER.items()} | {ord(MINUS): "-"}


def shown(value: float, spec: str = "") -> str:
    """`value` as the lesson writes it: `6`, `−0.12`, `5/6`, `0.71`, `0.0042`, `1.5×10⁻⁷`, `∞`.

    `spec` is a format specification as in Python's `format`, such as `.3f`. Without it, a value that equals a
    fraction with a small denominator is written as that fraction if two decimals are not exact; any other
    value has two decimals without trailing zeros, or two significant digits below 0.1. A value that is
    rounded to zero has no minus.
    """
    if math.isnan(value):
        return "not a number"
    if math.isinf(value):
        return "∞" if value > 0 else f"{MINUS}∞"
    text = format(float(value), _without_minus_zero(spec)) if spec else _shortest(value)
    digits, is_power, power = text.partition("e")
    if is_power:
        digits += f"×10{str(int(power)).translate(_POWER)}"
    return digits.replace("-", MINUS)


def rolling(value: float) -> str:
    """A number that is changing: with a fixed number of decimals, so that its digits keep their places."""
    return shown(value, ".2f" if abs(value) < 1e4 else ".1e")


def is_exact(value: float, text: str) -> bool:
    """True if `text`, the result of `shown(value)`, is the exact value and not rounded."""
    if not math.isfinite(value):
        return True
    number = Fraction(value)
    return abs(read_back(text) - number) * 10**12 <= abs(number)


def read_back(text: str) -> Fraction:
    """The number that `text`, a result of `shown`, stands for. Raises ValueError if it is not finite."""
    digits, percent, _ = text.translate(_PLAIN).replace("×10", "e").replace(",", "").partition("%")
    return Fraction(digits) / (100 if percent else 1)


def half_unit(value: float) -> float:
    """Half a unit of the last decimal of `value`, written in decimals and not as a fraction.

    0.005 for 6, 5/6 or 0.71; 0.00005 for 0.0042; 5×10⁶ for 1.23×10⁹. `value` must be finite.
    """
    size = abs(value)
    if 0 < size < SMALLEST or size >= LARGEST:
        return 0.5 * 10.0 ** (math.floor(math.log10(size)) - (2 if size > 1 else 1))
    return 0.5 * 10.0 ** -(1 - math.floor(math.log10(size)) if 0 < size < 0.1 else 2)


def decimals_for(size: float, digits: int) -> int:
    """The decimals, at least two, that a number as large as `size` needs for `digits` significant digits."""
    return max(2, digits - 1 - math.floor(math.log10(abs(size)))) if size else 2


def rounded(value: float, decimals: int, is_at_rest: bool = True) -> str:
    """`value` with `decimals`, at rest without trailing zeros. A changing number keeps them and its width."""
    text = shown(value, f".{decimals}f")
    return text.rstrip("0").rstrip(".") if is_at_rest and "." in text else text


def _shortest(value: float) -> str:
    """A finite value in Python's notation, for `shown` without a specification."""
    size = abs(value)
    if fraction := _fraction(value):
        return f"{fraction.numerator}/{fraction.denominator}"
    if size >= LARGEST or 0 < size < SMALLEST:
        digits, _, power = f"{value:.{2 if size > 1 else 1}e}".partition("e")
        return f"{digits.rstrip('0').rstrip('.')}e{power}"
    decimals = 1 - math.floor(math.log10(size)) if 0 < size < 0.1 else 2
    return f"{value:z.{decimals}f}".rstrip("0").rstrip(".")


def _fraction(value: float) -> Fraction | None:
    """`value` as a fraction with a small denominator, if it equals one that two decimals cannot write."""
    fraction = Fraction(value).limit_denominator(LARGEST_DENOMINATOR)
    is_equal = math.isclose(float(fraction), value, rel_tol=1e-13, abs_tol=0.0)
    two_decimals = math.isclose(round(float(value), 2), value, rel_tol=1e-13, abs_tol=1e-15)
    return fraction if is_equal and not two_decimals and abs(fraction.numerator) < 100 else None


def _without_minus_zero(spec: str) -> str:
    """The specification with Python's option `z` (no negative zero), which goes after the sign."""
    return f"+z{spec[1:]}" if spec.startswith("+") else f"z{spec}"
