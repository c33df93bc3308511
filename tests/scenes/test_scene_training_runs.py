"""The scene `training_runs`: points of the curves, against training written out by hand."""

import re
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest
from helpers.stage import Cue, performance
from manim import Dot, VMobject

from storyreel.engine.experiment import Experiment
from storyreel.engine.layer import Layer
from storyreel.engine.losses import LOSSES
from storyreel.engine.network import Network
from storyreel.graphics.plots.examples.example_bars import ExampleBars
from storyreel.graphics.plots.examples.prediction_pair import PredictionPair
from storyreel.graphics.plots.examples.prediction_plot import Prediction, PredictionPlot
from storyreel.graphics.plots.examples.runs_plot import RunsPlot
from storyreel.rendering.play import watch_beats
from storyreel.stage.stage import Stage

INPUTS, TARGETS, RATE, STEPS = (1.0, 2.0), (2.0, 1.5), 0.05, 8
STARTS = {"small": (0.5, 0.25), "other": (2.0, -1.0)}
"""The weight and the bias of each network, of one linear neuron."""


def network(name: str) -> Experiment:
    weight, bias = STARTS[name]
    made = Network(("x",), (Layer("y", np.array([[weight]]), [bias]),), LOSSES["mean_squared_error"])
    inputs, targets = (np.array(column)[:, None] for column in (INPUTS, TARGETS))
    return Experiment(
        name, made, inputs[0], targets[0], "sgd", inputs, targets, 1, shuffle=False, learning_rate=RATE
    )


def by_hand(name: str) -> dict[str, list[float]]:
    """Weight, bias and cost after 0, 1, 2, … steps, each with one example in turn."""
    weight, bias = STARTS[name]
    found: dict[str, list[float]] = {"w1": [], "b1": [], "cost": []}
    for step in range(STEPS + 1):
        errors = [weight * x + bias - t for x, t in zip(INPUTS, TARGETS, strict=True)]
        costs = sum(error**2 for error in errors) / len(errors)
        for key, value in zip(found, (weight, bias, costs), strict=True):
            found[key].append(value)
        x, slope = INPUTS[step % 2], 2 * errors[step % 2]
        weight, bias = weight - RATE * slope * x, bias - RATE * slope
    return found


def played(*cues: Cue) -> RunsPlot:
    """The plot when the last of the cues is over."""
    experiments = {name: network(name) for name in STARTS}
    stages: list[Stage] = []
    show = replace(performance("training_runs", experiments["small"], cues), experiments=experiments)
    watch_beats(show, stages.append, has_views=False)
    plot = getattr(stages[-1], "plot")  # noqa: B009 - an attribute of the scene's class
    assert isinstance(plot, RunsPlot)
    return plot


def points(plot: RunsPlot, number: int) -> np.ndarray:
    """The corners of a curve as it is drawn, measured by the axes' frame: steps and values."""
    axes, corners = plot.axes, np.array(plot.lines[number].line.get_anchors())
    left, right = (axes.point(x, axes.y_range[0])[0] for x in axes.x_range)
    bottom, top = (axes.point(axes.x_range[0], y)[1] for y in axes.y_range)
    steps = np.interp(corners[:, 0], (left, right), axes.x_range)
    low, high = np.log(axes.y_range) if plot.is_log else axes.y_range
    heights = low + (corners[:, 1] - bottom) / (top - bottom) * (high - low)
    return np.column_stack([steps, np.exp(heights) if plot.is_log else heights])


def held_to(plot: RunsPlot, number: int, values: list[float]) -> None:
    """Assert that a curve has its corner at each step, at the value by hand, and no other."""
    steps, heights = points(plot, number).T
    assert sorted(set(steps.round(6))) == list(range(len(values)))
    assert heights == pytest.approx([values[round(step)] for step in steps], rel=1e-5)


BOTH: list[Cue] = [
    ("plot_runs", {"of": ("w1", "b1"), "texts": ("one", "two"), "network": "other", "steps": STEPS})
]


def test_a_curve_has_the_numbers_of_its_run_at_each_step() -> None:
    plot = played(*BOTH, ("run", {}))
    found = [by_hand(name)[key] for name in STARTS for key in ("w1", "b1")]
    for number, values in enumerate(found):
        held_to(plot, number, values)


