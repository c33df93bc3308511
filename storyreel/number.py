"""How a number of the lesson is written, on screen, in captions and on pages alike."""

import math
from fractions import Fraction

MINUS = "\N{MINUS SIGN}"
LARGEST_DENOMINATOR = 12


def _fraction(value: float) -> Fraction | None:
    """The fraction with a small denominator that `value` is, when two decimals cannot write it exactly."""
    fraction = Fraction(value).limit_denominator(LARGEST_DENOMINATOR)
    is_it = math.isclose(float(fraction), value, rel_tol=1e-13, abs_tol=0.0)
    two_decimals = math.isclose(round(value, 2), value, rel_tol=1e-13, abs_tol=1e-15)
    return fraction if is_it and not two_decimals and abs(fraction.numerator) < 100 else None


def shown(value: float, spec: str = "") -> str:
    """`value` as the lesson writes it: `6`, `−0.12`, `5/6`, `0.71`, `0.0042`.

    Without a format specification a value that is exactly a small fraction is written as that fraction
    where two decimals would not be exact; any other value has two decimals without trailing zeros, or two
    significant digits below 0.1. With one (`.3f`, as in Python's `format`) it is followed.
    """
    if spec:
        text = format(value, spec)
    elif (fraction := _fraction(value)) is not None:
        text = f"{fraction.numerator}/{fraction.denominator}"
    elif value == 0 or abs(value) >= 0.1:
        text = f"{value:.2f}".rstrip("0").rstrip(".")
    else:
        text = f"{value:.{1 - math.floor(math.log10(abs(value)))}f}"
        text = text.rstrip("0") if abs(value) >= 1e-6 else f"{value:.1e}"
    return "0" if float(Fraction(text)) == 0 and not spec else text.replace("-", MINUS)


def is_exact(value: float, text: str) -> bool:
    """Whether `text`, written by `shown`, is the value itself and not a rounding of it."""
    return math.isclose(float(Fraction(text.replace(MINUS, "-"))), value, rel_tol=1e-12, abs_tol=1e-12)
