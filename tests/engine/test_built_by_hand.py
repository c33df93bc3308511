"""Networks, layers and experiments made in Python, of names and plain lists."""

import numpy as np
import pytest

from storyreel.engine.activations import ACTIVATIONS
from storyreel.engine.experiment import Experiment
from storyreel.engine.layer import Layer
from storyreel.engine.losses import LOSSES
from storyreel.engine.network import Network
from storyreel.engine.optimizers import Adam, GradientDescent, Momentum
from storyreel.engine.trace import Trace


def test_names_stand_for_rows_of_the_tables() -> None:
    network = Network("x", [Layer("y", 2, activation="tanh")], "huber")
    assert network.layers[0].activation is ACTIVATIONS["tanh"]
    assert network.loss is LOSSES["huber"]
    assert Layer("y", 2).activation is ACTIVATIONS["identity"]


def test_plain_lists_and_single_numbers_stand_for_arrays() -> None:
    layer = Layer("h", [[1, 2], [3, 4], [5, 6]], bias=0.5)
    assert (layer.size, layer.inputs) == (3, 2)
    assert layer.bias is not None and layer.bias.tolist() == [0.5, 0.5, 0.5]
    assert Layer("y", [7, 8]).weights.tolist() == [[7.0, 8.0]]
    assert Trace(Network("x", [Layer("y", 3)], "huber"), 2, 5)["y"].value == 6.0


def test_one_name_stands_for_all_inputs() -> None:
    assert Network("x", [Layer("y", 3)], "huber").input_names == ("x",)
    assert Network("x", [Layer("y", [3, 4])], "huber").input_names == ("x[0]", "x[1]")
    assert Network(["grade", "IQ"], [Layer("y", [3, 4])], "huber").input_names == ("grade", "IQ")


def test_an_experiment_takes_the_name_of_an_optimizer_and_its_learning_rate() -> None:
    network = Network("x", [Layer("y", 3)], "half_squared_error")
    assert Experiment("e", network, 2, 5).optimizer == GradientDescent(0.01)
    assert Experiment("e", network, 2, 5, "adam", learning_rate=0.3).optimizer == Adam(0.3)
    momentum = Experiment("e", network, 2, 5, Momentum(0.1, momentum=0.5), learning_rate=0.2).optimizer
    assert momentum == Momentum(0.2, momentum=0.5)
    # y = 6 and 5 is wanted: the gradient is (6 − 5) · 2.
    assert Experiment("e", network, 2, 5, learning_rate=0.1).next.number("w1") == pytest.approx(3 - 0.1 * 2)


def test_examples_of_one_number_need_no_rows() -> None:
    network = Network("x", [Layer("y", 3)], "half_squared_error")
    experiment = Experiment("e", network, 2, 5, data_inputs=[1, 2, 3], data_targets=[[2], [4], [6]])
    assert experiment.data_inputs is not None and experiment.data_inputs.tolist() == [[1.0], [2.0], [3.0]]
    # Errors x · (3 − 2), so losses of 1/2, 4/2 and 9/2.
    assert experiment.number("cost") == experiment.run(0).objective[0] == pytest.approx(14 / 6)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Layer("y", 3, activation="tahn"), "no activation named 'tahn'; there are identity, sigmoid"),
        (lambda: Network("x", [Layer("y", 3)], "hubert"), "no loss named 'hubert'; there are half_squared"),
        (
            lambda: Experiment("e", Network("x", [Layer("y", 3)], "huber"), 2, 5, "adams"),
            "no optimizer named 'adams'; there are gradient_descent, sgd, momentum, rmsprop, adam$",
        ),
        (lambda: Layer("y", [[1, 2], [3, 4]], bias=[1, 2, 3]), "2 neurons need 2 biases, not"),
    ],
)
def test_a_name_that_there_is_not_is_refused_with_those_there_are(make, message) -> None:
    with pytest.raises(ValueError, match=message):
        make()


def test_they_say_in_a_line_what_they_are() -> None:
    layers = [Layer("h", np.ones((6, 2)), 0, "tanh"), Layer(None, np.ones((5, 6)), 0, "softmax")]
    network = Network("x", layers, "categorical_cross_entropy")
    assert repr(network) == "<Network 2 → 6 → 5: tanh, softmax; categorical_cross_entropy>"
    assert repr(layers[0]) == "<Layer 'h': 2 → 6, tanh>"
    chain = Network("x", [Layer("h", 3), Layer("y", 5 / 6)], "half_squared_error")
    assert repr(Trace(chain, 2, 3)) == "<Trace of 9 numbers: loss 2>"
