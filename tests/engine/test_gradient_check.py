from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from storyreel.engine.activations import ACTIVATIONS, elementwise
from storyreel.engine.experiment import Experiment
from storyreel.engine.gradient_check import GradientCheckError, check_gradients
from storyreel.engine.initializers import He
from storyreel.engine.losses import LOSSES
from storyreel.engine.network import Gradients, Layer, Network
from storyreel.engine.optimizers import GradientDescent


def of_layers(*layers: Layer, loss: str, inputs: list[float], targets: list[float]) -> Experiment:
    names = tuple(f"x[{k}]" for k in range(len(inputs)))
    network = Network(names, layers, LOSSES[loss])
    return Experiment("test", network, np.array(inputs), np.array(targets), GradientDescent())


def test_the_lessons_networks_pass(chain: Experiment, dense: Experiment) -> None:
    check_gradients(chain)
    check_gradients(dense)


def test_a_wrong_derivative_is_found_and_named(chain: Experiment) -> None:
    wrong = elementwise("wrong", np.tanh, lambda z, a: 1.0 - 0.999 * a**2, "tanh({z})", "1")
    layers = (Layer("h", 0.5, None, wrong), Layer("y", 2.0))
    network = Network(("x",), layers, LOSSES["half_squared_error"])
    with pytest.raises(GradientCheckError, match="the gradient of w1 is") as caught:
        check_gradients(replace(chain, network=network))
    error, a = caught.value, np.tanh(1.0)
    assert error.name == "w1"
    assert error.numeric == pytest.approx((2 * a - 3) * 2 * (1 - a**2) * 2, rel=1e-6)
    assert error.analytic == pytest.approx((2 * a - 3) * 2 * (1 - 0.999 * a**2) * 2, rel=1e-12)


PARAMETERS = ["W1[0,0]", "W1[0,1]", "W1[1,0]", "W1[1,1]", "b1[0]", "b1[1]", "W2[0,0]", "W2[0,1]", "b2"]


@pytest.mark.parametrize("wrong", range(9), ids=PARAMETERS)
def test_one_wrong_gradient_is_found_wherever_it_is(wrong: int, monkeypatch: pytest.MonkeyPatch) -> None:
    layers = (
        Layer("h", [[0.1, -0.2], [0.3, 0.4]], [0.5, -0.6], ACTIVATIONS["tanh"]),
        Layer("y", [[0.7, 0.8]], 0.9),
    )
    experiment = of_layers(*layers, loss="half_squared_error", inputs=[1.0, 2.0], targets=[3.0])
    assert list(experiment.network.names.parameters) == PARAMETERS
    check_gradients(experiment)
    gradient = experiment.trace.gradients.parameters.copy()
    gradient[wrong] *= 1.001
    monkeypatch.setattr(Gradients, "parameters", gradient)
    with pytest.raises(GradientCheckError) as caught:
        check_gradients(replace(experiment))
    assert caught.value.name == PARAMETERS[wrong]


@pytest.mark.parametrize(
    ("activation", "loss"), [("relu", "half_squared_error"), ("identity", "mean_absolute_error")]
)
def test_a_network_that_stands_on_a_kink_passes(activation: str, loss: str) -> None:
    zero = Layer("y", [[0.0, 0.0]], [0.0], ACTIVATIONS[activation])
    check_gradients(of_layers(zero, loss=loss, inputs=[1.0, 2.0], targets=[0.0]))
    nearly = Layer("y", [[1e-9, 0.0]], [0.0], ACTIVATIONS[activation])
    check_gradients(of_layers(nearly, loss=loss, inputs=[1.0, 2.0], targets=[1.0]))


@pytest.mark.parametrize(
    ("scale", "loss"), list(product((1e-4, 1.0, 1e3, 1e5), ("half_squared_error", "huber")))
)
def test_true_gradients_pass_at_any_scale_of_the_numbers(scale: float, loss: str) -> None:
    layers = Layer("h", np.ones((2, 2)), np.zeros(2)), Layer("y", np.ones((1, 2)), 0.0)
    check_gradients(of_layers(*layers, loss=loss, inputs=[3.5 * scale, 1.2 * scale], targets=[9.3 * scale]))


def test_steep_networks_pass() -> None:
    layers = Layer("h", [[1e-3, -2e-3]], 0.1, ACTIVATIONS["tanh"]), Layer("y", 1.0)
    check_gradients(of_layers(*layers, loss="half_squared_error", inputs=[120.0, 800.0], targets=[0.3]))


@pytest.mark.parametrize(("weight", "loss"), [(1e200, "half_squared_error"), (2.0, "binary_cross_entropy")])
def test_a_loss_that_is_no_number_is_refused(weight: float, loss: str) -> None:
    with pytest.raises(GradientCheckError, match=r"the loss is (inf|nan): a number is too large, or outside"):
        check_gradients(of_layers(Layer("y", weight), loss=loss, inputs=[2.0], targets=[0.5]))


def test_a_large_network_is_sampled_in_every_layer() -> None:
    wrong = elementwise("wrong", np.tanh, lambda z, a: 1.0 - 0.99 * a**2, "tanh({z})", "1")
    hidden, outputs = He(1).weights(64, 64), He(2).weights(10, 64)
    inputs, targets = list(np.linspace(-1, 1, 64)), list(np.eye(10)[3])
    last = Layer(None, outputs, np.zeros(10), ACTIVATIONS["softmax"])
    cross_entropy = "categorical_cross_entropy"
    good = Layer("h", hidden, np.zeros(64), ACTIVATIONS["tanh"])
    check_gradients(of_layers(good, last, loss=cross_entropy, inputs=inputs, targets=targets))
    bad = Layer("h", hidden, np.zeros(64), wrong)
    with pytest.raises(GradientCheckError, match=r"the gradient of W1\["):
        check_gradients(of_layers(bad, last, loss=cross_entropy, inputs=inputs, targets=targets))


def test_a_gradient_that_is_no_number_is_refused() -> None:
    wrong = elementwise("wrong", np.tanh, lambda z, a: np.full_like(z, np.inf), "tanh({z})", "1")
    layers = Layer("h", 0.5, None, wrong), Layer("y", 2.0)
    with pytest.raises(GradientCheckError, match="the gradient of w1 is"):
        check_gradients(of_layers(*layers, loss="half_squared_error", inputs=[1.0], targets=[3.0]))
