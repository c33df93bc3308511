from decimal import Decimal

import numpy as np
import pytest

from storyreel.engine.activations import ACTIVATIONS
from storyreel.engine.equations.calculation import trace_calculation
from storyreel.engine.equations.formula import parsed
from storyreel.engine.experiment import Experiment
from storyreel.engine.layer import Layer
from storyreel.engine.losses import LOSSES
from storyreel.engine.network import Network

# The loss of predictions (4, 1/2) for targets (1, 1/4), or (1/2, 1/4) for (1, 0), worked out by hand.
KNOWN = {
    "half_squared_error": ([4, 0.5], [1, 0.25], (9 + 1 / 16) / 2),
    "mean_squared_error": ([4, 0.5], [1, 0.25], (9 + 1 / 16) / 2),
    "mean_absolute_error": ([4, 0.5], [1, 0.25], 3.25 / 2),
    "huber": ([4, 0.5], [1, 0.25], (2.5 + 1 / 32) / 2),
    "binary_cross_entropy": ([0.5, 0.25], [1, 0], np.log(8 / 3) / 2),
    "categorical_cross_entropy": ([0.5, 0.25], [0.75, 0.25], (0.75 + 0.5) * np.log(2)),
    "hinge": ([-2.85, 0.86, 0.28], [0, 0, 1], 1.58),  # CS231n
}


@pytest.mark.parametrize(("name", "y", "t", "loss"), [(name, *row) for name, row in KNOWN.items()])
def test_a_loss_has_the_value_of_its_definition(
    name: str, y: list[float], t: list[float], loss: float
) -> None:
    assert LOSSES[name].value(np.array([y]), np.array([t]))[0] == pytest.approx(loss, rel=1e-14)


def test_every_loss_of_the_table_has_a_known_value() -> None:
    assert set(LOSSES) == set(KNOWN)


def test_half_and_mean_squared_error_differ_where_outputs_are_not_two() -> None:
    y, t = np.array([[1.0, 2.0, 3.0]]), np.zeros((1, 3))
    assert LOSSES["half_squared_error"].value(y, t)[0] == 7.0
    assert LOSSES["mean_squared_error"].value(y, t)[0] == pytest.approx(14 / 3)


def one_layer(activation: str, loss: str, size: int) -> Network:
    layer = Layer(None, np.eye(size), None, ACTIVATIONS[activation])
    return Network(tuple(f"x[{k}]" for k in range(size)), (layer,), LOSSES[loss])


@pytest.mark.parametrize("right", [0, 1])
def test_softmax_with_cross_entropy_is_exact_for_logits_of_a_thousand(right: int) -> None:
    network = one_layer("softmax", "categorical_cross_entropy", 2)
    targets = np.eye(2)[[right]]
    forward = network.forward(np.array([[1000.0, -1000.0]]))
    gradients = network.backward(forward, targets)
    assert network.loss_of(forward, targets) == 2000.0 * right
    np.testing.assert_array_equal(gradients.pre_activations[0], [[1.0 * right, -1.0 * right]])
    assert np.isfinite(gradients.activations[-1]).all()


@pytest.mark.parametrize(("target", "loss", "gradient"), [(0.0, 1000.0, 1.0), (1.0, 0.0, 0.0)])
def test_sigmoid_with_cross_entropy_is_exact_for_logits_of_a_thousand(
    target: float, loss: float, gradient: float
) -> None:
    network = one_layer("sigmoid", "binary_cross_entropy", 1)
    targets = np.array([[target]])
    forward = network.forward(np.array([[1000.0]]))
    assert network.loss_of(forward, targets) == loss
    assert network.backward(forward, targets).pre_activations[0] == gradient


@pytest.mark.parametrize("loss", ["binary_cross_entropy", "categorical_cross_entropy"])
def test_a_certain_and_right_prediction_costs_nothing(loss: str) -> None:
    y = np.array([[0.0, 1.0]])
    assert LOSSES[loss].value(y, y)[0] == 0.0
    assert np.isfinite(LOSSES[loss].gradient(y, y)).all()


@pytest.mark.parametrize(("loss", "y"), [("binary_cross_entropy", 1.5), ("categorical_cross_entropy", -0.5)])
def test_a_prediction_outside_of_the_logarithm_has_no_loss(loss: str, y: float) -> None:
    network = one_layer("identity", loss, 1)
    targets = np.array([[0.5]])
    assert np.isnan(network.loss_of(network.forward(np.array([[y]])), targets))


@pytest.mark.parametrize(
    ("y", "t", "loss", "gradient"),
    [
        # CS231n, Optimization 1 and Linear classification: scores 13, −7, 11 with a margin of 1
        ([13, -7, 11], [1, 0, 0], 0, [0, 0, 0]),
        ([3.2, 5.1, -1.7], [1, 0, 0], 2.9, [-1, 1, 0]),
        ([1.3, 4.9, 2.0], [0, 1, 0], 0, [0, 0, 0]),
        ([2.2, 2.5, -3.1], [0, 0, 1], 12.9, [1, 1, -2]),
        # One output: max(0, 1 − t y)
        ([0.25], [1], 0.75, [-1]),
        ([0.25], [-1], 1.25, [1]),
        ([-2], [-1], 0, [0]),
    ],
)
def test_hinge_counts_what_is_not_below_the_right_class_by_one(
    y: list[float], t: list[float], loss: float, gradient: list[float]
) -> None:
    values, targets = np.array([y], dtype=float), np.array([t], dtype=float)
    assert LOSSES["hinge"].value(values, targets)[0] == pytest.approx(loss)
    assert LOSSES["hinge"].gradient(values, targets)[0].tolist() == gradient


@pytest.mark.parametrize("t", [[0.5], [0], [0, 0], [1, 1], [0.5, 0.5], [1, -1]])
def test_hinge_needs_a_class(t: list[float]) -> None:
    size = len(t)
    network = one_layer("identity", "hinge", size)
    with pytest.raises(ValueError, match="the loss hinge needs"):
        Experiment("e", network, [1.0] * size, t)


def test_what_a_hinge_loss_is_and_its_gradient_follow_from_their_formulas() -> None:
    network = one_layer("identity", "hinge", 3)
    trace = Experiment("e", network, [2.2, 2.5, 1.9], [0, 0, 1]).trace
    for name in ("loss", "grad.a1[0]", "grad.a1[1]", "grad.a1[2]"):
        calculation = trace_calculation(trace, name)
        numbers = [Decimal(number) for number in calculation.numbers]
        assert float(parsed(calculation.formula).value(numbers)) == pytest.approx(calculation.value)
    assert trace.number("grad.a1[2]") == -2
    assert trace["loss"].operation.formula == "max(0, {0} - {1} + 1) + max(0, {2} - {1} + 1)"
