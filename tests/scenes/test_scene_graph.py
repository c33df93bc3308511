"""The scene `graph`: the numbers of its nodes and edges, and that nothing covers anything."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from graph_pictures.storyboards import beginning, experiment_of
from helpers.random_graphs import random_graph
from helpers.stage import Cue, graph_played, performance

from storyreel.checks.crossing_rules import motion_faults
from storyreel.checks.layout_rules import faults
from storyreel.checks.snapshot import Snapshot
from storyreel.core.errors import StoryboardError
from storyreel.engine.graph.builder import graph_of
from storyreel.engine.graph.experiment import GraphExperiment
from storyreel.graphics.layout import Frame
from storyreel.graphics.maths.graphs.edge_labels import local_derivative
from storyreel.graphics.maths.graphs.graph_picture import GraphPicture
from storyreel.rendering.play import watch
from storyreel.stage.graphs.graph_animations import LIT
from storyreel.stage.stage import Stage
from storyreel.storyboard.graphs.room import ROOMS


def experiment(given: dict[str, Any], formulas: dict[str, str]) -> GraphExperiment:
    arrays = {name: np.array(value, float) for name, value in given.items()}
    graph = graph_of({name: value.shape for name, value in arrays.items()}, formulas)
    return GraphExperiment("example", graph, arrays)


CIRCUIT = experiment({"x": -2, "y": 5, "z": -4}, {"q": "x + y", "f": "q * z"})
TWICE = experiment({"x": 3, "y": 2}, {"a": "x * y", "b": "x^2", "f": "a + b"})
SQUARE = experiment({"x": 3}, {"f": "x * x"})
ARRAYS = experiment({"W": [[1, 2], [3, 4]], "x": [1, -1]}, {"h": "relu(W @ x)", "f": "sum(h) + max(x)"})
ALL_BACK: list[Cue] = [
    ("draw_graph", {"filled": True}),
    ("begin_backward", {}),
    ("pass_back", {"through": "f"}),
]


def faults_on_the_way(graph: GraphExperiment, cues: list[Cue], aspect: str) -> list[str]:
    """What is wrong at any of ten moments a second."""
    made = replace(performance("graph", None, cues, fps=10), graph=graph, aspect=aspect)
    found: list[str] = []
    before: Snapshot | None = None

    def look(stage: Stage, frame: int, repeats: int) -> None:
        nonlocal before
        before = Snapshot(stage, before, is_still=repeats > 1)
        found.extend(fault.text for fault in [*faults(before), *motion_faults(before)])

    watch(made, look)
    return found


def badge_of(stage: Any, name: str) -> str:
    return str(stage.of_graph.shown.badges[name].number.plain)


def test_the_circuit_has_the_numbers_of_every_textbook() -> None:
    cues: list[Cue] = [("draw_graph", {}), ("compute", {"value": "q"}), ("compute", {"value": "f"})]
    texts, _, _ = graph_played(CIRCUIT, *cues)
    assert {"−2", "5", "−4", "3", "−12"} <= set(texts)
    cues += [*ALL_BACK[1:], ("pass_back", {"through": "q"})]
    _, stage, found = graph_played(CIRCUIT, *cues)
    assert {name: badge_of(stage, name) for name in "fqzxy"} == {
        **{"f": "1", "q": "−4", "z": "3"},
        **{"x": "−4", "y": "−4"},
    }
    assert found == []


def test_local_derivatives_stand_on_their_edges() -> None:
    texts, _, _ = graph_played(CIRCUIT, *ALL_BACK)
    assert {"× −4", "× 3"} <= set(texts)
    texts, _, _ = graph_played(CIRCUIT, *ALL_BACK, ("clear_equation", {}))
    assert not any(text.startswith("×") for text in texts)


@pytest.mark.parametrize("aspect", ["16:9", "9:16", "1:1"])
def test_gradients_wait_on_their_edges_and_add_up(aspect: str) -> None:
    ways: list[Cue] = [("pass_back", {"through": "a", "to": "x"}), ("pass_back", {"through": "b", "to": "x"})]
    _, stage, found = graph_played(TWICE, *ALL_BACK, *ways, aspect=aspect)
    waiting = sorted(badge.number.plain for badge in stage.of_graph.shown.passed.values() if badge)
    assert waiting == ["2", "6"] and "x" not in stage.of_graph.shown.badges
    texts, stage, more = graph_played(TWICE, *ALL_BACK, *ways, ("add_gradients", {"of": "x"}), aspect=aspect)
    assert badge_of(stage, "x") == "8" and not any(stage.of_graph.shown.passed.values())
    assert "grad.x = 2 + 6 = 8" in texts
    assert found + more == []


def test_both_edges_of_a_square_come_back() -> None:
    _, stage, found = graph_played(SQUARE, *ALL_BACK, ("add_gradients", {"of": "x"}))
    assert badge_of(stage, "x") == "6" and found == []


def test_arrays_are_shown_by_their_shape() -> None:
    cues: list[Cue] = [*ALL_BACK, ("pass_back", {"through": "h"})]
    texts, stage, found = graph_played(ARRAYS, *cues)
    assert {"2 × 2", "2 × 1"} <= set(texts)
    assert badge_of(stage, "W") == "2 × 2" and found == []


@pytest.mark.parametrize(
    ("cues", "message"),
    [
        ([("compute", {"value": "q"})], "no graph on stage"),
        ([("draw_graph", {}), ("compute", {"value": "f"})], "`q` has to be computed before `f`"),
        ([("draw_graph", {}), ("begin_backward", {})], "the output `f` has to be computed"),
        ([("draw_graph", {"filled": True}), ("pass_back", {"through": "f"})], "no gradient of `f`"),
        ([*ALL_BACK, ("add_gradients", {"of": "q"})], "nothing to add"),
        ([("draw_graph", {}), ("path", {"from": "f", "to": "x"})], "no way leads from `f` to `x`"),
    ],
)
def test_what_a_cue_cannot_do_it_says(cues: list[Cue], message: str) -> None:
    with pytest.raises(StoryboardError, match=message):
        graph_played(CIRCUIT, *cues)


@pytest.mark.parametrize("name", ["q", "f"])
def test_a_value_appears_only_when_it_is_computed(name: str) -> None:
    _, stage, _ = graph_played(CIRCUIT, ("draw_graph", {}))
    assert name not in stage.of_graph.shown.values and {"x", "y", "z"} <= set(stage.of_graph.shown.values)


@pytest.mark.parametrize("seed", [66, 227])
def test_random_graphs_are_drawn_and_passed_through_to_the_end(seed: int) -> None:
    made = random_graph(seed)
    graph = experiment(made.given, made.formulas)
    named = [name for name in graph.trace if "/" not in name]
    cues: list[Cue] = [("draw_graph", {"filled": True}), ("begin_backward", {})]
    for name in reversed(named):
        if len(graph.trace[name].passed_back) > 1:
            cues.append(("add_gradients", {"of": name}))
        if graph.trace[name].primitive is not None:
            cues.append(("pass_back", {"through": name}))
    _, stage, found = graph_played(graph, *cues)
    assert found == []
    assert set(stage.of_graph.shown.badges) == set(stage.of_graph.shown.picture.nodes)


NEURON = experiment(
    {"w": 2, "x": -1, "b": 3},
    {"z": "w * x + b", "n": "-z", "e": "exp(n)", "d": "e + 1", "f": "1 / d"},
)
SIGMOID = {"nodes": ["n", "e", "d", "f"], "name": "sigmoid"}


def test_what_is_folded_has_the_value_and_the_gradient_of_its_result() -> None:
    cues: list[Cue] = [*ALL_BACK[:1], ("fold", SIGMOID), ALL_BACK[1], ("pass_back", {"through": "f"})]
    texts, stage, found = graph_played(NEURON, *cues)
    assert set(stage.of_graph.shown.picture.nodes) == {"w", "x", "b", "z/1", "z", "f"}
    assert stage.of_graph.shown.picture.nodes["f"].drawn.sign == 'op("sigmoid")' and "0.73" in texts
    sigmoid = 1 / (1 + np.exp(-1.0))  # z = 2 × −1 + 3
    slope = f"{sigmoid * (1 - sigmoid):.1f}"
    assert badge_of(stage, "z") == slope and f"× {slope}" in texts
    assert found == []


def test_what_was_folded_comes_back_with_all_that_has_come_meanwhile() -> None:
    cues: list[Cue] = [*ALL_BACK[:1], ("fold", SIGMOID), *ALL_BACK[1:], ("unfold", {"name": "sigmoid"})]
    _, stage, found = graph_played(NEURON, *cues)
    assert set(stage.of_graph.shown.badges) == {"z", "n", "e", "d", "f"}
    _, stage, more = graph_played(NEURON, *cues, ("pass_back", {"through": "z"}))
    assert {"w", "x", "b"} <= set(stage.of_graph.shown.badges)
    assert found + more == []


@pytest.mark.parametrize("aspect", ["16:9", "9:16", "1:1"])
def test_folding_covers_nothing_on_its_way(aspect: str) -> None:
    cues: list[Cue] = [*ALL_BACK, ("pass_back", {"through": "d"}), ("pass_back", {"through": "e"})]
    cues += [("pass_back", {"through": "n"}), ("fold", SIGMOID), ("unfold", {"name": "sigmoid"})]
    assert faults_on_the_way(NEURON, cues, aspect) == []


def test_a_graph_is_carried_with_all_of_its_numbers() -> None:
    texts, stage, found = graph_played(
        NEURON, ("carry_graph", {"gradients": True, "fold": SIGMOID["nodes"], "name": "s"})
    )
    assert set(stage.of_graph.shown.badges) == {"w", "x", "b", "z/1", "z", "f"} and "0.73" in texts
    assert found == []


@pytest.mark.parametrize(
    ("cues", "message"),
    [
        ([("fold", {"nodes": ["n", "d"], "name": "part"})], "one result"),
        ([("fold", {"nodes": ["n", "e", "d", "f"], "name": "two words"})], "a word of at most twelve"),
        ([("fold", SIGMOID), ("pass_back", {"through": "d"})], "`d` is folded into `sigmoid`"),
        ([("unfold", {"name": "sigmoid"})], "nothing called `sigmoid` is folded"),
        ([*ALL_BACK[1:], ("fold", SIGMOID)], "on its way back through `sigmoid`"),
        ([("fold", SIGMOID), ("focus", {"on": ["e"]})], "`e` is folded into `sigmoid`"),
    ],
)
def test_what_cannot_be_folded_says_why(cues: list[Cue], message: str) -> None:
    with pytest.raises(StoryboardError, match=message):
        graph_played(NEURON, ALL_BACK[0], *cues)


def test_the_view_comes_close_to_nodes() -> None:
    _, stage, _ = graph_played(NEURON, ALL_BACK[0], ("focus", {"on": ["z", "f"]}))
    nodes = stage.of_graph.shown.picture.nodes
    assert {nodes[name].circle for name in ("z", "f")} <= set(stage.focused)
    assert nodes["e"].circle not in stage.focused
    _, stage, _ = graph_played(NEURON, ALL_BACK[0], ("focus", {"on": ["z"]}), ("focus", {"on": ["all"]}))
    assert not stage.focused


TWO_INPUTS = experiment(
    {"w0": 2, "x0": -1, "w1": -3, "x1": -2, "b": -3},
    {
        "p": "w0 * x0",
        "q": "w1 * x1",
        "s": "p + q",
        "z": "s + b",
        "n": "-z",
        "e": "exp(n)",
        "f": "1 / (1 + e)",
    },
)


@pytest.mark.parametrize("aspect", ["16:9", "9:16", "1:1"])
def test_a_neuron_of_two_inputs_shows_all_of_its_numbers(aspect: str) -> None:
    texts, stage, found = graph_played(TWO_INPUTS, ("draw_graph", {"filled": True}), aspect=aspect)
    written = {
        stage.of_graph.shown.values[name].plain
        for name in TWO_INPUTS.trace
        if name in stage.of_graph.shown.values
    }
    assert {"2", "−1", "−3", "−2", "6", "4", "1"} <= written <= set(texts) and "0.73" in written
    assert found == []


@pytest.mark.parametrize("aspect", ["16:9", "9:16", "1:1"])
def test_a_lit_way_is_clear_of_local_derivatives(aspect: str) -> None:
    """The lines that `path` lights are wider than those of the arrows, of which each is measured here."""
    for graph in (TWICE, TWO_INPUTS):
        picture = GraphPicture(graph, Frame(aspect))
        texts = [local_derivative(picture, edge, []) for edge in picture.arrows]
        assert sum(text is not None for text in texts) >= len(texts) / 2
        lines = [arrow.line for arrow in picture.arrows.values()]
        spots = [line.point_from_proportion(share) for line in lines for share in np.linspace(0, 1, 400)]
        for text in filter(None, texts):
            (x, y, _), half = text.get_center(), (text.width / 2, text.height / 2)
            away = [np.hypot(max(0, abs(a - x) - half[0]), max(0, abs(b - y) - half[1])) for a, b, _ in spots]
            assert min(away) > LIT / 200


def test_gradients_that_slide_to_their_sum_do_not_meet() -> None:
    relus = experiment({"x": -0.627}, {"a": "relu(x)", "b": "leaky_relu(x)", "f": "tanh(a) + tanh(b)"})
    cues: list[Cue] = [*ALL_BACK, ("pass_back", {"through": "a"}), ("pass_back", {"through": "b"})]
    cues.append(("add_gradients", {"of": "x"}))
    assert faults_on_the_way(relus, cues, "1:1") == []


def test_numbers_fly_above_the_captions() -> None:
    """In this picture the shortest way of a number into the equation would lead below it."""
    graph = experiment_of(beginning(random_graph(0), 5))
    spots: list[float] = []

    def look(stage: Stage, frame: int, repeats: int) -> None:
        now = Snapshot(stage)
        spots.extend(now.boxes[now.flying, 1])

    cues: list[Cue] = [("draw_graph", {}), ("compute", {"value": "n_0"})]
    watch(replace(performance("graph", None, cues, fps=10), graph=graph), look)
    assert spots and min(spots) >= Frame().captions.top


@pytest.mark.parametrize("aspect", ["16:9", "9:16", "1:1"])
def test_check_knows_the_room_of_the_picture(aspect: str) -> None:
    area = Frame(aspect).stage
    width, height = ROOMS[aspect]
    assert area.width - 0.02 < width <= area.width and area.height - 0.02 < height <= area.height