def test_curves_stop_at_the_step_that_the_run_has_reached() -> None:
    plot = played(*BOTH, ("run", {"until": 3}))
    for number, name in enumerate(STARTS):
        held_to(plot, 2 * number, by_hand(name)["w1"][:4])


@pytest.mark.parametrize("scale", ["linear", "log"])
def test_the_cost_is_the_mean_of_the_losses(scale: str) -> None:
    plot = played(
        ("plot_runs", {"of": ("cost",), "texts": ("one",), "steps": STEPS, "scale": scale}), ("run", {})
    )
    held_to(plot, 0, by_hand("small")["cost"])


def test_the_key_has_the_numbers_at_the_end_of_the_curves() -> None:
    plot = played(*BOTH, ("run", {"until": 5}))
    found = [by_hand(name)[key][5] for name in STARTS for key in ("w1", "b1")]
    shown = [float(text.plain.rpartition(" ")[2].replace("−", "-")) for text in plot.numbers]
    assert shown == pytest.approx(found, abs=0.005)


@pytest.mark.parametrize("network", [None, "other"])
def test_a_point_of_the_plane_goes_where_its_two_numbers_go(network: str | None) -> None:
    given = {"x": ("w1",), "y": ("b1",), "texts": ("one",), "labels": ("weight", "bias"), "steps": STEPS}
    plot = played(("plot_paths", {**given, "network": network}), ("run", {"until": 5}))
    found = by_hand(network or "small")
    corners = np.array(plot.lines[0].line.get_anchors())
    (left, low, _), (right, high, _) = (plot.axes.point(k, k) for k in (0.0, 1.0))
    ways = np.column_stack([(corners[:, 0] - left) / (right - left), (corners[:, 1] - low) / (high - low)])
    expected = np.array([found["w1"][:6], found["b1"][:6]]).T
    for corner in ways:
        assert np.abs(expected - corner).max(axis=1).min() < 1e-4
    for point in expected:
        assert np.abs(ways - point).max(axis=1).min() < 1e-4
    head = plot.lines[0].head.get_center()
    assert head == pytest.approx(corners[-1], abs=1e-6)
    shown = [float(text.plain.rpartition(" ")[2].replace("−", "-")) for text in plot.numbers]
    assert shown == pytest.approx([*expected[-1], 5], abs=0.005)


def test_two_planes_have_one_scale_where_one_has_room_for_the_other() -> None:
    given = {"x": ("w1",), "y": ("b1",), "texts": ("one",), "labels": ("weight", "bias"), "steps": STEPS}
    first = played(("plot_paths", {**given, "scale_of": "other"}))
    second = played(("plot_paths", {**given, "network": "other", "scale_of": "small"}))
    alone = played(("plot_paths", given))
    assert (first.axes.x_range, first.axes.y_range) == (second.axes.x_range, second.axes.y_range)
    assert first.axes.x_range != alone.axes.x_range


def test_points_are_told_apart_by_size_and_colour_in_plane_and_key() -> None:
    given = {"x": ("w1", "b1"), "y": ("b1", "w1"), "texts": ("one", "two"), "labels": ("across", "up")}
    plot = played(("plot_paths", {**given, "steps": STEPS}))
    first, second = (line.head for line in plot.lines)
    assert first.width > 1.5 * second.width and first.get_color() != second.get_color()
    for head, block in zip((first, second), plot.key, strict=True):
        assert isinstance(block[1], Dot) and block[1].get_color() == head.get_color()


def test_a_level_is_at_the_height_of_its_number() -> None:
    plot = played(
        ("plot_runs", {"of": ("cost",), "texts": ("one",), "steps": STEPS, "level": "loss"}),
        ("mark_level", {"value": "loss", "text": "the first loss"}),
    )
    line = plot.mark_level(1.0, "one")[0]
    assert line.get_center()[1] == pytest.approx(plot.axes.point(0.0, 1.0)[1])


FLOOR, HEIGHTS = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]), np.array([1.0, 3.0, 0.0])
"""The inputs and the targets of the examples of a network whose prediction is a surface."""


