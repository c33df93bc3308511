"""Gates of neurons: the dot is where the engine's z and a are on the drawn curve."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from helpers.lessons import chain, dense, sigmoid_chain

from storyreel.core.errors import StoryreelError
from storyreel.engine.experiment import Experiment
from storyreel.graphics.layout import Frame
from storyreel.graphics.networks.gates.gate import Gate, gate_of
from storyreel.graphics.networks.network_diagram import NetworkDiagram

BY_HAND: dict[str, Callable[[float], float]] = {
    "identity": lambda z: z,
    "sigmoid": lambda z: 1 / (1 + math.exp(-z)),
    "tanh": lambda z: (math.exp(2 * z) - 1) / (math.exp(2 * z) + 1),
    "relu": lambda z: z if z > 0 else 0.0,
}


def value_of_dot(gate: Gate, function: Callable[[float], float]) -> tuple[float, float]:
    """The z and the a of the dot, read off the curve's ends, which are at −reach and reach."""
    first, last = gate.curve.points[0], gate.curve.points[-1]
    x, y, _ = (gate.dot.get_center() - first) / (last - first + [0, 0, 1])
    low, high = function(-gate.reach), function(gate.reach)
    return gate.reach * (2 * x - 1), low + y * (high - low)


@pytest.mark.parametrize("name", BY_HAND)
def test_the_dot_is_at_z_and_a(name: str) -> None:
    gate = Gate(name, 1.5, 0.6)
    for z in (-2.0, 0.0, 0.4, 1.5):
        for shape in (gate, gate.copy().scale(3).shift([2, -1, 0])):
            there = value_of_dot(shape.put_dot(z), BY_HAND[name])
            assert there == pytest.approx((z, BY_HAND[name](z)), abs=1e-9)


@pytest.mark.parametrize("name", BY_HAND)
def test_the_dot_is_on_the_line_that_is_drawn(name: str) -> None:
    gate = Gate(name, 6.0, 0.6)
    first, second, third, last = (gate.curve.points[k::4, None] for k in range(4))
    t = np.linspace(0, 1, 41)[:, None]
    line = (1 - t) ** 3 * first + 3 * (1 - t) ** 2 * t * second + 3 * (1 - t) * t**2 * third + t**3 * last
    for z in np.linspace(-gate.reach, gate.reach, 23):
        gate.put_dot(float(z))
        assert np.linalg.norm(line - gate.dot.get_center(), axis=2).min() < 0.01


def test_identity_is_a_straight_diagonal_and_relu_has_a_kink() -> None:
    straight, bent = (Gate(name, 1.0, 1.0).curve.points[:, :2] for name in ("identity", "relu"))
    turns = [
        np.diff(np.unwrap(np.arctan2(*np.diff(points[::4], axis=0).T[::-1]))) for points in (straight, bent)
    ]
    assert abs(turns[0]).max() < 1e-9
    assert np.count_nonzero(abs(turns[1]) > 0.1) == 1


@pytest.mark.parametrize("make", [chain, sigmoid_chain, dense])
def test_a_gate_stands_where_connections_end_and_has_its_neurons_function(
    make: Callable[[], Experiment],
) -> None:
    trace = make().trace
    diagram = NetworkDiagram(trace, Frame().stage, has_values=True)
    for layer, column in enumerate(diagram.columns[1:], start=1):
        for k, name in enumerate(column):
            gate, activation = gate_of(diagram, name), trace.network.layers[layer - 1].activation
            if activation.name == "softmax":  # which depends on all neurons of its layer
                assert gate is None
                continue
            assert gate is not None
            z = float(trace.forward.pre_activations[layer - 1][0, k])
            assert gate.function(z) == pytest.approx(trace.number(name))
            node = diagram.nodes[name]
            assert abs(gate.get_center() - node.circle.get_left())[:2].max() < 0.36 * gate.width
    assert gate_of(diagram, diagram.columns[0][0]) is None


def test_what_depends_on_several_numbers_has_no_gate() -> None:
    with pytest.raises(StoryreelError, match="softmax has no curve"):
        Gate("softmax", 0.0, 1.0)


@pytest.mark.parametrize("activation", BY_HAND)
@pytest.mark.parametrize("z", [-1.7e308, 1e200, 1.7e308])
def test_a_gate_for_the_largest_numbers_of_a_computer_is_drawn(activation: str, z: float) -> None:
    gate = Gate(activation, z, 1.0).put_dot(z).show_slope(z)
    assert all(np.isfinite(part.points).all() for part in gate.family_members_with_points())
    assert gate.width == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("activation", "z", "slope"), [("sigmoid", 0.9925, 0.1975), ("tanh", 0.5777, 0.7285)]
)
def test_a_true_gate_draws_its_tangent_as_steep_as_the_slope(activation: str, z: float, slope: float) -> None:
    start, end = Gate(activation, z, 1.0, is_true=True).tangent(z).get_start_and_end()
    across, up, _ = end - start
    assert up / across == pytest.approx(slope, abs=1e-3)
