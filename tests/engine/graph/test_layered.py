"""The passes of a layered network, which are those of its graph, beside passes layer by layer."""

from random import Random

import numpy as np
import pytest

from storyreel.core.arrays import Array
from storyreel.engine.activations import ACTIVATIONS
from storyreel.engine.experiment import Experiment
from storyreel.engine.graph.layered import given_values, layered_graph
from storyreel.engine.layer import Layer
from storyreel.engine.losses import LOSSES
from storyreel.engine.network import Network

FUSED = {name: loss.fused.activation for name, loss in LOSSES.items() if loss.fused}


def random_network(seed: int) -> tuple[Network, Array, Array]:
    """A network of one to five layers of up to eight neurons, and a batch of one to six examples."""
    random, numbers = Random(seed), np.random.default_rng(seed)
    sizes = [random.randint(1, 8) for _ in range(random.randint(2, 6))]
    loss = random.choice(list(LOSSES))
    activations = [random.choice(list(ACTIVATIONS)) for _ in sizes[1:]]
    if loss in FUSED and random.random() < 0.6:
        activations[-1] = FUSED[loss]
    elif loss in FUSED:
        activations[-1] = random.choice(["sigmoid", "softmax"])
    layers = [
        Layer(None, numbers.normal(size=(size, before)), bias, activation)
        for before, size, activation in zip(sizes, sizes[1:], activations, strict=False)
        for bias in [numbers.normal(size=size) if random.random() < 0.7 else None]
    ]
    batch = random.randint(1, 6)
    inputs = numbers.normal(scale=2.0, size=(batch, sizes[0]))
    return Network("x", layers, loss), inputs, numbers.uniform(size=(batch, sizes[-1]))


Passes = tuple[list[Array], list[Array], float, list[list[Array | None]]]


def layer_by_layer(network: Network, inputs: Array, targets: Array) -> Passes:
    """Pre-activations, activations, the mean loss, and its gradients by weights, biases, pre-activations and
    activations, as the equations of backpropagation have them."""
    sums, activations, fusion = [], [inputs], network.fusion
    for layer in network.layers:
        z = activations[-1] @ layer.weights.T
        sums.append(z if layer.bias is None else z + layer.bias)
        activations.append(layer.activation.value(sums[-1]))
    each = fusion.value(sums[-1], targets) if fusion else network.loss.value(activations[-1], targets)
    upstream = network.loss.gradient(activations[-1], targets) / len(targets)
    by_weights, by_biases, by_sums, by_activations = [], [], [], [upstream]
    for i, layer in reversed(list(enumerate(network.layers))):
        delta = layer.activation.vjp(sums[i], activations[i + 1], upstream)
        if fusion and i == len(network.layers) - 1:
            delta = fusion.gradient(sums[i], targets) / len(targets)
        upstream = delta @ layer.weights
        by_sums.insert(0, delta)
        by_weights.insert(0, delta.T @ activations[i])
        by_biases.insert(0, None if layer.bias is None else delta.sum(axis=0))
        by_activations.insert(0, upstream)
    return sums, activations, float(each.mean()), [by_weights, by_biases, by_sums, by_activations]


def passes_of(network: Network, inputs: Array, targets: Array) -> Passes:
    """The same by the network."""
    forward = network.forward(inputs)
    gradients = network.backward(forward, targets)
    each = [gradients.weights, gradients.biases, gradients.pre_activations, gradients.activations]
    loss = network.loss_of(forward, targets)
    return [*forward.pre_activations], [*forward.activations], loss, [list(one) for one in each]


def assert_equal(found: list[Array | None], expected: list[Array | None]) -> None:
    for one, other in zip(found, expected, strict=True):
        assert (one is None) == (other is None)
        if one is not None and other is not None:
            np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("first", range(0, 300, 50))
def test_values_and_gradients_are_those_of_the_layers(first: int) -> None:
    for seed in range(first, first + 50):
        case = random_network(seed)
        sums, activations, loss, gradients = passes_of(*case)
        own_sums, own_activations, own_loss, own_gradients = layer_by_layer(*case)
        for one, other in zip(sums + activations, own_sums + own_activations, strict=True):
            np.testing.assert_array_equal(one, other)
        assert loss == own_loss
        for found, own in zip(gradients, own_gradients, strict=True):
            assert_equal(found, own)


def test_all_activations_and_losses_are_among_the_random_networks() -> None:
    networks = [random_network(seed)[0] for seed in range(300)]
    assert {layer.activation.name for one in networks for layer in one.layers} == set(ACTIVATIONS)
    assert {one.loss.name for one in networks} == set(LOSSES)
    assert {one.fusion is None for one in networks if one.loss.name in FUSED} == {True, False}


def test_of_one_example_the_numbers_are_the_same_to_the_last_bit(
    chain: Experiment, dense: Experiment
) -> None:
    for experiment in (chain, dense):
        case = experiment.network, experiment.inputs, experiment.targets
        for found, own in zip(passes_of(*case)[3], layer_by_layer(*case)[3], strict=True):
            for one, other in zip(found, own, strict=True):
                assert (one is None) == (other is None)
                if one is not None and other is not None:
                    np.testing.assert_array_equal(one, other)


def test_the_page_is_given_the_whole_graph(chain: Experiment) -> None:
    graph, given = layered_graph(chain.network), given_values(chain.network, chain.inputs, chain.targets)
    gradients = graph.backward(graph.forward(given)).of
    assert float(gradients["W1"][0, 0]) == chain.trace.number("grad.w1")
    assert float(gradients["target"][0, 0]) == -2.0


def test_a_prediction_that_is_certain_and_wrong_has_a_finite_loss_and_gradient() -> None:
    network = Network(
        "x", [Layer("y", [[0.0], [-1000.0]], activation="softmax")], "categorical_cross_entropy"
    )
    _, _, loss, gradients = passes_of(network, np.array([[1.0]]), np.array([[0.0, 1.0]]))
    assert loss == 1000.0
    np.testing.assert_array_equal(gradients[2][0], [[1.0, -1.0]])


def test_a_network_that_diverges_has_infinite_numbers() -> None:
    network = Network("x", [Layer("h", 1e200), Layer("y", 1e200)], "half_squared_error")
    case = network, np.array([[1.0]]), np.array([[0.0]])
    *_, loss, gradients = passes_of(*case)
    assert loss == np.inf
    with np.errstate(all="ignore"):
        expected = layer_by_layer(*case)[3]
    for found, own in zip(gradients[0], expected[0], strict=True):
        np.testing.assert_array_equal(found, own)
