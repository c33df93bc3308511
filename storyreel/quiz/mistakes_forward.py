"""Usual mistakes in the forward pass: in a neuron's value or in the loss.

Each takes the number that is asked for and returns the wrong one, or None if the mistake is impossible.
"""

from collections.abc import Callable

import numpy as np

from storyreel.core.arrays import Array
from storyreel.quiz.asked_number import AskedNumber

_Sum = Callable[[Array, Array, float], float]


def without_half(asked: AskedNumber) -> float | None:
    """The squared error, or a gradient of it, without the factor ½."""
    is_of_loss = asked.is_gradient or asked.is_value_of("loss")
    is_halved = asked.experiment.network.loss.name == "half_squared_error"
    return 2 * asked.value if is_of_loss and is_halved else None


def with_half(asked: AskedNumber) -> float | None:
    """The mean squared error with a factor ½ that does not belong there."""
    is_mean = asked.experiment.network.loss.name == "mean_squared_error"
    return asked.value / 2 if is_mean and asked.is_value_of("loss") else None


def unsquared(asked: AskedNumber) -> float | None:
    """A squared error without the square."""
    if not asked.is_value_of("loss"):
        return None
    errors = np.abs(asked.trace.forward.prediction - asked.trace.targets)
    factors = {"half_squared_error": 0.5, "mean_squared_error": 1 / errors.size}
    factor = factors.get(asked.experiment.network.loss.name)
    return None if factor is None else factor * float(errors.sum())


def without_minus(asked: AskedNumber) -> float | None:
    """A cross-entropy without its minus."""
    is_logarithm = asked.experiment.network.loss.name.endswith("_cross_entropy")
    return -asked.value if is_logarithm and asked.is_value_of("loss") else None


def shortfall(asked: AskedNumber) -> float | None:
    """1 minus the probability of the right class, in place of the cross-entropy."""
    is_of_classes = asked.experiment.network.loss.name == "categorical_cross_entropy"
    if not is_of_classes or not asked.is_value_of("loss"):
        return None
    return 1.0 - float((asked.trace.targets * asked.trace.forward.prediction).sum())


def added(asked: AskedNumber) -> float | None:
    """Each weight and its input added instead of multiplied."""
    return _of_sum(asked, lambda weights, inputs, bias: float((weights + inputs).sum()) + bias)


def without_bias(asked: AskedNumber) -> float | None:
    """The sum without the bias."""
    return _of_sum(asked, lambda weights, inputs, bias: float(weights @ inputs))


def without_activation(asked: AskedNumber) -> float | None:
    """The sum before the activation function."""
    address = asked.address
    if address is None or not address.layer or not asked.is_value_of("activation"):
        return None
    return float(asked.trace.forward.pre_activations[address.layer - 1][0, address.index[0]])


def _of_sum(asked: AskedNumber, combine: _Sum) -> float | None:
    """A neuron's value if its pre-activation is `combine(weights, inputs, bias)`."""
    address, trace = asked.address, asked.trace
    if address is None or not address.layer or not asked.is_value_of("activation", "pre_activation"):
        return None
    (k,), layer = address.index, trace.network.layers[address.layer - 1]
    bias = 0.0 if layer.bias is None else float(layer.bias[k])
    z = trace.forward.pre_activations[address.layer - 1].copy()
    z[0, k] = combine(layer.weights[k], trace.forward.activations[address.layer - 1][0], bias)
    return float((layer.activation.value(z) if address.kind == "activation" else z)[0, k])
