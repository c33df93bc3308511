from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyreel.engine.activations import ACTIVATIONS
from storyreel.engine.layer import Layer
from storyreel.engine.losses import LOSSES
from storyreel.engine.network import Network

LOGARITHMIC = ("binary_cross_entropy", "categorical_cross_entropy")


def two_layers(activation: str, loss: str, seed: int = 1) -> Network:
    """2-4-3 with the activation twice, its predictions between 0 and 1 so that every loss takes them."""
    random = np.random.default_rng(seed)
    row = ACTIVATIONS[activation]
    layers = (
        Layer("h", random.normal(0.0, 1.0, (4, 2)), random.normal(0.0, 0.5, 4), row),
        Layer("y", random.uniform(-0.04, 0.04, (3, 4)), np.full(3, 0.25), row),
    )
    return Network(("x[0]", "x[1]"), layers, LOSSES[loss])


def slope(function, vector: np.ndarray, i: int, width: float = 3e-4) -> float:
    """The central difference of fourth order (Abramowitz and Stegun, 25.3.6)."""

    def at(steps: int) -> float:
        moved = vector.copy()
        moved[i] += steps * width
        return function(moved)

    return (8.0 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12.0 * width)


@pytest.mark.parametrize("batch", [1, 2, 5])
@pytest.mark.parametrize(("activation", "loss"), list(product(ACTIVATIONS, LOSSES)))
def test_backpropagation_agrees_with_central_differences(activation: str, loss: str, batch: int) -> None:
    network = two_layers(activation, loss)
    random = np.random.default_rng(batch)
    inputs = random.normal(0.0, 1.0, (batch, 2))
    targets = (
        random.uniform(0.1, 0.9, (batch, 3)) if loss in LOGARITHMIC else random.normal(0.0, 2.0, (batch, 3))
    )
    if loss == "hinge":
        targets = np.eye(3)[random.integers(0, 3, batch)]
    gradients = network.backward(network.forward(inputs), targets)

    def loss_at(parameters: np.ndarray, inputs: np.ndarray = inputs) -> float:
        moved = network.with_parameters(parameters)
        return moved.loss_of(moved.forward(inputs), targets)

    numeric = [slope(loss_at, network.parameters, i) for i in range(len(network.parameters))]
    np.testing.assert_allclose(gradients.parameters, numeric, rtol=1e-6, atol=1e-11)

    def loss_of_inputs(flat: np.ndarray) -> float:
        return loss_at(network.parameters, flat.reshape(inputs.shape))

    numeric = [slope(loss_of_inputs, inputs.ravel(), i) for i in range(inputs.size)]
    np.testing.assert_allclose(gradients.activations[0].ravel(), numeric, rtol=1e-6, atol=1e-11)


@given(st.integers(1, 6), st.integers(0, 10_000))
def test_a_batch_has_the_mean_loss_and_the_mean_gradient_of_its_examples(batch: int, seed: int) -> None:
    network = two_layers("tanh", "half_squared_error", seed)
    random = np.random.default_rng(seed)
    inputs, targets = random.normal(size=(batch, 2)), random.normal(size=(batch, 3))

    def of(rows: slice) -> tuple[float, np.ndarray]:
        forward = network.forward(inputs[rows])
        return network.loss_of(forward, targets[rows]), network.backward(forward, targets[rows]).parameters

    loss, gradient = of(slice(None))
    singles = [of(slice(i, i + 1)) for i in range(batch)]
    assert loss == pytest.approx(np.mean([single for single, _ in singles]), rel=1e-12)
    np.testing.assert_allclose(gradient, np.mean([g for _, g in singles], axis=0), rtol=1e-9, atol=1e-12)


def test_one_layer_object_may_stand_in_a_network_twice() -> None:
    shared = Layer(None, np.eye(2), None, ACTIVATIONS["softmax"])
    network = Network(("p", "q"), (shared, shared), LOSSES["categorical_cross_entropy"])
    copies = Network(("p", "q"), (shared, Layer(None, np.eye(2), None, ACTIVATIONS["softmax"])), network.loss)
    inputs, targets = np.array([[1.0, -1.0]]), np.array([[1.0, 0.0]])
    once, twice = (one.backward(one.forward(inputs), targets).parameters for one in (copies, network))
    np.testing.assert_array_equal(once, twice)


def test_parameters_come_back_as_they_went() -> None:
    network = two_layers("relu", "huber")
    again = network.with_parameters(network.parameters)
    for old, new in zip(network.layers, again.layers, strict=True):
        np.testing.assert_array_equal(old.weights, new.weights)
        np.testing.assert_array_equal(old.bias, new.bias)
    assert len(network.names.parameters) == len(network.parameters) == 4 * 2 + 4 + 3 * 4 + 3


def test_a_frozen_layer_cannot_be_changed_through_its_arrays() -> None:
    given_weights = np.ones((1, 1))
    layer = Layer("h", given_weights)
    given_weights[0, 0] = 9.0
    assert layer.weights[0, 0] == 1.0
    with pytest.raises(ValueError, match="read-only"):
        layer.weights[0, 0] = 9.0


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Layer("h", np.ones((2, 3)), [1.0]), r"2 neurons need 2 biases, not \(1,\)"),
        (lambda: Layer("h", np.ones((2, 0))), "weights need rows and columns"),
        (
            lambda: Network(("x",), (Layer("h", np.ones((2, 3))),), LOSSES["huber"]),
            "layer 1 reads 3 values, and 1 come",
        ),
        (lambda: Network(("x",), (), LOSSES["huber"]), "a network needs a layer"),
        (lambda: Network(("x",), (Layer("x", 1.0),), LOSSES["huber"]), "`x` would name two quantities"),
        (lambda: Network(("x",), (Layer("loss", 1.0),), LOSSES["huber"]), "`loss` would name two"),
        (
            lambda: Network(("x",), (Layer("a2", 1.0), Layer("y", 1.0)), LOSSES["huber"]),
            "`a2` would name two",
        ),
        (lambda: Network(("next",), (Layer("y", 1.0),), LOSSES["huber"]), "`next` would name two"),
    ],
)
def test_what_does_not_fit_together_is_refused(make, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()
