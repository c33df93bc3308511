"""The digits with which each number is written, so that equations hold at the digits that they show.

An equation holds where its formula, recomputed from the texts of its operands, gives the text of its result
when it is rounded to the same digits. Where it does not, its operands get more digits, first the one whose
rounding matters most, until it does. A number has one text in all equations.
"""

import math
from collections.abc import Iterable, Sequence
from decimal import Decimal

from storyreel.core.number_format import MOST_DIGITS, in_python, shortest_digits, shown
from storyreel.engine.equations.calculation import Calculation
from storyreel.engine.equations.formula import CONTEXT, UnknownFormula, parsed
from storyreel.engine.equations.notation import Key, Notation, key_of
from storyreel.engine.operation import NEXT

MOST_FOR_STEP = 8
"""The most significant digits of an updated number that are written only to show that it has changed."""
NOISE = 1e-14
"""The error of a sum in binary arithmetic, at most, relative to the sizes of its terms."""
_SLACK = Decimal("1.000000001")  # a result that is exactly half-way may be rounded either way
_EQUAL = Decimal("1e-30")


def holds(calculation: Calculation, notation: Notation) -> bool:
    """True if the equation holds at the digits that it shows; also if terms of it are left out."""
    rounding = _Rounding(notation)
    rounding.add(calculation)
    return rounding.holds(calculation)


def is_equal(calculation: Calculation, notation: Notation) -> bool:
    """True if the formula, recomputed from the texts of its operands, gives exactly the result's text."""
    texts = [notation.text(*operand) for operand in _operands(calculation)]
    try:
        got = parsed(calculation.formula).value([decimal_of(text) for text in texts])
    except (UnknownFormula, ValueError):
        return False
    text = notation.text(calculation.name, calculation.value)
    return (
        got.is_finite()
        and math.isfinite(calculation.value)
        and bool(abs(CONTEXT.subtract(got, decimal_of(text))) <= _EQUAL * max(abs(got), Decimal(1)))
    )


def is_true(formula: str, operands: Sequence[str], result: str) -> bool:
    """True if a formula comes to its result, rounded to the digits of that; all are texts."""
    try:
        got = parsed(formula).value([decimal_of(text) for text in operands])
    except UnknownFormula:
        return True
    if not got.is_finite():
        return False
    half_unit = Decimal(0) if "/" in result else _half_unit_of(result)
    off = abs(CONTEXT.subtract(got, decimal_of(result)))
    return off <= max(half_unit * _SLACK, _EQUAL * abs(got))


def _half_unit_of(text: str) -> Decimal:
    """Half a unit of the last digit of a number in decimals."""
    digits, percent, _ = in_python(text).replace(",", "").partition("%")
    return Decimal(5).scaleb(int(Decimal(digits).as_tuple().exponent) - (3 if percent else 1))


def with_digits(
    notation: Notation, calculations: Iterable[Calculation], least: Iterable[tuple[str, float, int]] = ()
) -> tuple[Notation, list[Calculation]]:
    """The notation with as many digits more as the equations need, and the equations that cannot hold.

    `least` are names and values of numbers, and how many digits these have at least.
    """
    rounding = _Rounding(notation)
    todo = list(calculations)
    for calculation in todo:
        rounding.add(calculation)
        if calculation.name.startswith(NEXT):
            rounding.show_step(calculation)
    for number in least:
        rounding.begin_with(*number)
    failing: list[Calculation] = []
    is_settled = False
    while not is_settled:
        before = rounding.notation()
        for calculation in todo:
            if calculation not in failing and not rounding.fit(calculation):
                failing.append(calculation)
        is_settled = before == rounding.notation()
    return rounding.notation(), failing


def digits_for_step(before: float, after: float) -> int | None:
    """The significant digits of `after` that tell it from `before`; None where they would be too many."""
    step = abs(after - before)
    if not after or not step or not math.isfinite(step):
        return None
    digits = math.ceil(math.floor(math.log10(abs(after))) + 1 - math.log10(step))
    return digits if digits <= MOST_FOR_STEP else None


def decimal_of(text: str) -> Decimal:
    """The number that a text stands for. Raises ValueError if it is not finite."""
    if "/" in text:
        numerator, denominator = text.split("/")
        return CONTEXT.divide(decimal_of(numerator), decimal_of(denominator))
    digits, percent, _ = in_python(text).replace(",", "").partition("%")
    return Decimal(digits).scaleb(-2 if percent else 0)


def _operands(calculation: Calculation) -> Sequence[tuple[str, float]]:
    return list(zip(calculation.operands, calculation.numbers, strict=True))


