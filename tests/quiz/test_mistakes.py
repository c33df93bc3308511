"""Usual mistakes in a network with biases and activation functions, compared with calculations by hand."""

import math
from random import Random

import numpy as np
import pytest

from storyreel.engine.activations import ACTIVATIONS
from storyreel.engine.experiment import Experiment
from storyreel.engine.layer import Layer
from storyreel.engine.losses import LOSSES
from storyreel.engine.network import Network
from storyreel.engine.optimizers import Adam, GradientDescent
from storyreel.quiz.asked_number import AskedNumber
from storyreel.quiz.mistakes import mistakes_in
from storyreel.quiz.tolerance import tolerance_of
from storyreel.quiz.variants import variant_experiment

X, W, B, V, T = (0.5, -2.0), (0.8, 0.3), 0.9, 1.5, 2.0
Z = W[0] * X[0] + W[1] * X[1] + B
H = math.tanh(Z)
Y = V * H
GY = 2 * (Y - T)
SLOPE = 1 - H**2


@pytest.fixture
def tanh_network() -> Experiment:
    layers = (Layer("h", [W], [B], ACTIVATIONS["tanh"]), Layer("y", V))
    network = Network(("x[0]", "x[1]"), layers, LOSSES["mean_squared_error"])
    return Experiment("net", network, np.array(X), np.array([T]), GradientDescent(0.1))


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("z1", {"added": sum(W) + sum(X) + B, "bias": Z - B}),
        ("h", {"added": math.tanh(sum(W) + sum(X) + B), "bias": math.tanh(Z - B), "activation": Z}),
        ("loss", {"half": (Y - T) ** 2 / 2, "square": abs(Y - T)}),
        ("grad.y", {"two": Y - T, "sign": -GY}),
        ("grad.h", {"two": GY * V / 2, "local": V, "sign": -GY * V, "swapped": GY * H}),
        ("grad.z1", {"two": GY * V * SLOPE / 2, "local": SLOPE, "sign": -GY * V * SLOPE, "slope": GY * V}),
        (
            "grad.W1[0,1]",
            {
                "two": GY * V * SLOPE * X[1] / 2,
                "local": X[1],
                "sign": -GY * V * SLOPE * X[1],
                "slope": GY * V * X[1],
                "swapped": GY * V * SLOPE * W[1],
            },
        ),
        (
            "grad.b1",
            {"two": GY * V * SLOPE / 2, "local": 1.0, "sign": -GY * V * SLOPE, "slope": GY * V},
        ),
        (
            "next.b1",
            {
                "uphill": B + 0.1 * GY * V * SLOPE,
                "rate": B - GY * V * SLOPE,
                "step": 0.1 * GY * V * SLOPE,
            },
        ),
        ("x[0]", {}),
        ("count.h", {}),
        ("learning_rate", {}),
        ("run.loss[3]", {}),
    ],
)
def test_mistakes_are_those_worked_out_by_hand(
    tanh_network: Experiment, name: str, wrong: dict[str, float]
) -> None:
    found = [mistake.value for mistake in mistakes_in(AskedNumber(tanh_network, name), 0.0)]
    assert sorted(found) == pytest.approx(sorted(wrong.values()), rel=1e-12)


def test_mistakes_with_classes(dense: Experiment) -> None:
    asked = AskedNumber(dense, "loss")
    right = float(dense.trace.forward.prediction[0, 2])
    assert asked.value == pytest.approx(-math.log(right), rel=1e-9)
    assert [one.value for one in mistakes_in(asked, 0.0)] == pytest.approx([math.log(right), 1 - right])


def test_a_network_that_learns_by_another_rule_than_gradient_descent_needs_no_rate_to_forget(
    tanh_network: Experiment,
) -> None:
    layers = tanh_network.network
    adam = Experiment("net", layers, tanh_network.inputs, tanh_network.targets, Adam(0.1))
    reasons = " ".join(one.why for one in mistakes_in(AskedNumber(adam, "next.b1"), 0.0))
    assert "uphill" in reasons
    assert "learning rate" not in reasons


def test_each_reason_is_one_clear_sentence(tanh_network: Experiment) -> None:
    reasons = {
        one.why
        for name in ("h", "loss", "grad.W1[0,1]", "next.b1")
        for one in mistakes_in(AskedNumber(tanh_network, name), 0.0)
    }
    assert len(reasons) == 13
    assert all(reason[0].isupper() and reason.endswith(".") and "." not in reason[:-1] for reason in reasons)


def test_a_large_network_keeps_its_weights_and_its_class_and_gets_other_inputs(dense: Experiment) -> None:
    drawn = variant_experiment(dense, "loss", Random("a seed"))
    assert drawn.network is dense.network
    assert (drawn.targets == dense.targets).all()
    assert (drawn.inputs != dense.inputs).all()


def test_a_small_network_gets_other_weights_and_targets_of_the_same_kind(chain: Experiment) -> None:
    for seed in range(50):
        drawn = variant_experiment(chain, "y", Random(seed))
        w1, w2 = (float(layer.weights[0, 0]) for layer in drawn.network.layers)
        assert w1 == int(w1) > 0
        assert round(w2 * 6, 9) == int(round(w2 * 6, 9)) > 0
        assert float(drawn.targets[0, 0]).is_integer()
        assert drawn.optimizer == chain.optimizer


def test_with_data_a_step_is_on_the_cost_and_not_on_the_loss() -> None:
    # y = 3 x on (1, 2), (2, 4), (3, 6.5): gradients x (y − t) of 1, 4 and 7.5, in the mean 12.5 / 3.
    experiment = Experiment(
        "line",
        Network("x", [Layer("y", 3)], LOSSES["half_squared_error"]),
        2,
        4,
        learning_rate=0.1,
        data_inputs=[1, 2, 3],
        data_targets=[2, 4, 6.5],
    )
    asked, gradient = AskedNumber(experiment, "next.w1"), 12.5 / 3
    assert asked.value == pytest.approx(3 - 0.1 * gradient)
    tolerance = tolerance_of(asked, {"w1": "3", "cost.grad.w1": "4.17", "learning_rate": "0.1"})
    assert tolerance == pytest.approx(1.01 * (0.005 + asked.value - 2.58))  # 3 − 0.417, rounded
    values = [mistake.value for mistake in mistakes_in(asked, tolerance)]
    assert values == pytest.approx([3 + 0.1 * gradient, 3 - gradient, 0.1 * gradient])
