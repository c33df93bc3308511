"""Usual mistakes in the backward pass: in a gradient.

Each takes the number that is asked for and returns the wrong one, or None if the mistake is impossible.
"""

import numpy as np

from storyreel.quiz.asked_number import AskedNumber


def without_two(asked: AskedNumber) -> float | None:
    """A gradient of the mean squared error without the factor 2 of a square's derivative."""
    is_mean = asked.experiment.network.loss.name == "mean_squared_error"
    return asked.value / 2 if is_mean and asked.is_gradient else None


def other_sign(asked: AskedNumber) -> float | None:
    """The gradient with the other sign."""
    return -asked.value if asked.is_gradient else None


def local_only(asked: AskedNumber) -> float | None:
    """The local derivative alone, without the upstream gradient."""
    address, trace = asked.address, asked.trace
    if not asked.is_gradient or address is None or address.layer is None:
        return None
    number, index = address.layer, address.index
    layers, forward = trace.network.layers, trace.forward
    match address.kind:
        case "weight":
            return float(forward.activations[number - 1][0, index[1]])
        case "bias":
            return 1.0
        case _ if number == len(layers):
            return None
        case "pre_activation":
            z, a = forward.pre_activations[number - 1], forward.activations[number]
            return float(layers[number - 1].activation.vjp(z, a, np.ones_like(a))[0, index[0]])
        case _:
            return float(layers[number].weights[:, index[0]].sum())


def without_slopes(asked: AskedNumber) -> float | None:
    """The gradient as if all activation functions between it and the loss had the derivative 1.

    Except in a last layer whose activation is fused with the loss, as softmax with cross-entropy.
    """
    address, trace, network = asked.address, asked.trace, asked.trace.network
    if not asked.is_gradient or address is None or address.layer is None:
        return None
    gradients, last = trace.gradients, len(network.layers)
    if address.kind == "activation" and address.layer == last:
        return None
    gradient = (gradients.pre_activations[-1] if network.fusion else gradients.activations[-1])[0]
    for number in range(last, max(address.layer, 1), -1):
        gradient = network.layers[number - 1].weights.T @ gradient
    match address.kind:
        case "weight":
            return float(gradient[address.index[0]] * _input_of(asked, address.layer, address.index[1]))
        case "input":
            return float(network.layers[0].weights[:, address.index[0]] @ gradient)
        case _:
            return float(gradient[address.index[0]])


def swapped(asked: AskedNumber) -> float | None:
    """The product with the weight in place of its input, or with the input in place of the weight."""
    address, trace = asked.address, asked.trace
    if not asked.is_gradient or address is None or address.layer is None:
        return None
    number, index, upstream = address.layer, address.index, trace.gradients.pre_activations
    if address.kind == "weight":
        return float(upstream[number - 1][0, index[0]] * trace.network.layers[number - 1].weights[index])
    if address.kind in ("activation", "input") and number < len(trace.network.layers):
        return float(upstream[number].sum() * _input_of(asked, number + 1, index[0]))
    return None


def _input_of(asked: AskedNumber, layer: int, j: int) -> float:
    """Input `j` of a layer; layers count from 1."""
    return float(asked.trace.forward.activations[layer - 1][0, j])
