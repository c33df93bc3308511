"""The scene `layers`: what it shows is the engine's, whatever the network; what makes no sense is said so."""

from collections.abc import Callable

import numpy as np
import pytest
from helpers import lessons
from helpers.lessons import layered
from helpers.stage import Cue, faults_at_every_frame, texts_after

from storyreel.core.arrays import Array
from storyreel.core.errors import StoryboardError
from storyreel.core.number_format import shown
from storyreel.engine.decision_regions import classes_of
from storyreel.engine.experiment import Experiment
from storyreel.engine.optimizers import GradientDescent
from storyreel.graphics.layout import Area
from storyreel.graphics.networks.gradient_arrow import GradientArrow
from storyreel.graphics.networks.gradient_sum import GradientSum
from storyreel.graphics.parts.matrix_grid import MatrixGrid
from storyreel.graphics.plots.decision_map import DecisionMap

COUNTS: Cue = ("count_parameters", {"weights": ("weight", "weights"), "biases": ("bias", "biases")})
STAGE_AREA = Area("test", -3, -2, 3, 2)


@pytest.fixture
def clusters() -> Experiment:
    """2-6-5 with two points in each of five groups."""
    return lessons.clusters()


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
    assert shown(clusters.run(30).loss[-1]) in texts_after("layers", clusters, *cues)


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
        ([("draw_network", {}), ("gather_wishes", {"neuron": "x[0]"})], "'x[0]' is not a hidden neuron"),
        ([("draw_network", {}), ("gather_wishes", {"neuron": "a2[1]"})], "'a2[1]' is not a hidden neuron"),
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
