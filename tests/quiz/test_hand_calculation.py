"""A calculation by hand: the passes of the network with numbers that are given or rounded."""

import pytest

from storyreel.engine.experiment import Experiment
from storyreel.engine.layer import Layer
from storyreel.engine.network import Network
from storyreel.quiz.asked_number import AskedNumber
from storyreel.quiz.hand_calculation import HandCalculation


def by_hand(experiment: Experiment, name: str, *, is_rounding: bool = False, **known: float) -> float:
    return HandCalculation(AskedNumber(experiment, name), known, is_rounding=is_rounding).number


def test_without_rounding_the_numbers_are_the_engines(dense: Experiment) -> None:
    for name in ("z1[3]", "h[3]", "a2[2]", "loss", "grad.a2[2]", "grad.h[3]", "grad.W1[3,1]", "grad.b2[2]"):
        assert by_hand(dense, name) == pytest.approx(dense.number(name), rel=1e-9), name
    assert by_hand(dense, "next.W1[3,1]") == pytest.approx(dense.number("W1[3,1]", 1), rel=1e-9)
    assert by_hand(dense, "next.loss") == pytest.approx(dense.number("loss", 1), rel=1e-9)


def test_each_result_is_rounded_before_it_is_used(chain: Experiment) -> None:
    """y = 0.83 · 6 = 4.98, L = ½ 1.98² = 1.9602, ∂L/∂y = 1.98, ∂L/∂h = 1.98 · 0.83 = 1.6434."""
    given = {"w2": 0.83}
    found = {
        name: by_hand(chain, name, is_rounding=True, **given) for name in ("y", "loss", "grad.h", "grad.w1")
    }
    assert found == pytest.approx({"y": 4.98, "loss": 1.96, "grad.h": 1.64, "grad.w1": 3.28})


def test_a_gradient_is_calculated_from_the_outputs_that_are_given() -> None:
    """With softmax and cross-entropy ∂L/∂z is y − t: −0.4 for an output of 0.6, not the exact one."""
    layer = Layer("y", [[1.0], [0.5]], activation="softmax")
    network = Network("x", [layer], "categorical_cross_entropy")
    experiment = Experiment("classes", network, inputs=1.0, targets=[1.0, 0.0])
    known = {"y[0]": 0.6, "y[1]": 0.4}
    found = HandCalculation(AskedNumber(experiment, "grad.z1[0]"), known, is_rounding=False).number
    assert found == pytest.approx(-0.4) != pytest.approx(experiment.number("grad.z1[0]"))
