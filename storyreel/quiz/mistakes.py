"""Usual mistakes in the calculation of a network's number: a table of functions.

Each computes the wrong number, or returns None if the mistake is impossible for this number. A new one is a
new row here and, by the function's name, a sentence for the student in each file of `assets/languages`.
"""

import math
from collections.abc import Callable

import numpy as np

from storyreel.core.messages import messages
from storyreel.core.number_format import LARGEST, half_unit
from storyreel.quiz.asked_number import AskedNumber
from storyreel.quiz.mistakes_backward import local_only, other_sign, swapped, without_slopes, without_two
from storyreel.quiz.mistakes_forward import (
    added,
    shortfall,
    unsquared,
    with_half,
    without_activation,
    without_bias,
    without_half,
    without_minus,
)
from storyreel.quiz.mistakes_update import step_alone, uphill, without_rate
from storyreel.quiz.tolerance import SLACK
from storyreel.storyboard.study import Mistake

USUAL_MISTAKES: tuple[Callable[[AskedNumber], float | None], ...] = (
    without_half,
    without_two,
    with_half,
    unsquared,
    without_minus,
    shortfall,
    local_only,
    other_sign,
    without_slopes,
    swapped,
    added,
    without_bias,
    without_activation,
    uphill,
    without_rate,
    step_alone,
)


def mistakes_in(asked: AskedNumber, tolerance: float, language: str = "en") -> tuple[Mistake, ...]:
    """The results of usual mistakes for a number that is right within `tolerance`, explained in `language`.

    Without those that cannot be told from the right answer or from the mistake of an earlier row, are not
    finite or are too large to be written in digits.
    """
    mistakes: list[Mistake] = []
    answers = [(asked.value, tolerance, asked.text)]
    for wrong_number in USUAL_MISTAKES:
        with np.errstate(all="ignore"):
            value = wrong_number(asked)
        if value is None or not math.isfinite(value) or abs(value) >= LARGEST:
            continue
        own_tolerance, text = half_unit(value), asked.text_like(value)
        if all(
            text != other_text and abs(value - other) > SLACK * (own_tolerance + other_tolerance)
            for other, other_tolerance, other_text in answers
        ):
            answers.append((value, own_tolerance, text))
            why = messages(language)["mistakes"][wrong_number.__name__]
            mistakes.append(Mistake(value, text, own_tolerance, why))
    return tuple(mistakes)
