from collections import Counter
from dataclasses import replace
from itertools import islice, pairwise

import numpy as np
import pytest

from storyreel.engine import training_run
from storyreel.engine.experiment import Experiment
from storyreel.engine.layer import Layer
from storyreel.engine.losses import LOSSES
from storyreel.engine.network import Network
from storyreel.engine.optimizers import Adam, GradientDescent, Momentum, Optimizer, StochasticGradientDescent
from storyreel.engine.training import Batches


@pytest.fixture
def salary() -> Experiment:
    """2-2-1, linear, every weight 1 and every bias 0, over four students; small numbers throughout."""
    layers = (Layer("h", np.ones((2, 2)), np.zeros(2)), Layer("salary", np.ones((1, 2)), 0.0))
    network = Network(("grade", "iq"), layers, LOSSES["mean_squared_error"])
    data = np.array([[3.5, 1.2], [2.0, 1.0], [3.0, 0.9], [1.5, 1.1]])
    return Experiment(
        "salary",
        network,
        data[0],
        np.array([8.0]),
        StochasticGradientDescent(0.005),
        data_inputs=data,
        data_targets=data.sum(axis=1, keepdims=True) * 1.5 + 0.5,
        batch_size=3,
        seed=4,
    )


def test_one_update_moves_the_chain_as_worked_out_by_hand(chain: Experiment) -> None:
    assert chain.next["w2"].value == pytest.approx(5 / 6 - 0.12, rel=1e-15)
    assert chain.next["w1"].value == pytest.approx(3 - 1 / 30, rel=1e-15)
    assert chain.next["y"].value == pytest.approx((5 / 6 - 0.12) * (3 - 1 / 30) * 2, rel=1e-15)


def test_a_layer_without_bias_does_not_learn_one(chain: Experiment) -> None:
    assert "b1" not in chain.next and chain.run(3).networks[3].layers[0].bias is None


def test_a_bias_of_zero_that_is_there_does_learn(salary: Experiment) -> None:
    # Forward: h = 4.7, 4.7; salary = 9.4. Backward: 2 (9.4 − 8) = 2.8; and η = 0.005.
    salary = replace(salary, data_inputs=None, data_targets=None)
    assert salary.trace["b2"].gradient == pytest.approx(2.8)
    assert salary.next["b2"].value == pytest.approx(-0.014)
    assert salary.next["b1[1]"].value == pytest.approx(-0.014)
    assert salary.next["W1[0,1]"].value == pytest.approx(1 - 0.005 * 2.8 * 1.2)


def test_a_run_starts_from_the_network_and_goes_on_from_next(chain: Experiment) -> None:
    run = chain.run(5)
    assert run.loss.shape == (6,) and len(run.networks) == 6
    assert run.loss[0] == 2.0 and run.loss[1] == chain.next.loss
    np.testing.assert_array_equal(run.networks[1].parameters, chain.next.network.parameters)
    np.testing.assert_array_equal(run.numbers("w1")[:2], [3.0, chain.next["w1"].value])
    assert run.trace(5).loss == run.loss[5]
    assert (np.diff(run.loss) < 0).all()


def test_a_longer_run_continues_a_shorter_one(salary: Experiment) -> None:
    short, long = salary.run(4), salary.run(9)
    np.testing.assert_array_equal(short.objective, long.objective[:5])
    assert all(a is b for a, b in zip(short.networks, long.networks, strict=False))


def test_a_run_is_the_same_each_time_and_another_with_another_seed(salary: Experiment) -> None:
    again, other = replace(salary), replace(salary, seed=5)
    np.testing.assert_array_equal(salary.run(20).objective, again.run(20).objective)
    assert (salary.run(20).objective[1:] != other.run(20).objective[1:]).any()


def test_a_run_learns_from_the_data_and_its_cost_is_the_mean_of_all_of_it(salary: Experiment) -> None:
    run, network = salary.run(3000), salary.network
    assert salary.data_inputs is not None and salary.data_targets is not None
    start = network.loss_of(network.forward(salary.data_inputs), salary.data_targets)
    assert run.cost is not None
    assert run.cost[0] == start and run.cost[-1] < start / 1000
    prediction = run.networks[-1].forward(np.array([[2.5, 1.0]])).prediction
    assert prediction[0, 0] == pytest.approx(3.5 * 1.5 + 0.5, abs=0.1)


