"""How numbers are written on screen, in captions and on pages.

Every result can be spoken (`speech.spoken_form`) and typeset by Typst as text; all but "not a number" also as
mathematics.
"""

import math
from collections.abc import Iterator
from fractions import Fraction

MINUS = "\N{MINUS SIGN}"
LARGEST_DENOMINATOR = 12
MOST_DIGITS = 15
"""The most significant digits of a number: the engine's numbers have about as many."""
SMALLEST, LARGEST = 1e-6, 1e9
"""Absolute values below the first, and from the second on, are written with a power of ten."""

LARGEST_ROLLING = 1e4
"""The absolute value from which on a changing number is written with a power of ten."""

MARKS = {
    "en": (".", ","),
    "zh": (".", ","),
    "de": (",", "."),
    "es": (",", "."),
    "it": (",", "."),
    "pt": (",", "."),
    "fr": (",", "\N{NARROW NO-BREAK SPACE}"),
}
"""For each language whose numbers are known: what is between whole numbers and decimals, and thousands."""

_POWER = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_PLAIN = {power: chr(digit) for digit, power in _POWER.items()} | {ord(MINUS): "-"}


def shown(value: float, spec: str = "", digits: int | None = None) -> str:
    """`value` as the lesson writes it: `6`, `−0.12`, `5/6`, `0.71`, `0.0042`, `1.5×10⁻⁷`, `∞`.

    `spec` is a format specification as in Python's `format`, such as `.3f`. Without it, a value has `digits`
    significant digits, but all those before the point, and no trailing zeros. Without these, too, a value
    that equals a fraction with a small denominator is written as that fraction if two decimals are not exact;
    any other value has two decimals without trailing zeros, or two significant digits below 0.1. A value that
    is rounded to zero has no minus.
    """
    if math.isnan(value):
        return "not a number"
    if math.isinf(value):
        return "∞" if value > 0 else f"{MINUS}∞"
    if spec:
        text = format(float(value), _without_minus_zero(spec))
    else:
        text = _shortest(value) if digits is None else _significant(value, digits)
    mantissa, is_power, power = text.partition("e")
    if is_power:
        mantissa += f"×10{superscript(int(power))}"
    return mantissa.replace("-", MINUS)


def superscript(power: int) -> str:
    """A power of ten in raised digits."""
    return str(power).translate(_POWER)


def changing_spec(value: float) -> str:
    """The format of a number that changes where there is little room: as many digits, from 0.01 to 999."""
    size = abs(value)
    return ".2f" if size < 10 else ".1f" if size < 100 else ".0f"


def rolling(value: float) -> str:
    """A number that is changing: with a fixed number of decimals, so that its digits keep their places."""
    return shown(value, ".2f" if abs(value) < LARGEST_ROLLING else ".1e")


def marks(language: str) -> tuple[str, str]:
    """The decimal mark of a language (`pt-br`) and the mark between thousands; if unknown, as in English."""
    return MARKS.get(language.lower().replace("_", "-").partition("-")[0], MARKS["en"])


def localized(text: str, language: str) -> str:
    """A result of `shown` as the language writes it: `−0,014`, `1.234,5`."""
    return text.translate(dict(zip(map(ord, ".,"), marks(language), strict=True)))


def is_exact(value: float, text: str) -> bool:
    """True if `text`, the result of `shown(value)`, is the exact value and not rounded."""
    if not math.isfinite(value):
        return True
    number = Fraction(value)
    return abs(read_back(text) - number) * 10**12 <= abs(number)


def read_back(text: str) -> Fraction:
    """The number that `text`, a result of `shown`, stands for. Raises ValueError if it is not finite."""
    digits, percent, _ = in_python(text).replace(",", "").partition("%")
    numerator, _, denominator = digits.partition("/")
    return Fraction(numerator) / Fraction(denominator or 1) / (100 if percent else 1)


def read_float(text: str) -> float:
    """The same as a float, which is infinite where `text` was rounded up beyond the largest."""
    number = read_back(text)
    try:
        return float(number)
    except OverflowError:
        return math.copysign(math.inf, number)


def in_python(text: str) -> str:
    """A result of `shown` in Python's notation: `-1.5e-7` for `−1.5×10⁻⁷`."""
    return text.translate(_PLAIN).replace("×10", "e")


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
    return max(2, digits - 1 - math.floor(math.log10(abs(size)))) if size and math.isfinite(size) else 2


def rounded(value: float, decimals: int, is_at_rest: bool = True) -> str:
    """`value` with `decimals`, at rest without trailing zeros. A changing number keeps them and its width."""
    text = shown(value, f".{decimals}f")
    return text.rstrip("0").rstrip(".") if is_at_rest and "." in text else text


