"""The chain rule where several ways lead to the loss: every number is the engine's, and nothing covers it."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from helpers.lessons import of_formulas, small_graph, wide
from helpers.random_cues import empty_stage, fault_of
from helpers.stage import Cue, performance

from storyreel.checks.layout_rules import faults
from storyreel.checks.snapshot import Snapshot
from storyreel.core.errors import StoryboardError
from storyreel.core.number_format import shown
from storyreel.engine.experiment import Experiment
from storyreel.engine.graph.experiment import AnyExperiment, GraphExperiment
from storyreel.engine.layer import Layer
from storyreel.engine.network import Network
from storyreel.engine.optimizers import GradientDescent
from storyreel.reader import load
from storyreel.rendering.play import watch_beats
from storyreel.stage.stage import Stage
from storyreel.storyboard.vocabulary import scene_types

CUES: list[Cue] = [("show_derivatives", {}), ("assemble", {}), ("multiply", {}), ("flow_back", {})]


TWICE = of_formulas({"x": 3, "y": 2}, {"a": "x * y", "b": "x^2", "f": "a + b"})
SQUARE = of_formulas({"x": 3}, {"f": "x * x + x"})


def classes() -> Experiment:
    """2 inputs, 2 neurons, a softmax of 2 classes."""
    layers = [
        Layer("h", [[0.5, -0.4], [0.3, 0.8]], 0.1, "tanh"),
        Layer("y", [[0.6, 0.3], [-0.7, 0.5]], 0, "softmax"),
    ]
    network = Network("x", layers, "categorical_cross_entropy")
    return Experiment("classes", network, [1.0, 2.0], [0, 1], GradientDescent(0.1))


def told(
    experiment: AnyExperiment, *cues: Cue, aspect: str = "16:9", scene: str = "chain_rule"
) -> tuple[list[list[str]], Any, list[str]]:
    """What is written at the end of each beat, the stage at the end, and what was wrong with the layout."""
    texts: list[list[str]] = []
    stages: list[Stage] = []
    found: list[str] = []

    def look(stage: Stage) -> None:
        snapshot = Snapshot(stage, is_still=True)
        stages.append(stage)
        texts.append([label.piece.plain for label in snapshot.labels()])
        found.extend(f"beat {len(texts)}: {fault.text}" for fault in faults(snapshot))

    is_graph = isinstance(experiment, GraphExperiment)
    played = performance(scene, None if is_graph else experiment, cues)
    graph = experiment if isinstance(experiment, GraphExperiment) else None
    watch_beats(replace(played, graph=graph, aspect=aspect), look)
    return texts, stages[-1], found


def draw(weight: str, **given: Any) -> Cue:
    return "draw_chain", {"weight": weight, **given}


CASES: dict[str, tuple[AnyExperiment, str]] = {
    "twice": (TWICE, "x"),
    "square": (SQUARE, "x"),
    "residual": (small_graph(), "x"),
    "wide": (wide(2), "W1[0,0]"),
    "classes": (classes(), "W2[0,0]"),
}


@pytest.mark.parametrize(
    ("case", "aspect"),
    [
        (case, aspect)
        for case in CASES
        for aspect in ("16:9", "9:16", "1:1")
        if (case, aspect) != ("classes", "1:1")
    ],
)
def test_products_along_all_ways_add_up_to_the_gradient(case: str, aspect: str) -> None:
    experiment, start = CASES[case]
    texts, stage, found = told(experiment, draw(start), *CUES, aspect=aspect)
    assert found == []
    gradient = shown(experiment.trace.number(f"grad.{start}"))
    (equations,) = [text for text in texts[3] if ";" in text]
    assert equations.endswith(f" {gradient}")
    assert stage.back[start].number.plain == gradient
    for name, badge in stage.back.items():
        plain, number = badge.number.plain, float(stage.ways.trace[name].gradient)
        if aspect == "9:16":  # a gradient beside a node has as many decimals as there is room for
            half = 0.5 * 10.0 ** -len(plain.partition(".")[2])
            assert float(plain.replace("−", "-")) == pytest.approx(number, abs=half)
        else:
            assert plain == shown(number)


def test_all_that_is_on_the_ways_is_written() -> None:
    texts, _, _ = told(TWICE, draw("x"), *CUES)
    drawn, derivatives, assembled, multiplied, back = texts
    assert set(drawn) == {"x", "y", "a", "b", "f", "3", "2", "6", "9", "15", ""}
    assert sorted(set(derivatives) - set(drawn)) == ["× 1", "× 2", "× 6"]
    assert "way 1 of x = 2 × 1 = 2; way 2 of x = 6 × 1 = 6; grad.x = 2 + 6 = 8" in multiplied
    assert multiplied.count("8") == 1 and "8" not in assembled  # on the badge
    assert back.count("1") == 3  # the gradients of a, of b and of f


def test_derivatives_of_edges_to_three_outputs_are_all_written() -> None:
    layers = [
        Layer("h", [[1, 0.5], [-1, 1]], 0, "sigmoid"),
        Layer("y", [[1.5, -1], [-2, 1], [-1, 0.5]], 0, "sigmoid"),
    ]
    network = Network("x", layers, "half_squared_error")
    three = Experiment("three", network, [1.0, 0.5], [1, 0, 0], GradientDescent(1.0))
    _, stage, found = told(three, draw("W1[0,0]"), CUES[0])
    assert len(stage.slopes) == len(stage.ways.edges) == 7 and not found


def test_no_way_is_lit_before_its_turn() -> None:
    """Manim puts on stage at the start what a later animation does not introduce itself."""
    _, stage, _ = told(TWICE, draw("x"), CUES[0])
    lighting = stage.ways_assembled(stage.ways)
    assert not lighting.mobject.family_members_with_points()
    assert len(lighting.animations) == len(stage.ways.links) == 2


def test_a_way_alone_through_a_graph_has_one_equation() -> None:
    texts, stage, found = told(TWICE, draw("y"), *CUES)
    assert "grad.y = 3 × 1 = 3" in texts[3] and found == []
    assert stage.back["y"].number.plain == "3"


def test_ways_replace_a_network_and_each_other() -> None:
    before: list[Cue] = [("draw_network", {"filled": True}), draw("W1[0,0]"), *CUES]
    texts, stage, found = told(wide(2), *before, draw("W2[0,0]"), CUES[0], draw("W1[1,0]"), CUES[0])
    assert found == []
    assert stage.diagram is None and stage.equations is None and not stage.back
    assert "W1[1,0]" in texts[-1] and "W2[0,0]" not in texts[-1]
    _, stage, found = told(wide(2), draw("W1[0,0]"), *CUES, draw("W2[0,0]"))
    assert stage.ways is None and stage.picture is None and found == []


def test_weighted_sums_may_be_nodes_of_their_own() -> None:
    _, stage, found = told(wide(2), draw("W1[0,0]", pre_activations=True))
    assert found == []
    assert list(stage.picture.nodes) == ["W1[0,0]", "z1[0]", "h[0]", "y[0]", "y[1]", "loss"]


@pytest.mark.parametrize(
    ("cues", "message"),
    [
        ([CUES[1]], "draw_chain"),
        ([draw("x"), CUES[1]], "no derivatives"),
        ([draw("x"), CUES[0], CUES[2]], "`assemble` comes first"),
        ([draw("x"), ("number_lines", {})], "no chain on stage"),
        ([draw("f")], "`f` is the output itself"),
    ],
)
def test_what_cannot_be_shown_is_said(cues: list[Cue], message: str) -> None:
    with pytest.raises(StoryboardError, match=message):
        told(TWICE, *cues)


def test_what_is_for_chains_alone_says_that_there_are_several_ways() -> None:
    cues: list[Cue] = [draw("W1[0,0]"), ("number_lines", {})]
    said = fault_of(empty_stage(scene_types()["chain_rule"], "wide", {"wide": wide(2)}), cues)
    assert said == (1, "`number_lines` needs a chain, and here several ways lead to the loss")
    with pytest.raises(StoryboardError, match="no chain on stage"):
        told(wide(2), *cues)


STORYBOARD = """
title: Ways
networks:
  twice:
    input: {x: 3, y: 2}
    graph: {a: x * y, b: x^2, f: a + b}
chapters:
  - {id: ways, title: Ways, scene: chain_rule, beats: [{do: [CUES]}]}
"""


@pytest.mark.parametrize(
    ("cues", "message"),
    [
        ("draw_chain: x, assemble", "`assemble` needs derivatives or local derivatives on stage"),
        (
            "draw_chain: x, number_lines",
            "`number_lines` is about a network with layers, and `twice` is a graph",
        ),
        ("draw_chain: f", "the cue `draw_chain`: `f` is the output itself"),
        ("draw_chain: q", "no formula or input of `twice` is named `q`"),
        ("draw_chain: grad.x", "no formula or input of `twice` is named `grad.x`"),
    ],
)
def test_check_says_the_same(cues: str, message: str, tmp_path: Path) -> None:
    items = ", ".join(cue if ":" not in cue else f"{{{cue}}}" for cue in cues.split(", "))
    path = tmp_path / "lesson.yaml"
    path.write_text(STORYBOARD.replace("CUES", items))
    with pytest.raises(StoryboardError, match=message):
        load(path)
