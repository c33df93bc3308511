"""Loss and cost: the loss is of one example, the cost the mean over the data, and a step lowers the cost."""

from dataclasses import replace

import numpy as np
import pytest

from storyreel.engine.experiment import Experiment
from storyreel.engine.layer import Layer
from storyreel.engine.network import Network
from storyreel.engine.optimizers import StochasticGradientDescent


@pytest.fixture
def line() -> Experiment:
    """y = w x on (1, 2), (2, 4), (3, 6), with w = 3, the second in focus.

    The losses are ½ x²: 1/2, 2 and 9/2; their gradients x² (w − 2): 1, 4 and 9.
    """
    network = Network("x", [Layer("y", 3)], "half_squared_error")
    return Experiment("line", network, 2, 4, learning_rate=0.1, data_inputs=[1, 2, 3], data_targets=[2, 4, 6])


@pytest.mark.parametrize(
    ("name", "step", "value"),
    [
        ("loss", 0, 2.0),
        ("grad.w1", 0, 4.0),
        ("cost", 0, 7 / 3),
        ("cost.grad.w1", 0, 14 / 3),
        ("data[0].loss", 0, 0.5),
        ("data[2].y", 0, 9.0),
        ("data[2].target", 0, 6.0),
        ("data[2].grad.w1", 0, 9.0),
        # w = 3 − 0.1 · 14/3: its error from 2 is (1 − 1.4/3) times as large, and losses the square of that.
        ("w1", 1, 3 - 1.4 / 3),
        ("loss", 1, 2 * (1 - 1.4 / 3) ** 2),
        ("cost", 1, 7 / 3 * (1 - 1.4 / 3) ** 2),
        ("cost.grad.w1", 1, 14 / 3 * (1 - 1.4 / 3)),
        ("data[2].loss", 1, 4.5 * (1 - 1.4 / 3) ** 2),
        ("cost", 4, 7 / 3 * (1 - 1.4 / 3) ** 8),
        ("loss", 4, 2 * (1 - 1.4 / 3) ** 8),
        ("data[0].y", 4, 2 + (1 - 1.4 / 3) ** 4),
    ],
)
def test_a_number_is_of_the_example_in_focus_of_another_or_of_all(
    line: Experiment, name: str, step: int, value: float
) -> None:
    assert line.number(name, step) == pytest.approx(value, rel=1e-12)


def test_a_step_is_one_of_the_run(line: Experiment) -> None:
    assert line.next["w1"].value == line.run(1).numbers("w1")[1] == pytest.approx(3 - 1.4 / 3)
    np.testing.assert_allclose(line.run(2).loss, [line.number("loss", step) for step in range(3)], rtol=1e-14)
    assert line.run(2).cost is line.run(2).objective or (line.run(2).cost == line.run(2).objective).all()


def test_another_example_in_focus_has_its_own_loss_and_the_same_cost(line: Experiment) -> None:
    third = line.focused(2)
    assert (third.number("loss"), third.number("y"), third.number("grad.w1")) == (4.5, 9.0, 9.0)
    for name in ("cost", "cost.grad.w1", "data[0].y", "w1"):
        for step in (0, 1, 3):
            assert third.number(name, step) == line.number(name, step)
    with pytest.raises(IndexError, match=r"no example data\[3\]"):
        line.focused(3)


@pytest.mark.parametrize("batch_size", [1, 2])
def test_a_step_on_a_batch_is_on_that_batch(line: Experiment, batch_size: int) -> None:
    batched = replace(line, optimizer=StochasticGradientDescent(0.1), batch_size=batch_size)
    assert batched.uses_mini_batches and not line.uses_mini_batches
    steps = (3 - batched.next["w1"].value) / 0.1
    means = {1: {1.0, 4.0, 9.0}, 2: {2.5, 5.0, 6.5}}[batch_size]
    assert any(steps == pytest.approx(mean) for mean in means)
    assert batched.number("cost.grad.w1") == pytest.approx(14 / 3)  # the cost is still over all data


@pytest.mark.parametrize("name", ["cost", "cost.grad.w1", "data[0].y"])
def test_without_data_there_is_a_loss_and_no_cost(chain: Experiment, name: str) -> None:
    assert chain.cost is None and chain.run(2).cost is None
    assert chain.objective == "loss"
    np.testing.assert_array_equal(chain.run(2).loss, chain.run(2).objective)
    with pytest.raises(KeyError):
        chain.number(name)


@pytest.mark.parametrize(
    "name",
    ["cost.grad.y", "cost.grad.x", "cost.grad", "cost.", "cost.y", "data[3].y", "data[0]", "data[0].cost"],
)
def test_no_other_name_is_a_number_of_the_cost_or_the_data(line: Experiment, name: str) -> None:
    with pytest.raises(KeyError):
        line.number(name)


def test_the_costs_gradient_is_the_slope_of_the_cost(clusters: Experiment) -> None:
    for name in ("W1[2,1]", "b1[0]", "W2[3,4]", "b2[4]"):
        above, below = (
            replace(clusters, network=clusters.network.nudged(name, step)).number("cost")
            for step in (1e-6, -1e-6)
        )
        assert clusters.number(f"cost.grad.{name}") == pytest.approx((above - below) / 2e-6, rel=1e-6)


def test_the_gradients_of_the_examples_are_their_own(line: Experiment) -> None:
    assert line.cost is not None
    np.testing.assert_allclose(line.cost.gradients_of_examples(["w1"]), [[1.0, 4.0, 9.0]])
    with pytest.raises(KeyError):
        line.cost.gradients_of_examples(["y"])


def test_in_mini_batches_only_the_batches_differ(line: Experiment) -> None:
    """One example of each of three: w − 2 shrinks by 1 − 0.1 x², whatever their order; all: by 1 − 1.4/3."""
    one, whole = line.in_batches(1), line.in_batches(None)
    assert one.number("w1", 3) - 2 == pytest.approx(0.9 * 0.6 * 0.1)
    assert whole.number("w1", 1) == line.number("w1", 1) == pytest.approx(3 - 1.4 / 3)
    assert (one.batch_size, whole.batch_size, one.seed) == (1, None, line.seed)
