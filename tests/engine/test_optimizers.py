import numpy as np
import pytest

from storyreel.core.symbol_parts import EPSILON
from storyreel.engine.equations.calculation import calculation_of
from storyreel.engine.experiment import Experiment
from storyreel.engine.layer import Layer
from storyreel.engine.network import Network
from storyreel.engine.optimizers import (
    OPTIMIZERS,
    STATES,
    Adam,
    GradientDescent,
    Momentum,
    Optimizer,
    RMSprop,
    UndefinedStep,
)


def steps(optimizer: Optimizer, count: int) -> list[float]:
    """A weight that starts at 1 with the loss w²/2, whose gradient is w itself."""
    w = np.array([1.0])
    memory, path = optimizer.start(w), []
    for step in range(1, count + 1):
        w, memory = optimizer.update(w, w, memory, step)
        path.append(float(w[0]))
    return path


def test_gradient_descent_steps_against_the_gradient() -> None:
    assert steps(GradientDescent(0.1), 3) == pytest.approx([0.9, 0.81, 0.729])


def test_momentum_keeps_half_of_its_velocity() -> None:
    # v = −0.1, then 0.5·(−0.1) − 0.1·0.9 = −0.14, then 0.5·(−0.14) − 0.1·0.76 = −0.146
    assert steps(Momentum(0.1, momentum=0.5), 3) == pytest.approx([0.9, 0.76, 0.614])


def test_adam_begins_with_steps_of_the_learning_rate_whatever_the_gradient() -> None:
    for scale in (1e-3, 1.0, 1e3):
        gradient = np.array([scale, -scale])
        optimizer = Adam(0.1)
        w, memory = optimizer.update(np.zeros(2), gradient, optimizer.start(gradient), 1)
        np.testing.assert_allclose(w, [-0.1, 0.1], rtol=1e-4)
        w, _ = optimizer.update(w, gradient, memory, 2)
        np.testing.assert_allclose(w, [-0.2, 0.2], rtol=1e-4)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimizer_of_the_table_comes_down(name: str) -> None:
    assert abs(steps(OPTIMIZERS[name](0.05), 400)[-1]) < 0.05


@pytest.mark.parametrize("rate", [0.0, -1.0, float("nan"), float("inf")])
def test_a_learning_rate_is_a_number_above_zero(rate: float) -> None:
    with pytest.raises(ValueError, match="learning rate must be a number above 0"):
        GradientDescent(rate)


@pytest.mark.parametrize(
    "make", [lambda: Momentum(momentum=1.0), lambda: Adam(beta1=-0.1), lambda: Adam(beta2=1.5)]
)
def test_a_share_is_from_zero_to_below_one(make) -> None:
    with pytest.raises(ValueError, match="must be a number from 0 to below 1"):
        make()


def test_epsilon_is_not_below_zero() -> None:
    with pytest.raises(ValueError, match="epsilon must be a number from 0 on"):
        Adam(epsilon=-1e-9)


def parabola(optimizer: Optimizer, start: float, lowest: float) -> Experiment:
    """The loss (w − lowest)² of the weight of y = w x."""
    network = Network("x", [Layer("y", start)], "mean_squared_error")
    return Experiment("e", network, 1, lowest, optimizer)


def test_the_velocity_of_momentum_has_a_name() -> None:
    # (w − 4)² from 10: v = −0.2 · 12 = −2.4; then 0.9 · (−2.4) − 0.2 · 7.2 = −3.6; −3.24 − 0.2 · 0 = −3.24
    experiment = parabola(Momentum(0.2), 10, 4)
    velocities = [experiment.number("velocity.w1", step) for step in range(4)]
    assert velocities == pytest.approx([0, -2.4, -3.6, -3.24], rel=1e-12, abs=1e-12)
    weights = [experiment.number("w1", step) for step in range(4)]
    np.testing.assert_allclose(np.diff(weights), velocities[1:], rtol=1e-12)


def test_the_moments_of_adam_have_names() -> None:
    # w² from 5: g = 10, m = 0.1 · 10, v = 0.001 · 100; corrected 10 and 100; w = 5 − 0.1. Then g = 9.8.
    experiment = parabola(Adam(0.1, epsilon=0.0), 5, 0)
    first = {
        "first_moment": 1.0,
        "second_moment": 0.1,
        "corrected_first_moment": 10.0,
        "corrected_second_moment": 100.0,
    }
    assert {name: experiment.number(f"{name}.w1", 1) for name in first} == pytest.approx(first, rel=1e-12)
    assert experiment.number("w1", 1) == pytest.approx(4.9, rel=1e-15)
    second = {
        "first_moment": 0.9 + 0.98,
        "second_moment": 0.0999 + 0.09604,
        "corrected_first_moment": 1.88 / 0.19,
        "corrected_second_moment": 0.19594 / 0.001999,
    }
    assert {name: experiment.number(f"{name}.w1", 2) for name in second} == pytest.approx(second, rel=1e-12)
    step = 0.1 * (1.88 / 0.19) / (0.19594 / 0.001999) ** 0.5
    assert experiment.number("w1", 2) == pytest.approx(4.9 - step, rel=1e-14)


def test_numbers_of_an_optimizer_are_its_own_and_begin_at_zero() -> None:
    adam = parabola(Adam(0.1), 5, 0)
    assert adam.number("first_moment.w1") == adam.number("second_moment.w1") == 0
    for name in ("velocity.w1", "first_moment.y", "first_moment", "corrected_first_moment.w1"):
        with pytest.raises(KeyError):
            adam.number(name)
    assert {"velocity", "first_moment", "corrected_second_moment"} <= set(STATES)


def test_without_an_epsilon_there_is_no_step_where_the_second_moment_is_zero() -> None:
    with pytest.raises(UndefinedStep, match="second moment above 0, and that of w1 is 0"):
        parabola(Adam(0.1, epsilon=0.0), 3, 3).number("w1", 1)
    assert parabola(Adam(0.1), 3, 3).number("w1", 1) == 3


def test_the_equation_of_an_update_is_that_of_the_optimizer() -> None:
    # Adam on w² from 5: m̂ = 10 and v̂ = 100 after the step. RMSprop: s = 0.1 · 100.
    adam = calculation_of(parabola(Adam(0.1), 5, 0), "next.w1")
    moments = ("next.corrected_first_moment.w1", "next.corrected_second_moment.w1")
    assert adam.operands == ("w1", "learning_rate", *moments, EPSILON)
    assert adam.numbers == pytest.approx((5, 0.1, 10, 100, 1e-8))
    rms = calculation_of(parabola(RMSprop(0.1, epsilon=0.0), 5, 0), "next.w1")
    assert rms.operands == ("w1", "learning_rate", "grad.w1", "next.mean_square.w1")
    assert rms.numbers == pytest.approx((5, 0.1, 10, 10))
    assert rms.value == pytest.approx(5 - 0.1 * 10**0.5)
