"""The one weighted sum of the inputs that a network without activation functions comes to.

linear_sum(network)         (array([[2., 2.]]), array([0.]))
"""

import numpy as np

from storyreel.core.arrays import Array
from storyreel.engine.network import Network


def is_linear(network: Network) -> bool:
    """True for a network each of whose activation functions is the identity."""
    return all(layer.activation.name == "identity" for layer in network.layers)


def linear_sum(network: Network) -> tuple[Array, Array]:
    """The weights (outputs, inputs) and the biases (outputs,) of the sum: the product of the weights of all
    layers, and the biases, each times the weights behind it, added up."""
    weights, bias = np.eye(len(network.input_names)), np.zeros(len(network.input_names))
    for layer in network.layers:
        weights, bias = layer.weights @ weights, layer.weights @ bias
        bias = bias if layer.bias is None else bias + layer.bias
    return weights, bias