def surface(*cues: Cue, others: Mapping[str, Experiment] = MappingProxyType({})) -> PredictionPlot:
    """The surface of a network of one linear neuron, y = x1 + 2 x2, when the last of the cues is over."""
    made = Network(("x1", "x2"), (Layer("y", np.array([[1.0, 2.0]]), [0.0]),), LOSSES["mean_squared_error"])
    targets = HEIGHTS[:, None]
    one = Experiment("small", made, FLOOR[0], targets[0], "sgd", FLOOR, targets, learning_rate=RATE)
    stages: list[Stage] = []
    given = {"text": "one", "labels": ("first", "second", "up"), "steps": STEPS}
    given |= {"scale_of": next(iter(others))} if others else {}
    show = replace(performance("training_runs", one, [("plot_prediction", given), *cues]), experiments=others)
    watch_beats(show, stages.append, has_views=False)
    plot = getattr(stages[-1], "plot")  # noqa: B009 - an attribute of the scene's class
    assert isinstance(plot, PredictionPlot)
    return plot


def in_frame(plot: PredictionPlot, inputs: np.ndarray, heights: np.ndarray) -> np.ndarray:
    """Points of the frame, by the ends of the axes: the view is a parallel projection."""
    space = plot.axes
    ends = np.array(space.ranges)
    (first, second), height = ends[:2], ends[2]
    corner = np.array([first[0], second[0]])
    spots = [corner, [first[1], second[0]], [first[0], second[1]]]
    floor = space.view.surface(space.places(np.array(spots), np.full(3, height[0])))
    head = space.view.surface(space.places(corner, np.array(height[1])))
    along = (inputs - corner) / (ends[:2, 1] - corner)
    up = (heights - height[0]) / (height[1] - height[0])
    sides = [floor[1] - floor[0], floor[2] - floor[0], head - floor[0]]
    return np.asarray(floor[0] + np.column_stack([along, up]) @ np.array(sides))


@pytest.mark.parametrize("steps", [0, STEPS])
def test_examples_stand_at_their_targets_and_gaps_end_at_what_is_predicted(steps: int) -> None:
    plot = surface(*([("run", {})] if steps else []))
    columns, weights = np.column_stack([FLOOR, np.ones(3)]), np.array([1.0, 2.0, 0.0])
    for _ in range(steps):  # of gradient descent on the mean of the squared errors
        weights = weights - RATE * 2 * columns.T @ (columns @ weights - HEIGHTS) / 3
    line = plot.lines[0]
    assert isinstance(line, Prediction)
    targets = [point.get_center() for point in line.points_of_targets]
    predictions = [foot.get_center() for foot in line.feet]
    assert np.array(targets) == pytest.approx(in_frame(plot, FLOOR, HEIGHTS), abs=1e-6)
    assert np.array(predictions) == pytest.approx(in_frame(plot, FLOOR, columns @ weights), abs=1e-6)
    for gap, point, foot in zip(line.gaps, targets, predictions, strict=True):
        assert gap.points[[0, -1]] == pytest.approx(np.array([point, foot]), abs=1e-6)
    cost = float(((columns @ weights - HEIGHTS) ** 2).mean())
    assert float(plot.numbers[0].plain.rpartition(" ")[2]) == pytest.approx(cost, abs=0.005)
    assert plot.numbers[1].plain == f"step = {steps}"


def test_a_scale_has_room_for_another_networks_run_too() -> None:
    alone = surface().axes.ranges[2]
    made = Network(("x1", "x2"), (Layer("y", np.array([[9.0, 2.0]]), [0.0]),), LOSSES["mean_squared_error"])
    targets = HEIGHTS[:, None]
    other = Experiment("other", made, FLOOR[0], targets[0], "sgd", FLOOR, targets, learning_rate=RATE)
    shared = surface(others={"other": other}).axes.ranges[2]
    assert alone[1] < 9.0 <= shared[1]


def moved(*cues: Cue) -> list[VMobject]:
    """The polygons of the surface when the last of the cues is over."""
    line = surface(*cues).lines[0]
    assert isinstance(line, Prediction)
    return list(line.mesh)


