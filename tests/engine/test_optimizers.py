import numpy as np
import pytest

from storyreel.engine.optimizers import OPTIMIZERS, Adam, GradientDescent, Momentum, Optimizer


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


def test_epsilon_is_above_zero() -> None:
    with pytest.raises(ValueError, match="epsilon must be a number above 0"):
        Adam(epsilon=0.0)
