"""Experiments that differ from a given one in their numbers, drawn so that they are easy to calculate with.

The same `Random` draws the same numbers on every machine.
"""

import math
import sys
from dataclasses import replace
from fractions import Fraction
from random import Random

import numpy as np

from storyreel.core.arrays import Array
from storyreel.core.errors import StoryreelError
from storyreel.core.number_format import LARGEST_DENOMINATOR, is_exact, shown
from storyreel.engine.equations.calculation import calculation_of
from storyreel.engine.equations.notation import Notation
from storyreel.engine.equations.rounding import with_digits
from storyreel.engine.experiment import Experiment
from storyreel.engine.layer import Layer

MOST_PARAMETERS = 8
"""A network with more weights and biases keeps them: it is too large for a calculation by hand."""


def variant_experiment(experiment: Experiment, number: str, random: Random) -> Experiment:
    """An experiment with other inputs, other targets and, if it is small, other weights and biases.

    Its numbers have the digits with which the equation of the one called `number` holds.
    """
    network = experiment.network
    if len(network.names.parameters) <= MOST_PARAMETERS:
        network = replace(network, layers=tuple(_similar_layer(layer, random) for layer in network.layers))
    inputs = _similar(experiment.inputs, random)
    targets = _similar_targets(experiment, random)
    plain = Notation(experiment.notation.digits)
    drawn = replace(experiment, network=network, inputs=inputs, targets=targets, notation=plain)
    try:
        notation, _ = with_digits(plain, [calculation_of(drawn, number)])
    except (KeyError, StoryreelError):  # a number without an equation
        return drawn
    return replace(drawn, notation=notation)


def variant_number(value: float, random: Random) -> float:
    """A random number with the sign of `value` and like it whole, a fraction or a decimal.

    A fraction keeps its denominator, and 0 stays 0. A value with more than two decimals becomes one with a
    single decimal, or with more if it is small.
    """
    if value == 0.0:
        return 0.0
    unit = _unit(value)
    count = max(1, round(abs(Fraction(value)) / unit))
    most = min(max(2 * count, 6), int(Fraction(sys.float_info.max) / unit))
    drawn = float(random.randint(1, most) * unit)
    return math.copysign(drawn, value)


def _unit(value: float) -> Fraction:
    """The unit of which `value`, which is not 0, is approximately a whole multiple."""
    fraction = Fraction(value).limit_denominator(LARGEST_DENOMINATOR)
    if is_exact(value, str(fraction)) and ("/" in shown(value) or fraction.denominator == 1):
        return Fraction(1, fraction.denominator)
    if is_exact(value, f"{value:.1f}") or not is_exact(value, f"{value:.2f}"):
        return Fraction(10) ** min(-1, math.floor(math.log10(abs(value))))
    return Fraction(1, 100)


def _similar(values: Array, random: Random) -> Array:
    return np.array([variant_number(value, random) for value in values.ravel()]).reshape(values.shape)


def _similar_layer(layer: Layer, random: Random) -> Layer:
    bias = None if layer.bias is None else _similar(layer.bias, random)
    return replace(layer, weights=_similar(layer.weights, random), bias=bias)


def _similar_targets(experiment: Experiment, random: Random) -> Array:
    """Other targets. Classes stay the same, as a question may name the right one."""
    is_of_classes = experiment.network.loss.fused is not None or experiment.network.loss.name == "hinge"
    is_class = is_of_classes and set(experiment.targets.ravel()) <= {-1.0, 0.0, 1.0}
    return experiment.targets if is_class else _similar(experiment.targets, random)