def test_the_surface_moves_with_the_network() -> None:
    before, after = (np.array([shape.points[0] for shape in moved(*[("run", {})] * runs)]) for runs in (0, 1))
    assert np.abs(before - after).max() > 0.05


SEEN = np.array([0.5, 0.5])
"""An input of a network's own that is not among those of its examples, whose target is 2."""


def linear(name: str, weights: tuple[float, float]) -> Experiment:
    """A network of one linear neuron over two inputs, without a bias."""
    made = Network(("x1", "x2"), (Layer("y", np.array([weights])),), LOSSES["mean_squared_error"])
    return Experiment(name, made, SEEN, [2.0], "sgd", FLOOR, HEIGHTS[:, None], learning_rate=RATE)


def stage_of_both(*cues: Cue, trained: bool = False) -> Stage:
    """The stage with the surfaces of y = x1 + 2 x2, of `STEPS` steps, and of y = 3 x1, of twice as many, when
    the last of the cues is over."""
    both = {"one": linear("one", (1.0, 2.0)), "two": linear("two", (3.0, 0.0))}
    given = {"other": "two", "texts": ("one", "two"), "labels": ("first", "second", "up")}
    given |= {"steps": STEPS, "other_steps": 2 * STEPS, "trained": trained}
    stages: list[Stage] = []
    show = replace(
        performance("training_runs", both["one"], [("compare_predictions", given), *cues]), experiments=both
    )
    watch_beats(show, stages.append, has_views=False)
    return stages[-1]


def pair_on(stage: Stage) -> PredictionPair:
    plot = getattr(stage, "plot")  # noqa: B009 - an attribute of the scene's class
    assert isinstance(plot, PredictionPair)
    return plot


def descended(weights: tuple[float, float], steps: int) -> np.ndarray:
    """The weights after so many steps of gradient descent on the mean of the squared errors."""
    found = np.array(weights)
    for _ in range(steps):
        found = found - RATE * 2 * FLOOR.T @ (FLOOR @ found - HEIGHTS) / len(HEIGHTS)
    return np.asarray(found)


ENDS = descended((1.0, 2.0), STEPS), descended((3.0, 0.0), 2 * STEPS)
"""The weights at the ends of both runs."""


@pytest.mark.parametrize(("cues", "trained"), [([("run", {"turn": 20.0})], False), ([], True)])
def test_two_surfaces_are_at_the_ends_of_their_runs_on_one_scale(cues: list[Cue], trained: bool) -> None:
    pair = pair_on(stage_of_both(*cues, trained=trained))
    assert pair.plots[0].axes.ranges == pair.plots[1].axes.ranges
    for plot, weights, steps in zip(pair.plots, ENDS, (STEPS, 2 * STEPS), strict=True):
        line = plot.lines[0]
        assert isinstance(line, Prediction)
        feet = np.array([foot.get_center() for foot in line.feet])
        assert feet == pytest.approx(in_frame(plot, FLOOR, FLOOR @ weights), abs=1e-6)
        cost = float(((FLOOR @ weights - HEIGHTS) ** 2).mean())
        assert float(plot.numbers[0].plain.rpartition(" ")[2]) == pytest.approx(cost, abs=0.005)
        assert plot.numbers[1].plain == f"step = {steps}"


def test_a_networks_own_example_is_at_its_target_and_its_prediction_in_a_turned_view_too() -> None:
    stage = stage_of_both(("show_new_example", {}), ("turn_view", {"by": 30.0}), trained=True)
    pair, marks = pair_on(stage), getattr(stage, "marks")  # noqa: B009 - an attribute of the scene's class
    assert pair.azimuth == pytest.approx(52.0)
    for plot, weights, new, row in zip(pair.plots, ENDS, marks[::2], marks[1::2], strict=True):
        _, gap, foot, ring = new
        at_target = in_frame(plot, SEEN[None], np.array([2.0]))[0]
        at_prediction = in_frame(plot, SEEN[None], np.array([SEEN @ weights]))[0]
        assert ring.get_center() == pytest.approx(at_target, abs=1e-6)
        assert foot.get_center() == pytest.approx(at_prediction, abs=1e-6)
        assert gap.points[[0, -1]] == pytest.approx(np.array([at_target, at_prediction]), abs=1e-6)
        said, target = (float(number.plain.rpartition(" ")[2]) for number in row[1:])
        assert (said, target) == (pytest.approx(SEEN @ weights, abs=0.005), 2.0)


