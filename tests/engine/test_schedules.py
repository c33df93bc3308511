"""Learning-rate schedules, with the rates that their formulas give by hand."""

import math
from dataclasses import replace

import numpy as np
import pytest

from storyreel.engine.equations.calculation import calculation_of
from storyreel.engine.experiment import Experiment
from storyreel.engine.layer import Layer
from storyreel.engine.loss_landscape import LossLandscape
from storyreel.engine.network import Network
from storyreel.engine.optimizers import Adam, GradientDescent, Momentum, Optimizer, RMSprop
from storyreel.engine.schedules import SCHEDULES, CosineDecay, ExponentialDecay, Schedule, StepDecay
from storyreel.engine.serialization import experiment_data, experiment_from

RATES: dict[str, tuple[Schedule, list[float]]] = {
    "step": (StepDecay(2, 0.5), [0.4, 0.4, 0.2, 0.2, 0.1]),
    "exponential": (ExponentialDecay(0.5), [0.4, 0.2, 0.1, 0.05, 0.025]),
    # cos 0, cos 60°, cos 120°, cos 180° and no more: 1, 1/2, −1/2, −1
    "cosine": (CosineDecay(3, 0.2), [0.4, 0.35, 0.25, 0.2, 0.2]),
}


def parabola(optimizer: Optimizer) -> Experiment:
    """The loss w² / 2 of the weight of y = w x from 1, whose gradient is w itself."""
    return Experiment("e", Network("x", [Layer("y", 1)], "half_squared_error"), 1, 0, optimizer)


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_schedule_has_the_rates_of_its_formula(name: str) -> None:
    schedule, rates = RATES[name]
    assert [schedule.rate(0.4, steps) for steps in range(5)] == pytest.approx(rates, rel=1e-12)
    experiment = parabola(GradientDescent(0.4, schedule=schedule))
    assert [experiment.number("learning_rate", step) for step in range(5)] == pytest.approx(rates)
    # A step of gradient descent multiplies the weight by 1 − η.
    weights = np.cumprod([1, *(1 - rate for rate in rates)])
    assert [experiment.number("w1", step) for step in range(6)] == pytest.approx(weights, rel=1e-12)
    path = LossLandscape.of(experiment, ("w1",)).path(experiment.optimizer, 5)
    assert path[:, 0] == pytest.approx(weights, rel=1e-12)


@pytest.mark.parametrize("name", SCHEDULES)
def test_the_equation_of_the_first_update_has_the_first_rate(name: str) -> None:
    calculation = calculation_of(parabola(GradientDescent(0.4, schedule=RATES[name][0])), "next.w1")
    assert (calculation.numbers, calculation.value) == ((1.0, 0.4, 1.0), pytest.approx(0.6))


@pytest.mark.parametrize("optimizer", [Momentum, Adam, RMSprop])
def test_all_optimizers_follow_a_schedule(optimizer: type[Optimizer]) -> None:
    """With a rate that has come down to 1e-9 of the first, nothing moves any more but by momentum."""
    decayed = parabola(optimizer(0.1, schedule=StepDecay(1, 1e-9)))
    steady = parabola(optimizer(0.1))
    assert decayed.number("w1", 1) == steady.number("w1", 1)
    expected = 1.0
    if optimizer is Momentum:  # velocities −0.1, −0.09
        expected = 1 - 0.1 - 0.09
    assert decayed.number("w1", 2) == pytest.approx(expected if expected != 1 else decayed.number("w1", 1))


def test_rmsprop_divides_by_the_root_of_the_mean_square() -> None:
    # g = 1: s = 0.1, w = 1 − 0.1 / √0.1; then s = 0.09 + 0.1 w².
    experiment = parabola(RMSprop(0.1, epsilon=0.0))
    first = 1 - 0.1 / math.sqrt(0.1)
    square = 0.09 + 0.1 * first**2
    assert experiment.number("mean_square.w1", 1) == pytest.approx(0.1)
    assert experiment.number("w1", 1) == pytest.approx(first)
    assert experiment.number("mean_square.w1", 2) == pytest.approx(square)
    assert experiment.number("w1", 2) == pytest.approx(first - 0.1 * first / math.sqrt(square))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: StepDecay(0, 0.5), "step_size must be at least 1, not 0"),
        (lambda: StepDecay(1, 0.0), "gamma must be a number above 0, at most 1, not 0.0"),
        (lambda: ExponentialDecay(1.5), "gamma must be a number above 0, at most 1, not 1.5"),
        (lambda: CosineDecay(0), "steps must be at least 1, not 0"),
        (lambda: CosineDecay(3, -1.0), "final must be a number from 0 on, not -1.0"),
    ],
)
def test_a_schedule_that_makes_no_sense_is_refused(make, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize("name", SCHEDULES)
def test_as_data_a_schedule_stays_the_same(name: str) -> None:
    experiment = replace(parabola(Adam(0.4, schedule=RATES[name][0])), shuffle=False)
    twin = experiment_from(experiment_data(experiment))
    assert twin.optimizer == experiment.optimizer
    assert twin.shuffle is False


def test_without_shuffling_batches_have_the_order_of_the_examples() -> None:
    """w − 2 is multiplied by 1 − η x² of the example: 1, 2, 3, and again from the first."""
    network = Network("x", [Layer("y", 3)], "half_squared_error")
    data = {"data_inputs": [1, 2, 3], "data_targets": [2, 4, 6], "batch_size": 1, "shuffle": False}
    experiment = Experiment("e", network, 2, 4, "sgd", **data, learning_rate=0.05)  # type: ignore[arg-type]
    factors = [0.95, 0.8, 0.55, 0.95]
    weights = 2 + np.cumprod([1, *factors])
    assert [experiment.number("w1", step) for step in range(5)] == pytest.approx(weights, rel=1e-12)
