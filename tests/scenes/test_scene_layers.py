"""The scene `layers`: what it shows is the engine's, whatever the network; what makes no sense is said so."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from helpers import lessons
from helpers.lessons import layered
from helpers.stage import Cue, faults_at_every_frame, stage_after, texts_after

from storyreel.core.errors import StoryboardError
from storyreel.core.number_format import shown
from storyreel.engine.experiment import Experiment
from storyreel.engine.optimizers import GradientDescent
from storyreel.graphics import theme
from storyreel.graphics.parts.badge import Badge

COUNTS: Cue = ("count_parameters", {"weights": ("weight", "weights"), "biases": ("bias", "biases")})


def test_counts_are_the_networks(dense: Experiment) -> None:
    texts = texts_after("layers", dense, ("draw_network", {}), COUNTS)
    assert {"12 weights", "30 weights", "6 biases", "5 biases"} <= set(texts)
    assert "1 bias" in texts_after("layers", lessons.salary(), ("draw_network", {}), COUNTS)


def test_outputs_targets_and_badges_show_the_traces_numbers(dense: Experiment) -> None:
    trace = dense.trace
    gradients = sorted((trace.number(f"grad.{n}") for n in trace if n.startswith("W")), key=abs)
    texts = texts_after(
        "layers",
        dense,
        ("draw_network", {}),
        ("light_up", {}),
        ("show_targets", {}),
        ("point_out_largest", {}),
    )
    outputs = [shown(trace.number(name)) for name in trace.network.names.activations[-1]]
    targets = [f"{name} = {shown(trace.number(name))}" for name in trace.network.names.targets]
    assert {*outputs, *targets, *(shown(gradient) for gradient in gradients[-3:])} <= set(texts)


def test_training_ends_with_the_loss_of_the_run(clusters: Experiment) -> None:
    cues: list[Cue] = [("show_data", {}), ("colour_plane", {}), ("train", {"steps": 30})]
    assert f"{shown(clusters.number('cost', 30))}" in texts_after("layers", clusters, *cues)


@pytest.mark.parametrize("make", [lessons.relu, lessons.salary])
def test_other_dense_networks_are_laid_out_without_a_fault(make: Callable[[], Experiment]) -> None:
    experiment = make()
    hidden = experiment.network.names.activations[1]
    cues: list[Cue] = [
        *(
            ("draw_network", {}),
            COUNTS,
            ("light_up", {}),
            ("show_targets", {}),
            ("show_output_gradients", {}),
        ),
        *(
            cue
            for neuron in (hidden[0], hidden[-1])
            for cue in (("gather_gradients", {"neuron": neuron}), ("add_gradients", {}), ("times_slope", {}))
        ),
        *(("show_gradients", {}), ("point_out_largest", {"count": 2})),
        *(("matrices", {"layer": 2}), ("multiply", {}), ("draw_network", {}), ("matrices", {"layer": 1})),
    ]
    assert faults_at_every_frame("layers", experiment, cues, fps=5) == []


def test_all_connections_but_the_lit_ones_are_dimmed(dense: Experiment) -> None:
    lit = ["W1[0,1]", "W2[1,0]"]
    edges = stage_after("layers", dense, ("draw_network", {}), ("light_weights", {"of": lit})).drawing.edges
    assert [name for name, edge in edges.items() if edge.get_stroke_opacity() > 0.5] == lit


@pytest.mark.parametrize(
    ("cues", "message"),
    [
        ([("light_up", {})], "there is no network on stage"),
        ([("multiply", {})], "there are no matrices on stage"),
        ([("colour_plane", {})], "there is no map of the plane on stage"),
        ([("show_data", {})], "the network has nothing to train on"),
        ([("draw_network", {}), ("point_out_largest", {"count": 9})], "1 to 5 weights can be shown"),
        ([("draw_network", {}), ("matrices", {"layer": 3})], "has layers 1 to 2, and no layer 3"),
    ],
)
def test_what_cannot_be_shown_is_said(dense: Experiment, cues: list[Cue], message: str) -> None:
    with pytest.raises(StoryboardError) as caught:
        texts_after("layers", dense, *cues)
    assert message in str(caught.value.problems[0])


@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        ((3, 4, 2), "needs a network with two inputs, not 3"),
        ((2, 4, 9), "has colours for 6 classes, not for 9"),
    ],
)
def test_a_map_needs_a_plane_and_enough_colours(sizes: tuple[int, ...], message: str) -> None:
    built = layered(sizes, "tanh", "softmax", "categorical_cross_entropy")
    inputs, targets = np.ones((2, sizes[0])), np.eye(sizes[-1])[:2]
    experiment = Experiment("e", built, inputs[0], targets[0], GradientDescent(), inputs, targets)
    with pytest.raises(StoryboardError, match=message):
        texts_after("layers", experiment, ("show_data", {}))


def test_a_layer_too_large_to_draw_is_said(dense: Experiment) -> None:
    built = layered((2, 60, 5), "tanh", "softmax", "categorical_cross_entropy")
    large = Experiment("large", built, dense.inputs, dense.targets, GradientDescent())
    with pytest.raises(StoryboardError, match="60 × 2 weights is too large"):
        texts_after("layers", large, ("draw_network", {}), ("matrices", {"layer": 1}))


def _lit(stage: Any) -> list[str]:
    """The neurons that show their values."""
    dark = theme.colour("surface").upper()
    nodes = stage.diagram.nodes.items()
    return [name for name, node in nodes if node.circle.get_fill_color().to_hex().upper() != dark]


def test_values_flow_as_far_as_it_is_said(dense: Experiment) -> None:
    columns = dense.network.names.activations
    cues: list[Cue] = [("draw_network", {}), ("light_up", {"layer": 1}), ("light_up", {"layer": 2})]
    assert _lit(stage_after("layers", dense, *cues[:1])) == []
    assert _lit(stage_after("layers", dense, *cues[:2])) == [*columns[0], *columns[1]]
    assert _lit(stage_after("layers", dense, *cues)) == [*columns[0], *columns[1], *columns[2]]


def test_gradients_flow_through_the_layer_that_is_said(dense: Experiment) -> None:
    cues: list[Cue] = [("draw_network", {}), ("show_gradients", {"layer": 2})]
    edges = stage_after("layers", dense, *cues).diagram.edges
    looks = {theme.colour(kind).upper() for kind in ("gradient", "falling")}
    shown = {name for name, edge in edges.items() if edge.get_stroke_color().to_hex().upper() in looks}
    assert shown == {name for row in dense.network.names.weights[2] for name in row}


def test_each_output_has_the_marker_and_the_colour_of_its_class(clusters: Experiment) -> None:
    stage = stage_after("layers", clusters, ("draw_network", {}), ("show_classes", {}))
    outputs = clusters.network.names.activations[-1]
    markers = [stage.written[name][-1] for name in outputs]
    assert [marker.get_fill_color().to_hex().upper() for marker in markers] == [
        colour.upper() for colour in theme.class_colours()[: len(outputs)]
    ]
    assert [marker.get_y() for marker in markers] == pytest.approx(
        [stage.diagram.nodes[name].get_y() for name in outputs]
    )
    points = stage_after("layers", clusters, ("show_data", {})).plane.examples
    for point, number in zip(points, clusters.data_targets.argmax(axis=1), strict=True):
        assert len(point.points) == len(markers[number].points)
        assert point.get_fill_color() == markers[number].get_fill_color()


@pytest.mark.parametrize("outputs", [1, 7])
def test_outputs_without_a_class_each_have_no_markers(outputs: int) -> None:
    experiment = lessons.salary() if outputs == 1 else None
    if experiment is None:
        built = layered((2, 3, outputs), "tanh", "softmax", "categorical_cross_entropy")
        experiment = Experiment("e", built, [1, 2], np.eye(outputs)[0])
    with pytest.raises(StoryboardError, match=f"2 to 6 of them, not {outputs}"):
        texts_after("layers", experiment, ("draw_network", {}), ("show_classes", {}))


@pytest.mark.parametrize("aspect", ["16:9", "9:16", "1:1"])
def test_the_outputs_stay_beside_the_sum_of_a_neuron(dense: Experiment, aspect: str) -> None:
    told: list[Cue] = [("draw_network", {}), ("light_up", {}), ("show_output_gradients", {})]
    told += [("gather_gradients", {"neuron": "h[1]"}), ("add_gradients", {})]
    stage = stage_after("layers", dense, *told, aspect=aspect)
    there = set(map(id, stage.get_mobject_family_members()))
    outputs = [id(stage.drawing.nodes[name].circle) in there for name in stage.drawing.columns[-1]]
    assert all(outputs)
    assert id(stage.gathering.parts[0].circle) in there
    back = stage_after("layers", dense, *told, ("times_slope", {}), ("show_gradients", {}), aspect=aspect)
    there = set(map(id, back.get_mobject_family_members()))
    assert all(id(node.circle) in there for node in back.drawing.nodes.values())


def test_gradients_of_a_layer_that_are_shown_again_have_one_badge_each() -> None:
    cues: list[Cue] = [("draw_network", {"filled": True}), ("show_neuron_gradients", {"layer": 1})]
    once, twice = (stage_after("layers", lessons.dense(), *cues, *again) for again in ([], cues[1:]))
    counts = [sum(isinstance(part, Badge) for part in stage.shown) for stage in (once, twice)]
    assert counts[0] == counts[1] > 0
