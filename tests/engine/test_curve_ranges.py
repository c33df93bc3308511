"""The ranges in which a curve over one weight is drawn show the start and the valleys near it."""

import math

import numpy as np
import pytest

from storyreel.engine.activations import ACTIVATIONS
from storyreel.engine.curve_ranges import curve_ranges
from storyreel.engine.layer import Layer
from storyreel.engine.loss_landscape import LossLandscape
from storyreel.engine.losses import LOSSES
from storyreel.engine.network import Network

EXAMPLES = ((-2.0, 1.6), (0.8, 2.4))


def gelu(z: float) -> float:
    return z * (1 + math.erf(z / math.sqrt(2))) / 2


def cost(weight: float) -> float:
    return sum((gelu(weight * x) - target) ** 2 / 2 for x, target in EXAMPLES) / len(EXAMPLES)


def landscape(start: float) -> LossLandscape:
    """A cost with a valley on each side of a hill at 0."""
    network = Network(
        ("x",), (Layer("y", start, activation=ACTIVATIONS["gelu"]),), LOSSES["half_squared_error"]
    )
    inputs, targets = np.array(EXAMPLES)[:, :1], np.array(EXAMPLES)[:, 1:]
    return LossLandscape(network, inputs, targets, "cost", (network.parameter_names[0],))


def floor_of(low: float, high: float) -> float:
    return min(np.linspace(low, high, 2001).tolist(), key=cost)


@pytest.mark.parametrize("start", [-2.2, -2.0])
def test_a_deeper_valley_beyond_a_hill_is_shown_with_both_its_sides(start: float) -> None:
    (left, right), (bottom, top) = curve_ranges(landscape(start))
    first, second = floor_of(-3.0, 0.0), floor_of(0.0, 6.0)
    assert cost(second) < cost(first) < cost(0.0)
    assert left < start < first < second < right
    assert cost(right) - cost(second) > (cost(0.0) - cost(second)) / 3
    assert bottom < cost(second)
    assert cost(0.0) - cost(first) > 0.08 * (top - bottom)
    assert cost(start) < top


def test_a_valley_that_is_less_deep_is_not_looked_for() -> None:
    (left, _), _ = curve_ranges(landscape(2.5))
    assert left > 0
