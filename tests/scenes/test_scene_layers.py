"""The scene `layers`: what it shows is the engine's, whatever the network; what makes no sense is said so."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from storyreel.checks.layout_rules import faults
from storyreel.checks.snapshot import Snapshot
from storyreel.core.arrays import Array
from storyreel.core.errors import Place, StoryboardError
from storyreel.core.number_format import shown
from storyreel.engine.activations import ACTIVATIONS
from storyreel.engine.decision_regions import classes_of
from storyreel.engine.experiment import Experiment
from storyreel.engine.initializers import He, Xavier
from storyreel.engine.losses import LOSSES
from storyreel.engine.network import Layer, Network
from storyreel.engine.optimizers import GradientDescent
from storyreel.graphics.layout import Area
from storyreel.graphics.networks.gradient_arrow import GradientArrow
from storyreel.graphics.networks.gradient_sum import GradientSum
from storyreel.graphics.parts.matrix_grid import MatrixGrid
from storyreel.graphics.plots.decision_map import DecisionMap
from storyreel.rendering.play import watch, watch_beats
from storyreel.stage.stage import Stage
from storyreel.storyboard.vocabulary import scene_types
from storyreel.timing.beats import TimedBeat, TimedChapter, TimedCue
from storyreel.timing.performance import Performance

Cue = tuple[str, dict[str, Any]]
FPS = 5
NOWHERE = Place("layers.yaml", 1, 1)
COUNTS: Cue = ("count_parameters", {"weights": ("weight", "weights"), "biases": ("bias", "biases")})
STAGE_AREA = Area("test", -3, -2, 3, 2)


def performance(experiment: Experiment, cues: Sequence[Cue]) -> Performance:
    """A chapter with a beat for each cue."""
    types = scene_types()["layers"].cues
    beats, frame = [], 0
    for number, (name, parameters) in enumerate(cues, start=1):
        end = frame + round(types[name].seconds * FPS)
        cue = TimedCue(name, parameters, frame, end, NOWHERE)
        beats.append(TimedBeat("layers", number, frame, end + 1, (cue,), (), NOWHERE))
        frame = end + 1
    chapter = TimedChapter("layers", "The same in layers", "layers", experiment.name, tuple(beats))
    return Performance(chapter, FPS, experiment)


def texts_after(experiment: Experiment, *cues: Cue) -> list[str]:
    """What is written on stage when the last of the cues is over."""
    texts: list[list[str]] = []

    def look(stage: Stage) -> None:
        texts.append([label.piece.plain for label in Snapshot(stage).labels()])

    watch_beats(performance(experiment, cues), look)
    return texts[-1]


def network(sizes: Sequence[int], activation: str, last: str, loss: str) -> Network:
    layers = [
        Layer(
            None, (He if activation == "relu" else Xavier)(3 + i).weights(size, inputs), np.zeros(size), its
        )
        for i, (inputs, size) in enumerate(pairwise(sizes))
        for its in (ACTIVATIONS[last if i == len(sizes) - 2 else activation],)
    ]
    return Network(tuple(f"x[{i}]" for i in range(sizes[0])), tuple(layers), LOSSES[loss])


@pytest.fixture
def relu() -> Experiment:
    """3-4-2, with a large target and a negative one."""
    built = network((3, 4, 2), "relu", "identity", "mean_squared_error")
    return Experiment("relu", built, np.array([1.0, -0.5, 2.0]), np.array([12.5, -1.25]), GradientDescent())


@pytest.fixture
def salary() -> Experiment:
    """2-2-1, linear, all weights 1."""
    layers = (Layer("h", np.ones((2, 2)), np.zeros(2)), Layer("y", np.ones((1, 2)), np.zeros(1)))
    built = Network(("grade", "iq"), layers, LOSSES["mean_squared_error"])
    return Experiment("salary", built, np.array([3.4, 1.1]), np.array([6.0]), GradientDescent())


@pytest.fixture
def clusters(dense: Experiment) -> Experiment:
    """2-6-5 with two points in each of five groups."""
    middles = np.array([[0, 0], [-1, 1], [1, 1], [1, -1], [-1, -1]], dtype=float)
    inputs = np.concatenate([middles - 0.1, middles + 0.1])
    targets = np.concatenate([np.eye(5), np.eye(5)])
    return Experiment("clusters", dense.network, inputs[8], targets[8], GradientDescent(0.5), inputs, targets)


def test_counts_are_the_networks(dense: Experiment, salary: Experiment) -> None:
    texts = texts_after(dense, ("draw_network", {}), COUNTS)
    assert {"12 weights", "30 weights", "6 biases", "5 biases"} <= set(texts)
    assert "1 bias" in texts_after(salary, ("draw_network", {}), COUNTS)


def test_outputs_targets_and_badges_show_the_traces_numbers(dense: Experiment) -> None:
    trace = dense.trace
    gradients = sorted((trace.number(f"grad.{n}") for n in trace if n.startswith("W")), key=abs)
    texts = texts_after(
        dense, ("draw_network", {}), ("light_up", {}), ("show_targets", {}), ("point_out_largest", {})
    )
    outputs = [shown(trace.number(name)) for name in trace.network.names.activations[-1]]
    targets = [f"{name} = {shown(trace.number(name))}" for name in trace.network.names.targets]
    assert {*outputs, *targets, *(shown(gradient) for gradient in gradients[-3:])} <= set(texts)


def test_the_sum_of_wishes_ends_at_the_opposite_of_the_gradient(dense: Experiment) -> None:
    errors = dense.trace.gradients.pre_activations[1][0]
    weights = dense.network.layers[1].weights[:, 3]
    picture = GradientSum(-errors * weights, STAGE_AREA)
    size = abs(picture.arrows[0].height / (errors[0] * weights[0]))
    gradient = dense.trace.number("grad.h[3]")
    assert picture.total.height == pytest.approx(size * abs(gradient), rel=1e-6)
    foot, level = picture.total.get_top() if gradient > 0 else picture.total.get_bottom(), picture.level
    assert foot[1] == pytest.approx(level.get_y(), abs=1e-6)


def test_a_wish_is_filled_upwards_and_hollow_downwards() -> None:
    up, down = GradientArrow(0.8, 0.3), GradientArrow(-0.8, 0.3)
    assert [up.height, down.height] == pytest.approx([0.8, 0.8])
    assert up.get_stroke_color() == down.get_stroke_color() == up.get_fill_color() != down.get_fill_color()
    assert GradientArrow(0.05, 0.3).height == pytest.approx(0.05)


def test_a_matrix_marks_what_is_negative_and_is_brightest_where_it_is_largest() -> None:
    grid = MatrixGrid(np.array([[1.0, -4.0], [0.0, 2.0]]), "weight", 0.4)
    assert [len(cell) for cell in grid] == [1, 2, 1, 1]
    lightness = [cell[0].get_fill_color().to_hsl()[2] for cell in grid]
    assert np.argsort(lightness).tolist() == [2, 0, 3, 1]
    assert grid.cell(1, 1).get_x() > grid.cell(1, 0).get_x() and grid.row(0).get_y() > grid.row(1).get_y()


def test_the_map_colours_each_example_as_the_trained_network_predicts(clusters: Experiment) -> None:
    inputs, targets = clusters.examples
    run = clusters.run(150)
    picture = DecisionMap(run.networks[0], inputs, targets, STAGE_AREA)
    assert (classes_of(run.networks[-1].forward(inputs).prediction) == classes_of(targets)).all()
    picture.colour(run.networks[-1])
    for example, number in zip(picture.examples, classes_of(targets), strict=True):
        x, y, _ = example.get_center()
        corners = picture.regions[number].points.reshape(-1, 16, 3)[:, :, :2]
        low, high = corners.min(axis=1), corners.max(axis=1)
        assert ((low <= (x, y)) & ((x, y) <= high)).all(axis=1).any()


def areas(picture: DecisionMap) -> Array:
    """The share of the map that each region covers."""
    covered = []
    for region in picture.regions:
        x, y = np.moveaxis(region.points.reshape(-1, 16, 3)[:, ::4, :2], 2, 0)
        doubled = x * np.roll(y, -1, axis=1) - y * np.roll(x, -1, axis=1)
        covered.append(doubled.sum() / 2 / picture.side**2)
    return np.array(covered)


def test_the_regions_cover_the_map_as_the_network_predicts(clusters: Experiment) -> None:
    inputs, targets = clusters.examples
    network = clusters.run(40).networks[-1]
    picture = DecisionMap(network, inputs, targets, STAGE_AREA)
    places = np.random.default_rng(5).uniform(size=(40_000, 2)) * picture.side / picture.unit + picture.low
    predicted = np.bincount(classes_of(network.forward(places).prediction), minlength=5) / len(places)
    assert areas(picture).sum() == pytest.approx(1.0, abs=1e-9)
    assert areas(picture) == pytest.approx(predicted, abs=0.01)


def test_the_regions_glide_while_the_network_learns(clusters: Experiment) -> None:
    inputs, targets = clusters.examples
    run = clusters.run(3)
    picture = DecisionMap(run.networks[0], inputs, targets, STAGE_AREA)

    def largest_change(frames: int) -> float:
        seen = []
        for step in np.linspace(0, 3, frames):
            picture.colour(run.network_at(float(step)))
            seen.append(areas(picture))
        return float(np.abs(np.diff(seen, axis=0)).max())

    assert largest_change(600) < largest_change(31) / 8


def test_training_ends_with_the_loss_of_the_run(clusters: Experiment) -> None:
    cues: list[Cue] = [("show_data", {}), ("colour_plane", {}), ("train", {"steps": 30})]
    assert shown(clusters.run(30).loss[-1]) in texts_after(clusters, *cues)


@pytest.mark.parametrize("name", ["relu", "salary"])
def test_other_dense_networks_are_laid_out_without_a_fault(name: str, request: pytest.FixtureRequest) -> None:
    experiment: Experiment = request.getfixturevalue(name)
    hidden = experiment.network.names.activations[1]
    cues: list[Cue] = [
        *(("draw_network", {}), COUNTS, ("light_up", {}), ("show_targets", {}), ("show_wishes", {})),
        *(("gather_wishes", {"neuron": neuron}) for neuron in (hidden[0], hidden[-1])),
        *(("show_gradients", {}), ("point_out_largest", {"count": 2})),
        *(("matrices", {"layer": 2}), ("multiply", {}), ("draw_network", {}), ("matrices", {"layer": 1})),
    ]
    found: list[str] = []
    before: list[Snapshot | None] = [None]

    def look(stage: Stage, frame: int, repeats: int) -> None:
        before.append(Snapshot(stage, before.pop(), is_still=repeats > 1))
        if before[-1] is not None:
            found.extend(f"{frame}: {fault.text}" for fault in faults(before[-1]))

    watch(performance(experiment, cues), look)
    assert not found


@pytest.mark.parametrize(
    ("cues", "message"),
    [
        ([("light_up", {})], "there is no network on stage"),
        ([("multiply", {})], "there are no matrices on stage"),
        ([("colour_plane", {})], "there is no map of the plane on stage"),
        ([("show_data", {})], "the network has nothing to train on"),
        ([("draw_network", {}), ("gather_wishes", {"neuron": "x[0]"})], "'x[0]' is not a hidden neuron"),
        ([("draw_network", {}), ("gather_wishes", {"neuron": "a2[1]"})], "'a2[1]' is not a hidden neuron"),
        ([("draw_network", {}), ("point_out_largest", {"count": 9})], "1 to 5 weights can be shown"),
        ([("draw_network", {}), ("matrices", {"layer": 3})], "has layers 1 to 2, and no layer 3"),
    ],
)
def test_what_cannot_be_shown_is_said(dense: Experiment, cues: list[Cue], message: str) -> None:
    with pytest.raises(StoryboardError) as caught:
        texts_after(dense, *cues)
    assert message in str(caught.value.problems[0])


@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        ((3, 4, 2), "needs a network with two inputs, not 3"),
        ((2, 4, 9), "has colours for 6 classes, not for 9"),
    ],
)
def test_a_map_needs_a_plane_and_enough_colours(sizes: tuple[int, ...], message: str) -> None:
    built = network(sizes, "tanh", "softmax", "categorical_cross_entropy")
    inputs, targets = np.ones((2, sizes[0])), np.eye(sizes[-1])[:2]
    experiment = Experiment("e", built, inputs[0], targets[0], GradientDescent(), inputs, targets)
    with pytest.raises(StoryboardError, match=message):
        texts_after(experiment, ("show_data", {}))


def test_a_layer_too_large_to_draw_is_said(dense: Experiment) -> None:
    built = network((2, 60, 5), "tanh", "softmax", "categorical_cross_entropy")
    large = Experiment("large", built, dense.inputs, dense.targets, GradientDescent())
    with pytest.raises(StoryboardError, match="60 × 2 weights is too large"):
        texts_after(large, ("draw_network", {}), ("matrices", {"layer": 1}))
