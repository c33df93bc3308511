"""Usual mistakes in the calculation of a network's number: a table of functions and explanations.

A new one is a new row. Each function computes the wrong number, or returns None if the mistake is impossible
for this number.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

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


@dataclass(frozen=True)
class UsualMistake:
    """`value(asked)` is the wrong number, or None; `why` explains the mistake to a student."""

    value: Callable[[AskedNumber], float | None]
    why: str


USUAL_MISTAKES = (
    UsualMistake(without_half, "This is twice as much: the half in front of the squared error is missing."),
    UsualMistake(without_two, "This is half as much: the derivative of a square has a factor of two."),
    UsualMistake(with_half, "This is half as much: there is no factor of one half in this loss."),
    UsualMistake(unsquared, "The difference between output and target has not been squared."),
    UsualMistake(
        without_minus, "The minus in front of the logarithm is missing: a loss like this is never negative."
    ),
    UsualMistake(
        shortfall, "This is what the probability lacks of one: the loss is minus the probability’s logarithm."
    ),
    UsualMistake(
        local_only,
        "This is the local factor alone: multiply it by the gradient that arrives from the loss.",
    ),
    UsualMistake(
        other_sign,
        "The size is right, but the sign is the wrong way round: a gradient points to where the loss rises.",
    ),
    UsualMistake(
        without_slopes,
        "The slope of the activation function is missing: the gradient is multiplied by it on its way back.",
    ),
    UsualMistake(
        swapped,
        "The wrong factor: a weight’s gradient takes the value that comes in, a neuron’s the weight.",
    ),
    UsualMistake(added, "A weight and its value have been added, but they are to be multiplied."),
    UsualMistake(without_bias, "The bias has been forgotten."),
    UsualMistake(without_activation, "This is the sum before the activation function, which is missing."),
    UsualMistake(uphill, "This step goes uphill: the gradient is to be subtracted, not added."),
    UsualMistake(
        without_rate,
        "The learning rate is missing: the gradient is multiplied by it before it is subtracted.",
    ),
    UsualMistake(step_alone, "This is the step alone: it is still to be subtracted from the old value."),
)


def mistakes_in(asked: AskedNumber, tolerance: float) -> tuple[Mistake, ...]:
    """The results of usual mistakes for a number that is right within `tolerance`.

    Without those that cannot be told from the right answer or from the mistake of an earlier row, are not
    finite or are too large to be written in digits.
    """
    mistakes: list[Mistake] = []
    answers = [(asked.value, tolerance, asked.text)]
    for row in USUAL_MISTAKES:
        with np.errstate(all="ignore"):
            value = row.value(asked)
        if value is None or not math.isfinite(value) or abs(value) >= LARGEST:
            continue
        own_tolerance, text = half_unit(value), asked.text_like(value)
        if all(
            text != other_text and abs(value - other) > SLACK * (own_tolerance + other_tolerance)
            for other, other_tolerance, other_text in answers
        ):
            answers.append((value, own_tolerance, text))
            mistakes.append(Mistake(value, text, own_tolerance, row.why))
    return tuple(mistakes)
