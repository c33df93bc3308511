"""Weights and biases that are not trained have gradients, and keep their values in each step."""

from dataclasses import replace

import numpy as np
import pytest

from storyreel.core.errors import StoryreelError
from storyreel.engine.equations.calculation import calculation_of
from storyreel.engine.experiment import Experiment
from storyreel.engine.layer import Layer
from storyreel.engine.loss_landscape import LossLandscape
from storyreel.engine.network import Network
from storyreel.engine.optimizers import OPTIMIZERS
from storyreel.engine.serialization import experiment_data, experiment_from


def partly_fixed(optimizer: str = "gradient_descent") -> Experiment:
    """y = 2 (3 x + 1) with only the first weight trained, for x = 1 and the target 6: y is 8."""
    first = Layer("h", 3, bias=1, train_bias=False)
    second = Layer("y", 2, bias=0, train_weights=False, train_bias=False)
    network = Network("x", [first, second], "half_squared_error")
    return Experiment("e", network, 1, 6, optimizer, learning_rate=0.1)


def test_what_is_fixed_has_the_gradient_that_it_would_have() -> None:
    # ∂L/∂y = 2, so ∂L/∂w2 = 2 · 4, ∂L/∂h = 2 · 2 and ∂L/∂b1 is the same.
    trace = partly_fixed().trace
    expected = {"w1": 4, "b1": 4, "w2": 8, "b2": 2}
    assert {name: trace[name].gradient for name in expected} == expected
    assert partly_fixed().network.trained == ("w1",)


def test_a_step_changes_only_what_is_trained() -> None:
    # w1 = 3 − 0.1 · 4; then y = 2 (2.6 + 1) = 7.2 and L = 0.72.
    after = partly_fixed().next
    expected = {"w1": 2.6, "b1": 1, "w2": 2, "b2": 0, "y": 7.2, "loss": 0.72}
    assert {name: after[name].value for name in expected} == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_no_optimizer_moves_what_is_fixed(optimizer: str) -> None:
    """w1 moves as the only weight of y = 2 w1 x + 2 does, whose loss is 2 (w1 − 2)²."""
    last = partly_fixed(optimizer).run(20).networks[20]
    alone = Experiment("alone", Network("x", [Layer("y", 3)], "half_squared_error"), 2, 4, optimizer)
    alone = replace(alone, optimizer=replace(alone.optimizer, learning_rate=0.1))
    assert last.parameters[1:].tolist() == [1, 2, 0]
    assert last.parameters[0] == pytest.approx(alone.run(20).networks[20].parameters[0], rel=1e-12)
    assert abs(last.parameters[0] - 3) > 0.1


def test_on_a_landscape_what_is_fixed_stays() -> None:
    experiment = partly_fixed("momentum")
    path = LossLandscape.of(experiment, ("b1", "w1")).path(experiment.optimizer, 3)
    assert path[:, 0].tolist() == [1, 1, 1, 1]
    np.testing.assert_allclose(path[:, 1], [one.parameters[0] for one in experiment.run(3).networks])


def test_a_layer_may_be_fixed_as_a_whole_and_all_layers() -> None:
    layer = Layer("y", [1, 2], bias=3, train_weights=False, train_bias=False)
    experiment = Experiment("e", Network("x", [layer], "huber"), [1, 1], 0)
    assert experiment.run(3).networks[3].parameters.tolist() == [1, 2, 3]
    assert (experiment.run(3).loss == 5.5).all()


def test_there_is_no_equation_of_an_update_that_does_not_happen() -> None:
    assert calculation_of(partly_fixed(), "next.w1").value == pytest.approx(2.6)
    for name in ("b1", "w2", "b2"):
        with pytest.raises(StoryreelError, match=f"'{name}' is not trained"):
            calculation_of(partly_fixed(), f"next.{name}")


def test_as_data_it_stays_fixed() -> None:
    twin = experiment_from(experiment_data(partly_fixed()))
    assert twin.network.trained == ("w1",)
    assert twin.next["b1"].value == 1