def test_gradient_descent_over_data_takes_the_step_of_all_examples(salary: Experiment) -> None:
    full = replace(salary, optimizer=GradientDescent(0.005), batch_size=None)
    assert full.data_inputs is not None and full.data_targets is not None
    gradient = full.network.backward(full.network.forward(full.data_inputs), full.data_targets).parameters
    np.testing.assert_allclose(full.run(1).networks[1].parameters, full.network.parameters - 0.005 * gradient)


@pytest.mark.parametrize("optimizer", [Momentum(0.003), Adam(0.05)])
def test_optimizers_with_a_memory_learn_too(salary: Experiment, optimizer: Momentum | Adam) -> None:
    run = replace(salary, optimizer=optimizer).run(500)
    assert run.objective[-1] < run.objective[0] / 100


def test_an_epoch_of_batches_has_every_example_once() -> None:
    epoch = list(islice(Batches(7, 3, seed=1), 3))
    assert [len(rows) for rows in epoch] == [3, 3, 1]
    assert Counter(np.concatenate(epoch).tolist()) == Counter(range(7))


def test_every_epoch_is_shuffled_anew() -> None:
    rows = Batches(20, 8, seed=1)
    epochs = [np.concatenate(list(islice(rows, 3))).tolist() for _ in range(6)]
    assert all(sorted(epoch) == list(range(20)) for epoch in epochs)
    assert len(set(map(tuple, epochs))) == 6
    again = Batches(20, 8, seed=1)
    assert np.concatenate(list(islice(again, 18))).tolist() == [row for epoch in epochs for row in epoch]


def test_a_run_meets_its_examples_in_another_order_in_every_epoch(salary: Experiment) -> None:
    """A step on one example changes the last bias by −η times its gradient, which identifies the example."""
    run, rate = replace(salary, batch_size=1).run(4 * 6), salary.optimizer.learning_rate
    inputs, targets = salary.examples
    met = []
    for before, after in pairwise(run.networks):
        errors = before.forward(inputs).prediction - targets
        moves = -rate * 2 * errors[:, 0]
        moved = after.parameters[-1] - before.parameters[-1]
        met.append(int(np.argmin(abs(moved - moves))))
    epochs = [tuple(met[start : start + 4]) for start in range(0, 24, 4)]
    assert all(sorted(epoch) == [0, 1, 2, 3] for epoch in epochs)
    assert len(set(epochs)) > 3


def test_a_run_that_diverges_ends_in_no_number_and_in_no_warning(chain: Experiment) -> None:
    loss = replace(chain, optimizer=GradientDescent(10.0)).run(50).loss
    assert not np.isfinite(loss[-1])


def test_a_run_has_no_steps_before_the_first(chain: Experiment) -> None:
    with pytest.raises(ValueError, match="a run has 0 steps or more, not -1"):
        chain.run(-1)


@pytest.mark.parametrize("optimizer", [StochasticGradientDescent(0.005), Adam(0.05)])
def test_a_run_that_keeps_few_networks_has_the_same_ones(
    salary: Experiment, optimizer: Optimizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training_run, "MOST_NUMBERS", 10**9)
    every = replace(salary, optimizer=optimizer).run(60)
    wanted = [network.parameters for network in every.networks]
    monkeypatch.setattr(training_run, "MOST_NUMBERS", 100)  # a network has 9 parameters, Adam twice as many
    few = replace(salary, optimizer=optimizer).run(60)
    kept = few.networks._history._kept
    assert len(kept) * salary.network.parameters.size * (3 if isinstance(optimizer, Adam) else 1) <= 100
    np.testing.assert_array_equal(few.objective, every.objective)
    for step in (*range(61), *reversed(range(61)), 17, 3, 44, 44, 17):
        np.testing.assert_array_equal(few.networks[step].parameters, wanted[step])
    np.testing.assert_array_equal(few.experiment.run(70).networks[60].parameters, wanted[60])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"inputs": [1.0, 2.0]}, r"inputs needs rows of 1, and has the shape \(1, 2\)"),
        ({"targets": [[1.0], [2.0]]}, "one example: one row"),
        ({"data_inputs": [[1.0]]}, "needs both inputs and targets"),
        ({"data_inputs": [[1.0]], "data_targets": [[1.0], [2.0]]}, "a row of targets for each row of inputs"),
        ({"batch_size": 2}, "for a batch_size take sgd"),
        ({"batch_size": 0, "optimizer": Adam()}, "at least 1 example"),
    ],
)
def test_an_experiment_that_does_not_fit_is_refused(chain: Experiment, change: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        replace(chain, **change)