def test_how_far_both_predictions_of_a_networks_own_example_are_off_takes_the_place_of_other_numbers() -> (
    None
):
    stage = stage_of_both(("show_new_example", {}), ("measure_new_example", {}), trained=True)
    pair, marks = pair_on(stage), getattr(stage, "marks")  # noqa: B009 - an attribute of the scene's class
    for equation, weights in zip(marks[2:], ENDS, strict=True):
        said = [
            float(number) for number in re.findall(r"\d+\.?\d*|-\d+\.?\d*", equation.plain.partition("=")[2])
        ]
        assert said[0] == pytest.approx(SEEN @ weights, abs=0.005) and said[1] == 2.0
        assert abs(said[2]) == pytest.approx(abs(SEEN @ weights - 2.0), abs=0.006)
    assert pair.plots[0].numbers == [] and not pair.plots[0].key[0][1:]


@pytest.mark.parametrize("cues", [[], [("run", {})], [("run", {}), ("enlarge_bars", {"text": "larger"})]])
def test_arrows_are_as_long_as_gradients_and_go_to_the_left_where_a_step_makes_the_weight_smaller(
    cues: list[Cue],
) -> None:
    one = linear("one", (1.0, 2.0))
    stages: list[Stage] = []
    name = one.network.trained[0]
    given = {"steps": STEPS, "text": "mean", "of": name}
    beats = performance("training_runs", one, [("plot_example_gradients", given), *cues])
    watch_beats(beats, stages.append, has_views=False)
    plot = getattr(stages[-1], "plot")  # noqa: B009 - an attribute of the scene's class
    (chart,) = plot.lines
    weights = descended((1.0, 2.0), STEPS if cues else 0)
    expected = 2 * (FLOOR @ weights - HEIGHTS) * FLOOR[:, 0]
    middle = chart.zero.get_x()
    ends = [
        arrow.get_left()[0] if gradient > 0 else arrow.get_right()[0]
        for arrow, gradient in zip([*chart.bars, chart.mean], [*expected, expected.mean()], strict=True)
    ]
    lengths = (middle - np.array(ends)) / chart.unit
    assert lengths == pytest.approx(np.array([*expected, expected.mean()]), abs=0.02 / chart.unit)
    assert len(plot.numbers) == 2  # the mean, and the count of steps


@pytest.mark.parametrize("cues", [[], [("run", {})], [("run", {}), ("enlarge_bars", {"text": "larger"})]])
def test_bars_are_as_high_as_the_gradients_of_the_examples_and_a_line_is_at_their_mean(
    cues: list[Cue],
) -> None:
    one = linear("one", (1.0, 2.0))
    stages: list[Stage] = []
    given = {"steps": STEPS, "text": "mean"}
    watch_beats(
        performance("training_runs", one, [("plot_example_gradients", given), *cues]),
        stages.append,
        has_views=False,
    )
    plot = getattr(stages[-1], "plot")  # noqa: B009 - an attribute of the scene's class
    assert isinstance(plot, ExampleBars)
    weights = descended((1.0, 2.0), STEPS if cues else 0)
    gradients = 2 * (FLOOR @ weights - HEIGHTS)[:, None] * FLOOR
    for number, chart in enumerate(plot.lines):
        zero, expected = chart.zero.get_y(), gradients[:, number]
        ends = [
            bar.get_top()[1] if g > 0 else bar.get_bottom()[1]
            for bar, g in zip(chart.bars, expected, strict=True)
        ]
        unit = (np.array(ends) - zero)[np.abs(expected) > 0.05] / expected[np.abs(expected) > 0.05]
        assert unit == pytest.approx(np.full(len(unit), unit[0]), rel=1e-6)
        assert unit[0] > 0
        assert (chart.mean.get_y() - zero) / unit[0] == pytest.approx(expected.mean(), abs=1e-6)
        assert float(plot.numbers[number].plain.replace("−", "-")) == pytest.approx(
            expected.mean(), abs=0.005
        )
