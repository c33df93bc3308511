"""The scene `layers`: what it shows is the engine's, whatever the network; what makes no sense is said so."""

from collections.abc import Callable

import numpy as np
import pytest
from helpers import lessons
from helpers.lessons import layered
from helpers.stage import Cue, faults_at_every_frame, texts_after

from storyreel.core.errors import StoryboardError
from storyreel.core.number_format import shown
from storyreel.engine.experiment import Experiment
from storyreel.engine.optimizers import GradientDescent
from storyreel.graphics.layout import Area

COUNTS: Cue = ("count_parameters", {"weights": ("weight", "weights"), "biases": ("bias", "biases")})
STAGE_AREA = Area("test", -3, -2, 3, 2)


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
        *(("draw_network", {}), COUNTS, ("light_up", {}), ("show_targets", {}), ("show_wishes", {})),
        *(("gather_wishes", {"neuron": neuron}) for neuron in (hidden[0], hidden[-1])),
        *(("show_gradients", {}), ("point_out_largest", {"count": 2})),
        *(("matrices", {"layer": 2}), ("multiply", {}), ("draw_network", {}), ("matrices", {"layer": 1})),
    ]
    assert faults_at_every_frame("layers", experiment, cues, fps=5) == []


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
