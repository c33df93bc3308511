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
    """The weights (outputs, inputs) and the biases (outputs,) of the sum: what the network makes of inputs
    that are all 0 are the biases, and how much more it makes of one that is 1 are the weights of that."""
    count = len(network.input_names)
    made = network.forward(np.vstack([np.zeros(count), np.eye(count)])).prediction
    return (made[1:] - made[0]).T, made[0]
