"""What somebody gets who works a network's numbers out by hand, from numbers that are shown rounded.

Where such an answer lies tells how near to the engine's an answer must be to count as right.
"""

import math
from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from storyreel.core.arrays import Array
from storyreel.core.number_format import half_unit
from storyreel.engine.experiment import Experiment
from storyreel.engine.network import Network
from storyreel.engine.operation import GRADIENT
from storyreel.engine.optimizers import StochasticGradientDescent
from storyreel.quiz.asked_number import NEXT, AskedNumber


class HandCalculation:
    """A network's numbers, worked out by hand up to the one that is asked for.

    `known` has the numbers that are read off, not worked out; any other comes of those before it by the
    formulas of the forward and the backward pass, and of the update. With `is_rounding` each one that is
    worked out is rounded to decimals before anything is worked out of it.
    """

    def __init__(self, asked: AskedNumber, known: Mapping[str, float], *, is_rounding: bool) -> None:
        self._numbers: dict[str, float] = {}
        self._asked, self._known, self._is_rounding = asked, known, is_rounding

    @cached_property
    def number(self) -> float:
        """The number that is asked for; the engine's where it is none of a pass: a count, one of a run."""
        experiment, name = self._asked.experiment, self._asked.canonical_name
        with np.errstate(all="ignore"):
            self._pass("", experiment, experiment.network)
            if self._asked.is_next:
                self._pass(NEXT, experiment, experiment.next.network)
        return self._numbers.get(name, self._asked.value)

    def _pass(self, moment: str, experiment: Experiment, network: Network) -> None:
        names = network.names
        inputs = self._given("", names.activations[0], experiment.inputs)
        targets = self._given("", names.targets, experiment.targets)
        parameters = self._updated if moment else self._given
        weights, pre_activations, activations = [], [], [inputs]
        for number, layer in enumerate(network.layers, start=1):
            flat = [name for row in names.weights[number] for name in row]
            weights.append(parameters(moment, flat, layer.weights).reshape(layer.weights.shape))
            z = weights[-1] @ activations[-1]
            if layer.bias is not None:
                z = z + parameters(moment, names.biases[number], layer.bias)
            pre_activations.append(self._worked_out(moment, names.pre_activations[number], z))
            a = layer.activation.value(pre_activations[-1])
            activations.append(self._worked_out(moment, names.activations[number], a))
        self._worked_out(moment, ["loss"], network.loss.value(activations[-1], targets))
        gradient = network.loss.gradient(activations[-1], targets)
        for number, layer in reversed(list(enumerate(network.layers, start=1))):
            z, a, before = pre_activations[number - 1], activations[number], activations[number - 1]
            arriving = self._worked_out(moment + GRADIENT, names.activations[number], gradient)
            delta = layer.activation.vjp(z, a, arriving)
            delta = self._worked_out(moment + GRADIENT, names.pre_activations[number], delta)
            flat = [name for row in names.weights[number] for name in row]
            self._worked_out(moment + GRADIENT, flat, np.outer(delta, before))
            self._worked_out(moment + GRADIENT, names.biases[number], delta)
            gradient = weights[number - 1].T @ delta
        self._worked_out(moment + GRADIENT, names.activations[0], gradient)

    def _updated(self, moment: str, names: Sequence[str], values: ArrayLike) -> Array:
        """The weights or biases after the update; the engine's where its rule is not w − η ∂L/∂w."""
        optimizer = self._asked.experiment.optimizer
        if not isinstance(optimizer, StochasticGradientDescent):
            return self._given(moment, names, values)
        rate = self._known.get("learning_rate", optimizer.learning_rate)
        steps = [rate * self._numbers[GRADIENT + name] for name in names]
        return self._worked_out(
            moment, names, [self._numbers[name] - step for name, step in zip(names, steps, strict=True)]
        )

    def _given(self, moment: str, names: Sequence[str], values: ArrayLike) -> Array:
        flat = np.asarray(values, np.float64).ravel()
        numbers = [self._known.get(moment + name, value) for name, value in zip(names, flat, strict=True)]
        self._numbers |= {moment + name: value for name, value in zip(names, numbers, strict=True)}
        return np.array(numbers)

    def _worked_out(self, moment: str, names: Sequence[str], values: ArrayLike) -> Array:
        flat = np.asarray(values, np.float64).ravel()[: len(names)]
        if self._is_rounding:
            flat = np.array([in_decimals(value) for value in flat])
        return self._given(moment, names, flat)


def in_decimals(value: float) -> float:
    """A finite value as it is written in decimals, to two of them or two significant digits; else itself."""
    unit = 2 * half_unit(value) if math.isfinite(value) else 0.0
    return round(value / unit) * unit if unit else value
