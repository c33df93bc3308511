"""The cost of the best linear fit, against the normal equations and a trained linear network."""

import numpy as np
import pytest

from storyreel.engine.experiment import Experiment
from storyreel.engine.layer import Layer
from storyreel.engine.losses import LOSSES
from storyreel.engine.network import Network

X = np.array([[0.0, 1.0], [1.0, 0.5], [2.0, 2.0], [0.5, -1.0], [-1.0, 0.3]])
T = np.array([[1.0], [2.0], [0.5], [1.5], [-1.0]])


def experiment(loss: str, rate: float = 0.05) -> Experiment:
    layers = (
        Layer("h", np.array([[0.3, -0.2], [0.5, 0.4]]), [0.0, 0.0]),
        Layer("y", np.array([[0.6, 0.7]]), [0.0]),
    )
    network = Network(("a", "b"), layers, LOSSES[loss])
    return Experiment("fit", network, X[0], T[0], "gradient_descent", X, T, learning_rate=rate)


def by_normal_equations() -> float:
    columns = np.column_stack([X, np.ones(len(X))])
    weights = np.linalg.solve(columns.T @ columns, columns.T @ T)
    return float(((columns @ weights - T) ** 2).mean())


@pytest.mark.parametrize(("loss", "factor"), [("mean_squared_error", 1.0), ("half_squared_error", 0.5)])
def test_it_is_the_least_squares_cost(loss: str, factor: float) -> None:
    assert experiment(loss).number("linear_fit.cost") == pytest.approx(factor * by_normal_equations())


def test_a_trained_linear_network_comes_close_and_never_below() -> None:
    costs = experiment("mean_squared_error").run(3000).objective
    assert costs[-1] == pytest.approx(by_normal_equations(), rel=1e-3)
    assert costs.min() >= by_normal_equations() - 1e-12


def test_other_losses_have_none() -> None:
    with pytest.raises(KeyError):
        experiment("huber").number("linear_fit.cost")
