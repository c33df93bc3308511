"""The tolerance of a right answer, which is calculated from rounded numbers."""

import math
from collections.abc import Mapping

from storyreel.core.number_format import half_unit, read_float
from storyreel.quiz.asked_number import AskedNumber
from storyreel.quiz.hand_calculation import HandCalculation, in_decimals

SLACK = 1.01  # so that an answer exactly half-way is right in spite of binary rounding


def tolerance_of(asked: AskedNumber, seen: Mapping[str, str]) -> float:
    """The largest difference between the number and a right answer.

    It is half a unit of the number's last decimal, plus the error of a calculation by hand from the numbers
    `seen`, the texts shown by name: with exact intermediate results or rounded ones, whichever is larger.
    """
    if not math.isfinite(asked.value):
        return 0.0
    read = {name: read_float(text) for name, text in seen.items() if name != asked.canonical_name}
    rounded = {name: in_decimals(value) if "/" in seen[name] else value for name, value in read.items()}
    error = 0.0
    for known, is_rounding in ((read, False), (rounded, True)):
        distance = abs(HandCalculation(asked, known, is_rounding=is_rounding).number - asked.value)
        error = max(error, distance if math.isfinite(distance) else 0.0)
    return SLACK * (half_unit(asked.value) + error)
