"""L2 regularization, weight decay, and a cost that is a sum: by hand, by differences, by their equality."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from storyreel.engine.equations.calculation import calculation_of
from storyreel.engine.equations.formula import parsed
from storyreel.engine.experiment import Experiment
from storyreel.engine.layer import Layer
from storyreel.engine.loss_landscape import LossLandscape
from storyreel.engine.network import Network
from storyreel.engine.optimizers import OPTIMIZERS, Adam, GradientDescent, Momentum, Optimizer, RMSprop
from storyreel.engine.serialization import experiment_data, experiment_from


def line(
    l2: float = 0.0, reduction: str = "mean", optimizer: Optimizer | None = None, has_data: bool = True
) -> Experiment:
    """y = w x + b on (1, 2), (2, 4), (3, 6), with w = 3 and b = 1, the second in focus: errors 2, 3 and 4.

    The losses are 2, 9/2 and 8; their derivatives by w 2, 6 and 12, by b 2, 3 and 4.
    """
    network = Network("x", [Layer("y", 3, bias=1)], "half_squared_error", l2=l2, reduction=reduction)  # type: ignore[arg-type]
    data = {"data_inputs": [1, 2, 3], "data_targets": [2, 4, 6]} if has_data else {}
    return Experiment("line", network, 2, 4, optimizer or GradientDescent(0.1), **data)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("experiment", "numbers"),
    [
        # Mean: 29/6 and ½ · 0.2 · 9; by w 20/3 + 0.2 · 3; the bias has no penalty.
        (line(0.2), {"cost": 29 / 6 + 0.9, "cost.grad.w1": 20 / 3 + 0.6, "cost.grad.b1": 3, "loss": 4.5}),
        (line(0, "sum"), {"cost": 14.5, "cost.grad.w1": 20, "cost.grad.b1": 9, "loss": 4.5, "grad.w1": 6}),
        (line(0.2, "sum"), {"cost": 15.4, "cost.grad.w1": 20.6, "cost.grad.b1": 9, "grad.w1": 6}),
        (line(0.2, has_data=False), {"cost": 5.4, "cost.grad.w1": 6.6, "cost.grad.b1": 3, "loss": 4.5}),
    ],
)
def test_the_cost_has_the_penalty_and_the_loss_has_not(
    experiment: Experiment, numbers: dict[str, float]
) -> None:
    assert {name: experiment.number(name) for name in numbers} == pytest.approx(numbers, rel=1e-14)
    assert experiment.objective == "cost"
    after = experiment.number("w1") - 0.1 * numbers["cost.grad.w1"]
    assert experiment.number("w1", 1) == pytest.approx(after, rel=1e-14)
    assert experiment.run(3).objective[0] == numbers["cost"] == experiment.number("cost")
    assert experiment.run(3).objective[3] == experiment.number("cost", 3)


def dense(l2: float, reduction: str) -> Experiment:
    """A network with two layers, six examples and a fixed bias."""
    random = np.random.default_rng(4)
    layers = [
        Layer("h", random.normal(size=(3, 2)), random.normal(size=3), "tanh"),
        Layer("y", random.normal(size=(2, 3)), random.normal(size=2), "sigmoid", train_bias=False),
    ]
    network = Network("x", layers, "binary_cross_entropy", l2=l2, reduction=reduction)  # type: ignore[arg-type]
    inputs, targets = random.normal(size=(6, 2)), random.uniform(size=(6, 2))
    return Experiment("dense", network, inputs[0], targets[0], "gradient_descent", inputs, targets)


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("l2", [0.0, 0.3])
def test_the_costs_gradient_is_its_slope(l2: float, reduction: str) -> None:
    experiment = dense(l2, reduction)
    for name in experiment.network.names.parameters:
        above, below = (
            replace(experiment, network=experiment.network.nudged(name, step)).number("cost")
            for step in (1e-5, -1e-5)
        )
        assert experiment.number(f"cost.grad.{name}") == pytest.approx((above - below) / 2e-5, rel=1e-7)


@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_a_landscape_is_that_of_the_cost(reduction: str) -> None:
    experiment = dense(0.3, reduction)
    landscape = LossLandscape.of(experiment, ("W1[0,1]", "b2[1]"))
    places = np.array([landscape.start, [0.5, -1.0], [2.0, 3.0]])
    costs = [replace(experiment, network=landscape.network_at(place)).number("cost") for place in places]
    assert landscape.losses(places) == pytest.approx(costs, rel=1e-12)
    assert [landscape.loss(place) for place in places] == pytest.approx(costs, rel=1e-15)
    assert landscape.gradient(landscape.start)[0] == experiment.number("cost.grad.W1[0,1]")


def test_with_gradient_descent_weight_decay_takes_the_steps_of_l2() -> None:
    decaying = line(optimizer=GradientDescent(0.05, weight_decay=0.4))
    for step in range(6):
        assert decaying.number("w1", step) == pytest.approx(
            line(0.4, optimizer=GradientDescent(0.05)).number("w1", step)
        )
    assert decaying.number("cost") == pytest.approx(29 / 6)


def test_with_momentum_and_adam_weight_decay_is_beside_the_rule() -> None:
    # v = −0.1 · 20/3, and λ η w = 0.4 · 0.1 · 3 is no part of it.
    heavy = line(optimizer=Momentum(0.1, weight_decay=0.4))
    assert heavy.number("velocity.w1", 1) == pytest.approx(-2 / 3)
    assert heavy.number("w1", 1) == pytest.approx(3 - 2 / 3 - 0.12)
    assert line(0.4, optimizer=Momentum(0.1)).number("velocity.w1", 1) == pytest.approx(-0.1 * (20 / 3 + 1.2))
    # Adam's first step is the learning rate, whatever the gradient.
    adam = line(optimizer=Adam(0.1, epsilon=0.0, weight_decay=0.4))
    assert adam.number("w1", 1) == pytest.approx(3 - 0.1 - 0.12)
    assert line(0.4, optimizer=Adam(0.1, epsilon=0.0)).number("w1", 1) == pytest.approx(3 - 0.1)
    assert adam.number("b1", 1) == pytest.approx(1 - 0.1)  # biases do not decay


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_weight_decay_is_the_same_on_a_landscape(name: str) -> None:
    optimizer = OPTIMIZERS[name](0.02, weight_decay=0.5)
    experiment = line(optimizer=optimizer)
    path = LossLandscape.of(experiment, ("w1", "b1")).path(optimizer, 4)
    np.testing.assert_allclose(path, [one.parameters for one in experiment.run(4).networks], rtol=1e-12)


def test_what_is_fixed_does_not_decay() -> None:
    layers = [replace(layer, train_weights=False) for layer in line().network.layers]
    experiment = line(optimizer=GradientDescent(0.1, weight_decay=0.5))
    fixed = replace(experiment, network=replace(experiment.network, layers=tuple(layers)))
    assert fixed.number("w1", 3) == 3


@pytest.mark.parametrize(
    ("experiment", "name", "formula"),
    [
        (line(0.2), "cost", "1/3 ({0} + {1} + {2}) + 1/2 times {3} times {4}^2"),
        (line(0.2), "cost.grad.w1", "1/3 ({0} + {1} + {2}) + {3} times {4}"),
        (line(0.2), "cost.grad.b1", "1/3 ({0} + {1} + {2})"),
        (line(0.2, has_data=False), "cost", "{0} + 1/2 times {1} times {2}^2"),
        (line(0.2, has_data=False), "cost.grad.b1", "{0}"),
        (line(0.2, "sum"), "cost", "({0} + {1} + {2}) + 1/2 times {3} times {4}^2"),
        (line(0, "sum"), "cost.grad.w1", "{0} + {1} + {2}"),
        (line(0.2), "next.w1", "{0} - {1} times {2}"),
        (line(0, "sum"), "next.b1", "{0} - {1} times {2}"),
        (
            line(optimizer=GradientDescent(0.1, weight_decay=0.4)),
            "next.w1",
            "{0} - {1} times ({2} + {3} times {0})",
        ),
        (line(optimizer=GradientDescent(0.1, weight_decay=0.4)), "next.b1", "{0} - {1} times {2}"),
        (line(optimizer=Momentum(0.1, weight_decay=0.4)), "next.w1", "{0} - {1} times ({2} + {3} times {0})"),
        (line(optimizer=RMSprop(0.1)), "next.b1", "{0} - {1} times {2} / (sqrt({3}) + {4})"),
        (line(optimizer=Adam(0.1)), "next.w1", "{0} - {1} times {2} / (sqrt({3}) + {4})"),
        (line(optimizer=Adam(0.1, epsilon=0.0)), "next.w1", "{0} - {1} times {2} / (sqrt({3}))"),
        (
            line(optimizer=Adam(0.1, weight_decay=0.4)),
            "next.w1",
            "{0} - {1} times {2} / (sqrt({3}) + {4}) - {1} times {5} times {0}",
        ),
    ],
)
def test_equations_are_true_with_them(experiment: Experiment, name: str, formula: str) -> None:
    calculation = calculation_of(experiment, name)
    assert calculation.formula == formula
    value = parsed(formula).value([Decimal(number) for number in calculation.numbers])
    assert float(value) == pytest.approx(calculation.value, rel=1e-12)
    assert calculation.value == experiment.number(name.removeprefix("next."), int(name.startswith("next.")))


def test_the_penalty_of_several_weights_is_written_out() -> None:
    network = Network("x", [Layer("h", 2), Layer("y", -1)], "half_squared_error", l2=0.5)
    calculation = calculation_of(Experiment("e", network, 1, 0), "cost")
    assert calculation.formula == "{0} + 1/2 times {1} times ({2}^2 + {3}^2)"
    assert calculation.value == 2 + 0.25 * (4 + 1)


@pytest.mark.parametrize("make", [lambda: line(-0.1), lambda: GradientDescent(0.1, weight_decay=-1)])
def test_strengths_are_not_below_zero(make) -> None:
    with pytest.raises(ValueError, match="must be a number from 0 on"):
        make()


def test_as_data_they_stay() -> None:
    experiment = line(0.2, "sum", GradientDescent(0.1, weight_decay=0.4))
    twin = experiment_from(experiment_data(experiment))
    assert (twin.network.l2, twin.network.reduction) == (0.2, "sum")
    assert twin.number("w1", 3) == experiment.number("w1", 3)
    assert (twin.number("l2"), twin.number("weight_decay")) == (0.2, 0.4)
