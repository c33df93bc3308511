"""Graphs of formulas in the scenes of the forward and the backward pass, with the cues of chains."""

from dataclasses import replace
from typing import Any

import pytest
from helpers.lessons import array_graph, of_formulas, small_graph
from helpers.random_cues import empty_stage, fault_of
from helpers.stage import Cue, performance

from storyreel.checks.layout_rules import faults
from storyreel.checks.snapshot import Snapshot
from storyreel.core.errors import StoryboardError
from storyreel.core.number_format import shown
from storyreel.engine.equations.rounding import holds, with_digits
from storyreel.engine.graph.calculation import graph_calculation
from storyreel.engine.graph.experiment import GraphExperiment
from storyreel.rendering.play import watch_beats
from storyreel.stage.stage import Stage
from storyreel.storyboard.vocabulary import scene_types

TWICE = of_formulas({"x": 3, "y": 2}, {"a": "x * y", "b": "x^2", "f": "a + b"})
BACK = ["draw_network: filled", "backpropagate: a", "calculate: grad.b"]


def cues_of(texts: list[str]) -> list[Cue]:
    """`calculate: q` and such as cues: the parameter is the first of the cue, or a flag."""
    found: list[Cue] = []
    for text in texts:
        name, _, value = text.partition(": ")
        key = {"calculate": "value", "backpropagate": "to", "propagate": "into", "focus": "on"}.get(
            name, value
        )
        given: Any = {"focus": (value,)}.get(name, value) if key != value else True
        found.append((name, {key: given} if value else {}))
    return found


def told(
    scene: str, graph: GraphExperiment, texts: list[str], aspect: str = "16:9"
) -> tuple[list[list[str]], Any, list[str]]:
    """What is written at the end of each beat, the stage at the end, and what was wrong with the layout."""
    written: list[list[str]] = []
    stages: list[Stage] = []
    found: list[str] = []

    def look(stage: Stage) -> None:
        snapshot = Snapshot(stage, is_still=True)
        stages.append(stage)
        written.append([label.piece.plain for label in snapshot.labels()])
        found.extend(f"beat {len(written)}: {fault.text}" for fault in faults(snapshot))

    played = performance(scene, None, cues_of(texts))
    watch_beats(replace(played, graph=graph, aspect=aspect), look)
    return written, stages[-1], found


@pytest.mark.parametrize("aspect", ["16:9", "9:16", "1:1"])
def test_values_flow_forward(aspect: str) -> None:
    cues = ["draw_network", "propagate", "propagate: h", "calculate: h", "calculate: y", "calculate: loss"]
    graph = small_graph()
    written, stage, found = told("forward_pass", graph, [*cues, "clear_equation", "focus: y"], aspect)
    assert found == []
    assert "y" in written[0] and shown(graph.number("h")) not in written[2]
    assert f"h = tanh(0.8 × 1.5) ≈ {shown(graph.number('h'))}" in written[3]
    assert not any("=" in text for text in written[6])
    for name in ("h", "y", "loss"):
        assert stage.of_graph.drawn.values[name].plain == shown(graph.number(name))
    assert stage.focused


@pytest.mark.parametrize("aspect", ["16:9", "9:16", "1:1"])
def test_gradients_come_back_and_add_up(aspect: str) -> None:
    cues = [*BACK, "backpropagate: x", "calculate: grad.x", "calculate: grad.y"]
    written, stage, found = told("backward_pass", TWICE, cues, aspect)
    assert found == []
    assert "× 1" in written[1]  # the local derivative of the sum
    badges = {name: badge.number.plain for name, badge in stage.of_graph.drawn.badges.items()}
    assert badges == {"f": "1", "a": "1", "b": "1", "x": "8", "y": "3"}
    assert "grad.x = 1 × 2 + 1 × (2 × 3) = 8" in written[4] and "8" in written[3]
    assert "grad.y = 1 × 3 = 3" in written[5]


def test_the_equation_of_a_gradient_brings_it_to_its_node() -> None:
    _, stage, found = told("backward_pass", TWICE, [*BACK, "calculate: grad.x"])
    assert found == []
    assert stage.of_graph.drawn.badges["x"].number.plain == "8"


@pytest.mark.parametrize("scene", ["forward_pass", "backward_pass", "chain_rule"])
def test_a_graph_is_on_stage_at_once_where_it_is_carried(scene: str) -> None:
    written, _, found = told(scene, TWICE, ["carry_network", "draw_network", "calculate: a"])
    assert found == [] and {"15", "6", "9"} <= set(written[0])
    assert "15" not in written[1] and "a = 3 × 2 = 6" in written[2]


def test_arrays_have_no_equation_and_still_go_back() -> None:
    cues = ["carry_network", "backpropagate: h", "calculate: grad.W", "calculate: grad.b"]
    _, stage, found = told("backward_pass", array_graph(), ["carry_network", "calculate: grad.p", *cues[1:]])
    assert found == []
    assert stage.of_graph.drawn.badges["W"].number.plain == "2 × 2"


@pytest.mark.parametrize("name", ["x", "w", "h", "y"])
def test_the_equations_of_gradients_hold(name: str) -> None:
    graph = small_graph()
    calculation = graph_calculation(graph, f"rule of grad.{name}")
    assert calculation is not None
    notation, failing = with_digits(graph.notation, [calculation])
    assert not failing and holds(calculation, notation)


@pytest.mark.parametrize(
    ("scene", "texts", "message"),
    [
        (
            "forward_pass",
            ["calculate: a"],
            "`calculate` needs a computation graph on stage; put `draw_network`",
        ),
        ("forward_pass", ["draw_network", "calculate: f"], "`a` has to be computed before `f`"),
        ("forward_pass", ["draw_network", "calculate: x"], "`x` is given, not computed"),
        ("forward_pass", ["draw_network", "propagate: x"], "`x` is given: nothing flows to it"),
        ("forward_pass", ["draw_network: pixels"], "this cue is about a network with layers"),
        ("backward_pass", ["draw_network", "backpropagate: a"], "the output `f` has to be computed"),
        ("backward_pass", ["draw_network: filled", "backpropagate: x"], "has to come back to `a` before"),
        (
            "backward_pass",
            ["draw_network: filled", "calculate: grad.f"],
            "`f` is the output: its gradient is 1",
        ),
        ("backward_pass", ["carry_graph"], "about a network"),
    ],
)
def test_check_and_the_stage_say_what_is_missing(scene: str, texts: list[str], message: str) -> None:
    said = fault_of(empty_stage(scene_types()[scene], "example", {"example": TWICE}), cues_of(texts))
    assert said is not None and message in said[1]
    with pytest.raises(StoryboardError):
        told(scene, TWICE, texts)
