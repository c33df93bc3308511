"""The graph of a layered network beside the network's own passes."""

from random import Random

import numpy as np
import pytest

from storyreel.core.arrays import Array
from storyreel.engine.activations import ACTIVATIONS
from storyreel.engine.experiment import Experiment
from storyreel.engine.graph.layered import forward_of, given_values, gradients_of, layered_graph
from storyreel.engine.losses import LOSSES
from storyreel.engine.network import Forward, Gradients, Layer, Network

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


def both_ways(
    network: Network, inputs: Array, targets: Array
) -> tuple[tuple[Forward, float, Gradients], tuple[Forward, float, Gradients]]:
    """The passes of the network's graph, and its own: activations, loss, gradients."""
    graph = layered_graph(network)
    values = graph.forward(given_values(network, inputs, targets))
    found = (
        forward_of(network, values),
        float(values["loss"]),
        gradients_of(network, values, graph.backward(values)),
    )
    forward = network.forward(inputs)
    return found, (forward, network.loss_of(forward, targets), network.backward(forward, targets))


def assert_equal(found: tuple[Array | None, ...], expected: tuple[Array | None, ...]) -> None:
    for one, other in zip(found, expected, strict=True):
        assert (one is None) == (other is None)
        if one is not None and other is not None:
            np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("first", range(0, 300, 50))
def test_values_and_gradients_are_those_of_the_layers(first: int) -> None:
    for seed in range(first, first + 50):
        (forward, loss, gradients), (own, own_loss, own_gradients) = both_ways(*random_network(seed))
        for one, other in zip(
            (*forward.activations, *forward.pre_activations),
            (*own.activations, *own.pre_activations),
            strict=True,
        ):
            np.testing.assert_array_equal(one, other)
        assert loss == own_loss
        assert_equal(gradients.weights, own_gradients.weights)
        assert_equal(gradients.biases, own_gradients.biases)
        assert_equal(gradients.pre_activations, own_gradients.pre_activations)
        assert_equal(gradients.activations, own_gradients.activations)
        np.testing.assert_allclose(gradients.parameters, own_gradients.parameters, rtol=1e-12, atol=1e-14)


def test_all_activations_and_losses_are_among_the_random_networks() -> None:
    networks = [random_network(seed)[0] for seed in range(300)]
    assert {layer.activation.name for one in networks for layer in one.layers} == set(ACTIVATIONS)
    assert {one.loss.name for one in networks} == set(LOSSES)
    assert {one.fusion is None for one in networks if one.loss.name in FUSED} == {True, False}


def test_the_numbers_of_the_lessons_are_the_same_to_the_last_bit(
    chain: Experiment, dense: Experiment
) -> None:
    for experiment in (chain, dense):
        found, own = both_ways(experiment.network, experiment.inputs, experiment.targets)
        assert found[1] == own[1]
        np.testing.assert_array_equal(found[2].parameters, own[2].parameters)
        for one, other in zip(found[2].activations, own[2].activations, strict=True):
            np.testing.assert_array_equal(one, other)


def test_a_prediction_that_is_certain_and_wrong_has_a_finite_loss_and_gradient() -> None:
    network = Network(
        "x", [Layer("y", [[0.0], [-1000.0]], activation="softmax")], "categorical_cross_entropy"
    )
    (_, loss, gradients), _ = both_ways(network, np.array([[1.0]]), np.array([[0.0, 1.0]]))
    assert loss == 1000.0
    np.testing.assert_array_equal(gradients.pre_activations[0], [[1.0, -1.0]])


def test_a_network_that_diverges_has_the_same_infinite_numbers() -> None:
    network = Network("x", [Layer("h", 1e200), Layer("y", 1e200)], "half_squared_error")
    found, own = both_ways(network, np.array([[1.0]]), np.array([[0.0]]))
    assert found[1] == own[1] == np.inf
    np.testing.assert_array_equal(found[2].parameters, own[2].parameters)
