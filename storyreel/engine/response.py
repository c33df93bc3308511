"""The response of a network with one input and one output: its output as a function of its input."""

import numpy as np

from storyreel.engine.curves import Function
from storyreel.engine.layer import Layer
from storyreel.engine.network import Network


def response(network: Network) -> Function:
    """The first output over the input of a network that has one input."""
    return lambda x: float(network.forward(np.array([[x]])).prediction[0, 0])


def with_activation(network: Network, layer: int, activation: str) -> Network:
    """The network with another activation function in a layer, counted from 0."""
    layers = [
        Layer(one.name, one.weights, one.bias, activation if place == layer else one.activation)
        for place, one in enumerate(network.layers)
    ]
    return Network(network.input_names, layers, network.loss)
