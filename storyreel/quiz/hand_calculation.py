"""A calculation by hand, from the rounded numbers that a question shows.

The difference between its result and the engine's gives the tolerance of a right answer.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from storyreel.core.arrays import Array
from storyreel.core.number_format import half_unit
from storyreel.engine.experiment import Experiment
from storyreel.engine.graph.layered import INPUTS, TARGET, given_values, layered_graph, quantities
from storyreel.engine.network import Network
from storyreel.engine.operation import COST_GRADIENT, GRADIENT, NEXT
from storyreel.engine.optimizers import StochasticGradientDescent
from storyreel.quiz.asked_number import AskedNumber


class HandCalculation:
    """The numbers of a network as somebody calculates them by hand, up to the one that is asked for.

    `known` has the numbers that are given, by name. The others follow from them by the formulas of the
    forward pass, the backward pass and the update. With `is_rounding` each result is rounded before it is
    used.
    """

    def __init__(self, asked: AskedNumber, known: Mapping[str, float], *, is_rounding: bool) -> None:
        self._numbers: dict[str, float] = {}
        self._asked, self._known, self._is_rounding = asked, known, is_rounding

    @cached_property
    def number(self) -> float:
        """The number that is asked for. Counts and numbers of runs are not calculated but the engine's."""
        experiment, name = self._asked.experiment, self._asked.canonical_name
        with np.errstate(all="ignore"):
            self._pass("", experiment, experiment.network)
            if self._asked.is_next:
                self._pass(NEXT, experiment, experiment.next.network)
        return self._numbers.get(name, self._asked.value)

    def _pass(self, prefix: str, experiment: Experiment, network: Network) -> None:
        """A forward and a backward pass with the numbers that are known, and the others as found by hand."""
        graph, names = layered_graph(network, is_fused=False), quantities(network.names)
        given = given_values(network, experiment.inputs, experiment.targets)
        for node, value in given.items():
            is_parameter = node not in (INPUTS, TARGET)
            take = self._updated if is_parameter and prefix else self._given
            numbers = take(prefix if is_parameter else "", names[node], value)
            given[node] = numbers.reshape(value.shape)

        def by_hand(prefix: str) -> Callable[[str, Array], Array]:
            def of_node(node: str, value: Array) -> Array:
                if node not in names or node == TARGET:
                    return value
                return self._calculated(prefix, names[node], value).reshape(value.shape)

            return of_node

        values = graph.forward(given, by_hand(prefix))
        graph.backward(values, replace=by_hand(prefix + GRADIENT))

    def _updated(self, prefix: str, names: Sequence[str], values: ArrayLike) -> Array:
        """The weights or biases after the update; the engine's if its rule is not w − η ∂L/∂w or, with data,
        w − η ∂C/∂w."""
        experiment = self._asked.experiment
        optimizer = experiment.optimizer
        if not isinstance(optimizer, StochasticGradientDescent) or experiment.uses_mini_batches:
            return self._given(prefix, names, values)
        rate = self._known.get("learning_rate", optimizer.learning_rate)
        gradients = [self._numbers[GRADIENT + name] for name in names]
        if experiment.cost is not None:
            gradients = [
                self._known.get(COST_GRADIENT + name, experiment.cost.gradient(name)) for name in names
            ]
        trained = experiment.network.trained
        decay = {
            name: optimizer.weight_decay * self._numbers[name] if address.kind == "weight" else 0.0
            for name in names
            if (address := experiment.network.names[name])
        }
        steps = [
            rate * (gradient + decay[name]) if name in trained else 0.0
            for name, gradient in zip(names, gradients, strict=True)
        ]
        return self._calculated(
            prefix, names, [self._numbers[name] - step for name, step in zip(names, steps, strict=True)]
        )

    def _given(self, prefix: str, names: Sequence[str], values: ArrayLike) -> Array:
        flat = np.asarray(values, np.float64).ravel()
        numbers = [self._known.get(prefix + name, value) for name, value in zip(names, flat, strict=True)]
        self._numbers |= {prefix + name: value for name, value in zip(names, numbers, strict=True)}
        return np.array(numbers)

    def _calculated(self, prefix: str, names: Sequence[str], values: ArrayLike) -> Array:
        flat = np.asarray(values, np.float64).ravel()
        if self._is_rounding:
            flat = np.array([in_decimals(value) for value in flat])
        return self._given(prefix, names, flat)


def in_decimals(value: float) -> float:
    """A finite value rounded to two decimals, or to two significant digits; any other value unchanged."""
    unit = 2 * half_unit(value) if math.isfinite(value) else 0.0
    return round(value / unit) * unit if unit else value