class _Rounding:
    """The digits of numbers while they are being found; `digits` has those that are not the notation's."""

    def __init__(self, notation: Notation) -> None:
        self._given = notation
        self._values: dict[Key, float] = {}
        self.digits: dict[Key, int] = {}
        self._corrected: dict[Key, str] = {}

    def add(self, calculation: Calculation) -> None:
        """Learn the numbers of an equation."""
        for name, value in (*_operands(calculation), (calculation.name, calculation.value)):
            self._values[key_of(name, value)] = value

    def _is_fixed(self, key: Key) -> bool:
        """True for a number that is written as the author wrote it, or as its equation gives it."""
        return key in self._given.texts or key in self._corrected

    def begin_with(self, name: str, value: float, digits: int) -> None:
        """Write a number with at least so many digits."""
        key = key_of(name, value)
        self._values[key] = value
        if key not in self._given.texts and ("/" in self.text(key) or digits > self._digits_of(key)):
            self.digits[key] = digits

    def show_step(self, calculation: Calculation) -> None:
        """Write the result of an update with enough digits to be told from the number before it."""
        digits = digits_for_step(calculation.numbers[0], calculation.value)
        if digits and "/" not in self.text(key_of(calculation.name, calculation.value)):
            self.begin_with(calculation.name, calculation.value, digits)

    def notation(self) -> Notation:
        """The notation with the digits found."""
        more = dict[str, int]()
        for (name, _), digits in self.digits.items():
            more[name] = max(digits, more.get(name, 0))
        texts = {key: self.text(key) for key in self._values if key[0] in more or key in self._corrected}
        return Notation(self._given.digits, {**self._given.texts, **texts}, more)

    def text(self, key: Key) -> str:
        """A number as it is written with the digits found so far."""
        if key in self._corrected:
            return self._corrected[key]
        if key in self.digits:
            return shown(self._values[key], digits=self.digits[key])
        return self._given.texts.get(key) or shown(self._values[key], digits=self._given.digits)

    def _digits_of(self, key: Key) -> int:
        """The significant digits to which a number is rounded, zeros at the end included."""
        return self.digits.get(key) or self._given.digits or shortest_digits(self._values[key])

    def _half_unit(self, key: Key) -> Decimal:
        """How far a result may be from its text: half a unit of the last digit to which it is rounded."""
        value, text = self._values[key], self.text(key)
        if "/" in text:
            return Decimal(0)
        if self._is_fixed(key) or not value:
            last = int(Decimal(in_python(text)).as_tuple().exponent) if value and text != "0" else -2
        else:
            last = math.floor(math.log10(abs(value))) - self._digits_of(key) + 1
        return Decimal(5).scaleb((last if "×" in text else min(last, 0)) - 1)

    def holds(self, calculation: Calculation) -> bool:
        """True if the equation holds with the digits found so far."""
        result = key_of(calculation.name, calculation.value)
        operands = [key_of(*operand) for operand in _operands(calculation)]
        if calculation.is_elided or not all(map(math.isfinite, (calculation.value, *calculation.numbers))):
            return True
        if calculation.is_copy:
            return self.text(operands[0]) == self.text(result)
        try:
            got = parsed(calculation.formula).value([decimal_of(self.text(key)) for key in operands])
        except UnknownFormula:
            return True
        return self._is_rounded(got, result)

    def _is_rounded(self, got: Decimal, result: Key) -> bool:
        if not got.is_finite():
            return False
        off = abs(CONTEXT.subtract(got, decimal_of(self.text(result))))
        return off <= max(self._half_unit(result) * _SLACK, _EQUAL * abs(got))

    def fit(self, calculation: Calculation) -> bool:
        """Give the numbers of an equation the digits with which it holds; False if there are none."""
        before = dict(self.digits)
        result = key_of(calculation.name, calculation.value)
        while not self.holds(calculation):
            if calculation.is_copy:
                self._write_alike(key_of(*_operands(calculation)[0]), result)
            elif not self._write_in_decimals(result) and not self._give_more_digits(calculation):
                self.digits = before
                return self._is_noise(calculation)
        return True

    def _is_noise(self, calculation: Calculation) -> bool:
        """True if the result is an error of binary arithmetic, as in 0.1 + 0.2 − 0.3 = 5.6×10⁻¹⁷, or of one.

        It is written as what the texts of its operands come to.
        """
        keys = [key_of(*operand) for operand in _operands(calculation)]
        numbers = [decimal_of(self.text(key)) for key in keys]
        formula = parsed(calculation.formula)
        got = float(formula.value(numbers))
        is_from_noise = math.isfinite(got) and not self._corrected.keys().isdisjoint(keys)
        if not is_from_noise and not abs(got - calculation.value) <= NOISE * float(formula.size(numbers)):
            return False
        self._corrected[key_of(calculation.name, calculation.value)] = shown(got, digits=self._given.digits)
        return True

    def _write_alike(self, one: Key, other: Key) -> None:
        """Two numbers that are equal get the same text."""
        digits = max(map(self._digits_of, (one, other)))
        self.digits[one] = self.digits[other] = digits
        if self.text(one) != self.text(other):
            self._corrected[other] = self._corrected[one] = self.text(one)

    def _write_in_decimals(self, key: Key) -> bool:
        """Write a fraction in decimals; False if it is none."""
        if "/" not in self.text(key) or self._is_fixed(key):
            return False
        self.digits[key] = shortest_digits(self._values[key])
        return True

    def _give_more_digits(self, calculation: Calculation) -> bool:
        """One digit more for the operand whose rounding changes the result most; False if none is left."""
        keys = [key_of(*operand) for operand in _operands(calculation)]
        exact = [Decimal(number) for number in calculation.numbers]
        formula = parsed(calculation.formula)
        wanted = formula.value(exact)
        errors: dict[Key, Decimal] = {}
        for place, key in enumerate(keys):
            if self._longer(key):
                written = [*exact]
                written[place] = decimal_of(self.text(key))
                error = abs(CONTEXT.subtract(formula.value(written), wanted))
                errors[key] = error if error.is_finite() else Decimal("Infinity")
        worst = max(errors, key=lambda key: errors[key], default=None)
        if worst is None or not errors[worst]:
            return False
        self.digits[worst] = self._longer(worst) or MOST_DIGITS
        return True

    def _longer(self, key: Key) -> int | None:
        """The next number of digits with which a number has another text; None if there is none."""
        if self._is_fixed(key) or not self._values[key]:
            return None
        text = self.text(key)
        for digits in range(self._digits_of(key) + 1, MOST_DIGITS + 1):
            if shown(self._values[key], digits=digits) != text:
                return digits
        return None