def in_full(value: float) -> str:
    """A number that an author gives a cue, such as a nudge, with all of its digits."""
    return shown(value, digits=MOST_DIGITS)


def shortest_digits(value: float) -> int:
    """The significant digits that `shown` rounds a value to where it is not told how many."""
    size = abs(value)
    if size >= LARGEST:
        return 3
    return 2 if size < 0.1 else 3 + math.floor(math.log10(size))


def _shortest(value: float) -> str:
    """A finite value in Python's notation, for `shown` without a specification."""
    if fraction := _fraction(value):
        return f"{fraction.numerator}/{fraction.denominator}"
    return _significant(value, shortest_digits(value))


def _significant(value: float, digits: int) -> str:
    """A finite value in Python's notation with so many significant digits, without trailing zeros."""
    size = abs(value)
    if size >= LARGEST or 0 < size < SMALLEST:
        mantissa, _, power = f"{value:.{digits - 1}e}".partition("e")
        return f"{mantissa.rstrip('0').rstrip('.')}e{power}" if "." in mantissa else f"{mantissa}e{power}"
    decimals = max(0, digits - 1 - math.floor(math.log10(size))) if size else 0
    text = f"{value:z.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _fraction(value: float) -> Fraction | None:
    """`value` as a fraction with a small denominator, if it equals one that two decimals cannot write."""
    fraction = Fraction(value).limit_denominator(LARGEST_DENOMINATOR)
    is_equal = math.isclose(float(fraction), value, rel_tol=1e-13, abs_tol=0.0)
    two_decimals = math.isclose(round(float(value), 2), value, rel_tol=1e-13, abs_tol=1e-15)
    return fraction if is_equal and not two_decimals and abs(fraction.numerator) < 100 else None


def _without_minus_zero(spec: str) -> str:
    """The specification with Python's option `z` (no negative zero), which goes after the sign."""
    return f"+z{spec[1:]}" if spec.startswith("+") else f"z{spec}"


def short_of_one(value: float) -> str | None:
    """A value that two decimals would round to 1 or −1, with as few decimals as tell it from that, or `≈ 1`
    where these are more than `EASY_DECIMALS`; None for other values."""
    size = abs(value)
    if not 0.995 <= size < 1:
        return None
    decimals = math.ceil(-math.log10(1 - size))
    return rounded(value, decimals) if decimals <= EASY_DECIMALS else f"≈ {shown(math.copysign(1, value))}"


EASY_DECIMALS = 3
"""The decimals of a number that is read at a glance in a node."""
MOST_DECIMALS, LARGEST_ROUNDED = 8, 1e7
"""Numbers with more decimals than the first, or from the second on, have no room in most pictures."""


def rounded_briefly(value: float, decimals: int, is_at_rest: bool = True) -> str:
    """As `rounded`, but with a power of ten and three significant digits where that would be long."""
    if not value or (decimals <= MOST_DECIMALS and abs(value) < LARGEST_ROUNDED):
        return rounded(value, min(decimals, MOST_DECIMALS), is_at_rest)
    return shown(value, ".2e")


LOWEST_PLAIN, HIGHEST_PLAIN = 1e-3, 1e4
"""Numbers between these are shortened to fewer decimals, others to a power of ten."""


def shorter(value: float) -> Iterator[str]:
    """Shorter and shorter ways to write a number where its `shown` text has no room.

    They have fewer decimals, but three and then two significant digits, or a power of ten.
    """
    size = abs(value)
    if LOWEST_PLAIN <= size < HIGHEST_PLAIN:
        three = 2 - math.floor(math.log10(size))
        yield from (rounded(value, decimals) for decimals in range(max(three, 1), max(three - 2, -1), -1))
    elif size and math.isfinite(value):
        yield from (shown(value, f".{digits}e") for digits in (2, 1, 0))


def briefest(value: float) -> Iterator[str]:
    """Ways to write a finite number where none of `shorter` has room: one significant digit, two decimals,
    and then about what it is, `≈ 0` or a power of ten such as `≈ −10⁴`.
    """
    size = abs(value)
    if 0 < size < LARGEST_BRIEF:
        decimals = max(0, -math.floor(math.log10(size)))
        if size >= LOWEST_PLAIN:
            yield rounded(value, decimals)
        if decimals > 2 and rounded(value, 2) != "0":
            yield rounded(value, 2)
    if size < 1:
        yield "≈ 0"
    else:
        sign = MINUS if value < 0 else ""
        yield f"≈ {sign}10{superscript(round(math.log10(size)))}"


LARGEST_BRIEF = 1e3
"""Absolute values from this on have no fewer digits, as those before the point stay."""
