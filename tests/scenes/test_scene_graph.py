"""The scene `graph`: the numbers of its nodes and edges, and that nothing covers anything."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from helpers.random_graphs import random_graph
from helpers.stage import Cue, performance

from storyreel.checks.layout_rules import faults
from storyreel.checks.snapshot import Snapshot
from storyreel.core.errors import StoryboardError
from storyreel.engine.graph.builder import graph_of
from storyreel.engine.graph.experiment import GraphExperiment
from storyreel.rendering.play import watch_beats
from storyreel.stage.stage import Stage


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


def played(graph: GraphExperiment, *cues: Cue, aspect: str = "16:9") -> tuple[list[str], Any, list[str]]:
    """What is written on stage at the end, the stage, and what was wrong at the end of any beat."""
    stages: list[Stage] = []
    found: list[str] = []

    def look(stage: Stage) -> None:
        stages.append(stage)
        found.extend(fault.text for fault in faults(Snapshot(stage, is_still=True)))

    watch_beats(replace(performance("graph", None, cues), graph=graph, aspect=aspect), look)
    labels = Snapshot(stages[-1], is_still=True).labels()
    return [label.piece.plain for label in labels], stages[-1], found


def badge_of(stage: Any, name: str) -> str:
    return str(stage.badges[name].number.plain)


def test_the_circuit_has_the_numbers_of_every_textbook() -> None:
    cues: list[Cue] = [("draw_graph", {}), ("compute", {"value": "q"}), ("compute", {"value": "f"})]
    texts, _, _ = played(CIRCUIT, *cues)
    assert {"−2", "5", "−4", "3", "−12"} <= set(texts)
    cues += [*ALL_BACK[1:], ("pass_back", {"through": "q"})]
    _, stage, found = played(CIRCUIT, *cues)
    assert {name: badge_of(stage, name) for name in "fqzxy"} == {
        **{"f": "1", "q": "−4", "z": "3"},
        **{"x": "−4", "y": "−4"},
    }
    assert found == []


def test_local_derivatives_stand_on_their_edges() -> None:
    texts, _, _ = played(CIRCUIT, *ALL_BACK)
    assert {"× −4", "× 3"} <= set(texts)
    texts, _, _ = played(CIRCUIT, *ALL_BACK, ("clear_equation", {}))
    assert not any(text.startswith("×") for text in texts)


@pytest.mark.parametrize("aspect", ["16:9", "9:16", "1:1"])
def test_gradients_wait_on_their_edges_and_add_up(aspect: str) -> None:
    ways: list[Cue] = [("pass_back", {"through": "a", "to": "x"}), ("pass_back", {"through": "b", "to": "x"})]
    _, stage, found = played(TWICE, *ALL_BACK, *ways, aspect=aspect)
    waiting = sorted(badge.number.plain for badge in stage.passed.values() if badge)
    assert waiting == ["2", "6"] and "x" not in stage.badges
    texts, stage, more = played(TWICE, *ALL_BACK, *ways, ("add_gradients", {"of": "x"}), aspect=aspect)
    assert badge_of(stage, "x") == "8" and not any(stage.passed.values())
    assert "grad.x = 2 + 6 = 8" in texts
    assert found + more == []


def test_both_edges_of_a_square_come_back() -> None:
    _, stage, found = played(SQUARE, *ALL_BACK, ("add_gradients", {"of": "x"}))
    assert badge_of(stage, "x") == "6" and found == []


def test_arrays_are_shown_by_their_shape() -> None:
    cues: list[Cue] = [*ALL_BACK, ("pass_back", {"through": "h"})]
    texts, stage, found = played(ARRAYS, *cues)
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
        ([("draw_graph", {}), ("light_path", {"start": "f", "end": "x"})], "no way leads from `f` to `x`"),
    ],
)
def test_what_a_cue_cannot_do_it_says(cues: list[Cue], message: str) -> None:
    with pytest.raises(StoryboardError, match=message):
        played(CIRCUIT, *cues)


@pytest.mark.parametrize("name", ["q", "f"])
def test_a_value_appears_only_when_it_is_computed(name: str) -> None:
    _, stage, _ = played(CIRCUIT, ("draw_graph", {}))
    assert name not in stage.values and {"x", "y", "z"} <= set(stage.values)


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
    _, stage, found = played(graph, *cues)
    assert found == []
    assert set(stage.badges) == set(stage.picture.nodes)
