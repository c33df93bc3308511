"""A network without activation functions as one weighted sum, against the network itself."""

from itertools import pairwise

import numpy as np
import pytest

from storyreel.engine.layer import Layer
from storyreel.engine.losses import LOSSES
from storyreel.engine.network import Network
from storyreel.engine.regions.linear_sum import is_linear, linear_sum

RANDOM = np.random.default_rng(5)


def network(biases: bool, activation: str = "identity") -> Network:
    sizes = (3, 4, 2, 1)
    layers = [
        Layer(f"l{k}", RANDOM.normal(size=(n, m)), RANDOM.normal(size=n) if biases else None, activation)
        for k, (m, n) in enumerate(pairwise(sizes))
    ]
    return Network(("a", "b", "c"), tuple(layers), LOSSES["mean_squared_error"])


@pytest.mark.parametrize("biases", [True, False])
def test_the_sum_is_what_the_network_predicts(biases: bool) -> None:
    made, inputs = network(biases), RANDOM.normal(size=(7, 3))
    weights, bias = linear_sum(made)
    assert inputs @ weights.T + bias == pytest.approx(made.forward(inputs).prediction)


def test_a_network_that_bends_is_no_weighted_sum() -> None:
    assert is_linear(network(True)) and not is_linear(network(True, "tanh"))
