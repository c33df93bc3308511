"""Experiments like another one but for their numbers, drawn so that they are easy to reckon with.

The same `Random` draws the same numbers, on any machine.
"""

import math
from dataclasses import replace
from fractions import Fraction
from random import Random

import numpy as np

from storyreel.core.arrays import Array
from storyreel.core.number_format import LARGEST_DENOMINATOR, is_exact, shown
from storyreel.engine.experiment import Experiment
from storyreel.engine.network import Layer

MOST_PARAMETERS = 8
"""A network with more weights and biases than this keeps them: nobody could reckon with them by hand."""


def variant_experiment(experiment: Experiment, random: Random) -> Experiment:
    """An experiment with other inputs, other targets and, if it is small, other weights and biases."""
    network = experiment.network
    if len(network.names.parameters) <= MOST_PARAMETERS:
        network = replace(network, layers=tuple(_similar_layer(layer, random) for layer in network.layers))
    inputs = _similar(experiment.inputs, random)
    return replace(experiment, network=network, inputs=inputs, targets=_similar_targets(experiment, random))


def variant_number(value: float, random: Random) -> float:
    """A number of the kind that `value` is, with its sign: whole, a fraction over the same number, a decimal.

    0 stays 0. What has more than two decimals is made to have one, or as many as it takes.
    """
    if value == 0.0:
        return 0.0
    unit = _unit(value)
    count = max(1, round(abs(Fraction(value)) / unit))
    drawn = float(random.randint(1, max(2 * count, 6)) * unit)
    return math.copysign(drawn, value)


def _unit(value: float) -> Fraction:
    """What `value`, which is not 0, is a nice multiple of, more or less."""
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
    return Layer(layer.name, _similar(layer.weights, random), bias, layer.activation)


def _similar_targets(experiment: Experiment, random: Random) -> Array:
    """Other targets; but classes stay, as a question may speak of the one that is right."""
    is_class = experiment.network.loss.fused is not None and set(experiment.targets.ravel()) <= {0.0, 1.0}
    return experiment.targets if is_class else _similar(experiment.targets, random)
