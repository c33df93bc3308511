"""The scene `derivative_tree`: derivatives on branches, and gradients, against central differences."""

from collections.abc import Callable
from itertools import pairwise, product
from typing import Any

import numpy as np
import pytest
from helpers.stage import Cue, faults_at_every_frame, performance, stage_after
from manim import Dot, SurroundingRectangle

from storyreel.core.errors import StoryreelError
from storyreel.engine.derivatives.derivative_tree import branch_of, derivative_tree
from storyreel.engine.experiment import Experiment
from storyreel.engine.layer import Layer
from storyreel.engine.losses import LOSSES
from storyreel.engine.network import Network
from storyreel.graphics.maths.trees.tree_picture import rows_of
from storyreel.rendering.play import watch

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


@pytest.fixture
def salary() -> Experiment:
    layers = (Layer("h", np.ones((2, 2)), [0.0, 0.0]), Layer("y", np.ones((1, 2)), [0.0]))
    network = Network(("a", "b"), layers, LOSSES["mean_squared_error"])
    return Experiment("salary", network, [3.0, 1.2], [5.4])


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


def test_the_whole_tree_is_dimmed_until_it_has_grown(bent: Experiment) -> None:
    stage = stage_after("derivative_tree", bent, *GROWN[:2])
    assert set(stage.ahead) == set(stage.picture.nodes) - {"loss", "y", "target"}
    assert not stage_after("derivative_tree", bent, *GROWN[:5]).ahead


def test_numbers_below_one_another_are_as_far_apart_on_both_sides_of_the_middle(bent: Experiment) -> None:
    rows = rows_of(derivative_tree(bent.trace))
    column = [rows[key] for key in ("W2[0,0]", "h[0]", "W2[0,1]", "h[1]", "b2")]
    steps = np.diff(column)
    assert steps == pytest.approx(steps[::-1])
    assert rows["loss"] == rows["y"] == pytest.approx((rows["W1[0,0]"] + rows["b1[1]"]) / 2)


def test_branches_fork_behind_the_gradient_of_their_number(salary: Experiment) -> None:
    cues: list[Cue] = [("carry_tree", {"derivatives": ("loss", "y"), "gradients": ("y", "h[0]")})]
    stage = stage_after("derivative_tree", salary, *cues)
    for name, child in (("y", "h[0]"), ("h[0]", "W1[0,0]")):
        shape, badge, edge = stage.picture.shapes[name], stage.badges[name], stage.picture.edges[child]
        assert shape.get_right()[0] < badge.get_left()[0]
        level = [x for x, y, _ in edge.points if abs(y - shape.get_y()) < 1e-6]
        assert max(level) > badge.get_right()[0]


@pytest.mark.parametrize("aspect", ["16:9", "9:16", "1:1"])
def test_no_gradient_lies_on_a_number(salary: Experiment, aspect: str) -> None:
    names = ("y", "h[0]", "h[1]", *salary.network.names.parameters)
    cues: list[Cue] = [("carry_tree", {"derivatives": ("loss", "y", "h[0]", "h[1]"), "gradients": names})]
    stage = stage_after("derivative_tree", salary, *cues, aspect=aspect)
    numbers = [*stage.picture.shapes.values(), *(label.number for label in stage.labels.values())]
    for badge, number in product(stage.badges.values(), numbers):
        apart = np.abs(badge.get_center() - number.get_center())[:2]
        room = np.array([badge.width + number.width, badge.height + number.height]) / 2
        assert (apart > room).any(), f"{badge.number.plain} lies on {number.get_center()}"


def test_sparks_start_where_a_gradient_waits_already(salary: Experiment) -> None:
    cues: list[Cue] = [
        ("carry_tree", {"derivatives": ("loss", "y", "h[0]"), "gradients": ("y", "h[0]")}),
        ("send_back", {"of": ("b1[0]",)}),
    ]
    left = []

    def look(stage: Any, *_: object) -> None:
        if stage.picture is None or "b1[0]" not in stage.badges:
            return
        start = stage.picture.shapes["h[0]"].get_right()[0]
        family = stage.get_mobject_family_members()
        left.extend(each.get_x() - start for each in family if isinstance(each, Dot))

    watch(performance("derivative_tree", salary, cues), look)
    assert left
    assert min(left) > -0.2


def test_a_frame_is_drawn_around_every_weight_and_bias(bent: Experiment) -> None:
    framed: set[str] = set()

    def look(stage: Any, *_: object) -> None:
        frames = (
            each for each in stage.get_mobject_family_members() if isinstance(each, SurroundingRectangle)
        )
        for shape, (key, number) in product(
            list(frames), stage.picture.shapes.items() if stage.picture else ()
        ):
            if abs(number.get_center() - shape.get_center()).max() < 1e-6:
                framed.add(key)

    watch(performance("derivative_tree", bent, [*GROWN, ("point_out_trained", {})]), look)
    assert framed == set(bent.network.names.parameters)


def test_a_network_whose_ways_meet_has_no_tree(dense: Experiment) -> None:
    wide = Network(
        ("a",),
        (Layer("h", np.ones((2, 1))), Layer("g", np.ones((2, 2))), Layer("y", np.ones((1, 2)))),
        LOSSES["mean_squared_error"],
    )
    with pytest.raises(StoryreelError, match="every neuron but the last is used by one other"):
        derivative_tree(Experiment("wide", wide, [1.0], [1.0]).trace)
