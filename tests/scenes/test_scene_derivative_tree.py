"""The scene `derivative_tree`: derivatives on branches, and gradients, against central differences."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from helpers.stage import Cue, faults_at_every_frame, stage_after

from storyreel.core.errors import StoryreelError
from storyreel.engine.derivatives.derivative_tree import branch_of, derivative_tree
from storyreel.engine.experiment import Experiment
from storyreel.engine.layer import Layer
from storyreel.engine.losses import LOSSES
from storyreel.engine.network import Network
from storyreel.graphics.maths.trees.tree_picture import rows_of

GROWN: list[Cue] = [("draw_tree", {}), ("grow", {"of": "loss"}), ("grow", {"of": "y"})]
GROWN += [("grow", {"of": "h[0]"}), ("grow", {"of": "h[1]"}), ("keep_trained", {})]
WITH_DERIVATIVES = [*GROWN, *(("show_derivatives", {"of": of}) for of in ("loss", "y", "h[0]", "h[1]"))]
NUDGE = 1e-6


@pytest.fixture
def bent() -> Experiment:
    layers = (
        Layer("h", np.array([[0.4, -0.3], [0.2, 0.6]]), [0.1, -0.2], "tanh"),
        Layer("y", np.array([[0.8, -0.7]]), [0.3], "sigmoid"),
    )
    network = Network(("a", "b"), layers, LOSSES["mean_squared_error"])
    return Experiment("bent", network, [1.5, -0.5], [0.2])


def slope(experiment: Experiment, name: str, of: Callable[[Experiment], float]) -> float:
    ends = []
    for by in (NUDGE, -NUDGE):
        nudged = experiment.network.nudged(name, by)
        ends.append(of(Experiment("nudged", nudged, experiment.inputs, experiment.targets)))
    return (ends[0] - ends[1]) / (2 * NUDGE)


def test_the_product_along_a_branch_is_the_gradient(bent: Experiment) -> None:
    tree = derivative_tree(bent.trace)
    for name in bent.network.names.parameters:
        product = np.prod([node.derivative for node in branch_of(tree, name)[:-1]])
        assert product == pytest.approx(slope(bent, name, lambda one: one.trace.loss), rel=1e-6), name


def test_a_derivative_on_a_branch_is_that_of_the_number_above(bent: Experiment) -> None:
    tree = derivative_tree(bent.trace)
    assert tree["W1[1,0]"].derivative == pytest.approx(
        slope(bent, "W1[1,0]", lambda one: one.trace.number("h[1]"))
    )
    assert tree["b2"].derivative == pytest.approx(slope(bent, "b2", lambda one: one.trace.number("y")))


def test_an_input_is_in_the_tree_for_each_neuron_that_uses_it(bent: Experiment) -> None:
    tree = derivative_tree(bent.trace)
    assert [key for key, node in tree.items() if node.name == "a"] == ["h[0]/a", "h[1]/a"]
    assert {node.name for node in tree.values() if node.is_given} == {"a", "b", "target"}


def test_no_two_numbers_of_a_column_are_closer_than_a_row(bent: Experiment) -> None:
    tree = derivative_tree(bent.trace)
    rows = rows_of(tree)
    for depth in range(4):
        column = sorted(rows[key] for key in tree if len(branch_of(tree, key)) - 1 == depth)
        assert all(after - before >= 0.5 for before, after in pairwise(column))


def test_numbers_on_stage_are_derivatives_and_gradients(bent: Experiment) -> None:
    stage = stage_after("derivative_tree", bent, *WITH_DERIVATIVES, ("multiply", {"of": "W1[0,1]"}))
    assert float(stage.badges["W1[0,1]"].number.plain.replace("−", "-")) == pytest.approx(
        slope(bent, "W1[0,1]", lambda one: one.trace.loss), rel=0.02
    )
    label = stage.labels["h[1]"].number.plain.replace("−", "-")
    y = bent.trace.number("y")
    assert float(label) == pytest.approx(-0.7 * y * (1 - y), rel=0.02)


def test_what_is_given_leaves_the_tree(bent: Experiment) -> None:
    stage = stage_after("derivative_tree", bent, *GROWN)
    assert set(stage.picture.nodes) == {"loss", "y", "h[0]", "h[1]", *bent.network.names.parameters}


@pytest.mark.parametrize(
    "cues", [[*WITH_DERIVATIVES, ("multiply", {"of": "b1[1]"}), ("send_back", {"of": ("b2", "y")})]]
)
def test_no_frame_has_a_fault(bent: Experiment, cues: list[Cue]) -> None:
    assert faults_at_every_frame("derivative_tree", bent, cues) == []


def test_a_network_whose_ways_meet_has_no_tree(dense: Experiment) -> None:
    wide = Network(
        ("a",),
        (Layer("h", np.ones((2, 1))), Layer("g", np.ones((2, 2))), Layer("y", np.ones((1, 2)))),
        LOSSES["mean_squared_error"],
    )
    with pytest.raises(StoryreelError, match="every neuron but the last is used by one other"):
        derivative_tree(Experiment("wide", wide, [1.0], [1.0]).trace)
