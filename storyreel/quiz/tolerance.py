"""How near to a number an answer must be to be right, when it is worked out of numbers that are shown."""

import math
from collections.abc import Mapping

from storyreel.core.number_format import half_unit, read_back
from storyreel.quiz.asked_number import AskedNumber
from storyreel.quiz.hand_calculation import HandCalculation, in_decimals

SLACK = 1.01  # what lies exactly half-way is right, whatever binary fractions make of it


def tolerance_of(asked: AskedNumber, seen: Mapping[str, str]) -> float:
    """The distance from the number within which an answer is right.

    That is half a unit of its last decimal, and as much more as it moves when it is worked out by hand of
    the numbers `seen`, by name as they are shown: with each result kept, or each result rounded on the way.
    """
    if not math.isfinite(asked.value):
        return 0.0
    read = {name: float(read_back(text)) for name, text in seen.items() if name != asked.canonical_name}
    rounded = {name: in_decimals(value) if "/" in seen[name] else value for name, value in read.items()}
    moved = 0.0
    for known, is_rounding in ((read, False), (rounded, True)):
        distance = abs(HandCalculation(asked, known, is_rounding=is_rounding).number - asked.value)
        moved = max(moved, distance if math.isfinite(distance) else 0.0)
    return SLACK * (half_unit(asked.value) + moved)
