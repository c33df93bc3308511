"""The scene `regression`: points, curve, errors and cost, against training written out by hand."""

from dataclasses import replace
from random import Random

import numpy as np
import pytest
from helpers.random_cues import empty_stage, failure_of, fault_of, random_chapter
from helpers.stage import Cue, performance

from storyreel.checks.layout_rules import faults
from storyreel.checks.snapshot import Snapshot
from storyreel.core.errors import StoryboardError
from storyreel.engine.experiment import Experiment
from storyreel.engine.layer import Layer
from storyreel.engine.losses import LOSSES
from storyreel.engine.network import Network
from storyreel.graphics.plots.fit_plot import FitPlot
from storyreel.rendering.play import watch, watch_beats
from storyreel.stage.stage import Stage
from storyreel.storyboard.vocabulary import scene_types

RATE, STEPS = 0.1, 6
HIDDEN, OUTPUT = np.array([[1.5], [-0.8]]), np.array([[0.9, 1.2]])
"""The weights of two hidden neurons with tanh, and of the output; biases are 0 and trained."""
ONE = np.array([[-1.0], [0.0], [0.5], [2.0]]), np.array([-0.5, 0.25, 1.0, 0.75])
SLOPES = np.array([[0.5, -1.0]])
"""The weights of a linear neuron with two inputs."""
TWO = np.array([[1.0, 0.5], [-1.0, 2.0], [0.5, 0.0]]), np.array([1.0, -0.5, 0.5])
PLOT: Cue = ("plot_data", {"steps": STEPS})
FIT: Cue = ("draw_fit", {})
ERRORS: Cue = ("show_errors", {})
COST: Cue = ("plot_cost", {})


def one_input() -> Experiment:
    layers = (Layer("h", HIDDEN, [0.0, 0.0], "tanh"), Layer("y", OUTPUT, [0.0]))
    return experiment(Network(("x",), layers, LOSSES["half_squared_error"]), *ONE)


def two_inputs() -> Experiment:
    layers = (Layer("y", SLOPES, [0.0]),)
    return experiment(Network(("a", "b"), layers, LOSSES["half_squared_error"]), *TWO)


def experiment(network: Network, inputs: np.ndarray, targets: np.ndarray) -> Experiment:
    column = targets[:, None]
    return Experiment("net", network, inputs[0], column[0], "sgd", inputs, column, learning_rate=RATE)


def curves_by_hand(x: np.ndarray) -> list[np.ndarray]:
    """The outputs at some inputs after 0, 1, 2, … steps, each with the mean gradient of all examples."""
    inputs, targets = ONE
    w, b, v, c = HIDDEN[:, 0].copy(), np.zeros(2), OUTPUT[0].copy(), 0.0
    found = []
    for _ in range(STEPS + 1):
        found.append(np.tanh(np.outer(x, w) + b) @ v + c)
        hidden = np.tanh(inputs * w + b)
        errors = (hidden @ v + c - targets) / len(targets)
        back = errors[:, None] * v * (1 - hidden**2)
        w, b, v, c = (
            w - RATE * (back * inputs).sum(axis=0),
            b - RATE * back.sum(axis=0),
            v - RATE * errors @ hidden,
            c - RATE * errors.sum(),
        )
    return found


def predictions_by_hand() -> list[np.ndarray]:
    """The predictions of the linear neuron for its data after 0, 1, 2, … steps."""
    inputs, targets = TWO
    weights, bias, found = SLOPES[0].copy(), 0.0, []
    for _ in range(STEPS + 1):
        outputs = inputs @ weights + bias
        found.append(outputs)
        errors = (outputs - targets) / len(targets)
        weights, bias = weights - RATE * errors @ inputs, bias - RATE * errors.sum()
    return found


def played(made: Experiment, *cues: Cue, aspect: str = "16:9") -> Stage:
    """The stage when the last of the cues is over; nothing is wrong with its layout at the end of any."""
    stages: list[Stage] = []
    wrong: list[str] = []

    def look(stage: Stage) -> None:
        stages.append(stage)
        wrong.extend(fault.text for fault in faults(Snapshot(stage, is_still=True)))

    watch_beats(replace(performance("regression", made, cues), aspect=aspect), look)
    assert wrong == []
    return stages[-1]


def plot_of(stage: Stage) -> FitPlot:
    plot = getattr(stage, "fit")  # noqa: B009 - an attribute of the scene's class
    assert isinstance(plot, FitPlot)
    return plot


def read(plot: FitPlot, points: np.ndarray) -> np.ndarray:
    """Points on the frame as the axes say them: measured between two ticks of each axis, whose numbers are
    what their labels say."""
    marks, labels = plot.ticks[::2], plot.ticks[1::2]
    numbers = [float(label.plain.replace("−", "-")) for label in labels]  # type: ignore[attr-defined]
    places = [mark.get_start() for mark in marks]
    across = [(n, p[0]) for n, p in zip(numbers, places, strict=True) if np.isclose(p[1], plot.bottom)]
    up = [(n, p[1]) for n, p in zip(numbers, places, strict=True) if np.isclose(p[0], plot.left)]
    found = []
    for column, ticks in enumerate((across, up)):
        (low, there), (high, far) = ticks[0], ticks[-1]
        found.append(low + (points[:, column] - there) * (high - low) / (far - there))
    return np.stack(found, axis=1)


def dots(plot: FitPlot) -> np.ndarray:
    return read(plot, np.array([dot.get_center() for dot in plot.points_of_data]))


def ends(plot: FitPlot) -> np.ndarray:
    return read(plot, np.array([error.points[-1] for error in plot.errors]))


@pytest.mark.parametrize("aspect", ["16:9", "9:16"])
@pytest.mark.parametrize("step", [0, 2, STEPS])
def test_the_curve_is_the_prediction_of_the_network_at_its_step(step: int, aspect: str) -> None:
    train: list[Cue] = [("train", {"until": step})] if step else []
    plot = plot_of(played(one_input(), PLOT, FIT, ERRORS, *train, aspect=aspect))
    inputs, targets = ONE
    assert np.allclose(dots(plot), np.column_stack([inputs[:, 0], targets]), atol=1e-6)
    curve = read(plot, plot.graph.points)
    corners = curve[::4]
    assert len(corners) > 100 and np.isclose(corners[0, 0], plot.x_range[0])
    assert np.allclose(corners[:, 1], curves_by_hand(corners[:, 0])[step], atol=1e-6)
    predicted = curves_by_hand(inputs[:, 0])[step]
    assert np.allclose(ends(plot), np.column_stack([inputs[:, 0], predicted]), atol=1e-6)


@pytest.mark.parametrize("step", [0, 3, STEPS])
def test_with_several_inputs_points_are_predictions_over_targets(step: int) -> None:
    train: list[Cue] = [("train", {"until": step})] if step else []
    plot = plot_of(played(two_inputs(), PLOT, FIT, ERRORS, *train))
    targets = TWO[1]
    assert np.allclose(dots(plot), np.column_stack([targets, predictions_by_hand()[step]]), atol=1e-6)
    assert np.allclose(ends(plot), np.column_stack([targets, targets]), atol=1e-6)
    line = read(plot, plot.graph.points)
    assert np.allclose(line[:, 0], line[:, 1], atol=1e-6)


def test_training_goes_on_from_the_step_reached() -> None:
    at_once = plot_of(played(one_input(), PLOT, FIT, ("train", {})))
    in_two = plot_of(played(one_input(), PLOT, FIT, ("train", {"until": 4}), ("train", {})))
    assert np.allclose(at_once.graph.points, in_two.graph.points)


@pytest.mark.parametrize("aspect", ["16:9", "9:16", "1:1"])
@pytest.mark.parametrize("make", [one_input, two_inputs])
def test_the_plot_makes_room_for_the_cost_and_still_says_the_same(make, aspect: str) -> None:
    made = make()
    before = played(made, PLOT, FIT, ERRORS, aspect=aspect)
    after = played(made, PLOT, FIT, ERRORS, COST, aspect=aspect)
    wide, narrow = plot_of(before), plot_of(after)
    assert np.allclose(dots(wide), dots(narrow), atol=1e-6)
    assert np.allclose(ends(wide), ends(narrow), atol=1e-6)
    smaller = narrow.arrows[0].width < wide.arrows[0].width or narrow.arrows[1].height < wide.arrows[1].height
    assert smaller
    end = plot_of(played(made, PLOT, COST, FIT, ("train", {}), ERRORS, aspect=aspect))
    last = curves_by_hand(ONE[0][:, 0]) if make is one_input else predictions_by_hand()
    assert np.allclose(ends(end)[:, 1], last[STEPS] if make is one_input else TWO[1], atol=1e-6)


def test_a_plot_that_makes_room_in_the_middle_of_training_shows_where_it_stands() -> None:
    plot = plot_of(played(two_inputs(), PLOT, FIT, ERRORS, ("train", {"until": 3}), COST))
    assert np.allclose(dots(plot)[:, 1], predictions_by_hand()[3], atol=1e-6)


def test_predictions_and_cost_are_of_the_same_step_at_every_moment() -> None:
    cues: tuple[Cue, ...] = (PLOT, FIT, COST, ("train", {}))
    seen: list[float] = []

    def look(stage: Stage, *_: object) -> None:
        cost = getattr(stage, "cost")  # noqa: B009 - an attribute of the scene's class
        if cost is None or not getattr(stage, "step"):  # noqa: B009
            return
        left, right = (cost.point(x, 0.0)[0] for x in cost.x_range)
        step = float((cost.head.get_center()[0] - left) / (right - left) * STEPS)
        by_step = np.array(predictions_by_hand())  # a linear network: between two steps they are linear, too
        between = [np.interp(step, range(STEPS + 1), column) for column in by_step.T]
        assert np.allclose(dots(plot_of(stage))[:, 1], between, atol=1e-6)
        seen.append(step)

    watch(performance("regression", two_inputs(), cues), look)
    assert len({round(step, 3) for step in seen}) > 5


def test_the_cost_beside_it_is_that_of_the_step() -> None:
    stage = played(one_input(), PLOT, FIT, COST, ("train", {"until": 4}))
    expected = float(np.mean((curves_by_hand(ONE[0][:, 0])[4] - ONE[1]) ** 2) / 2)
    cost = getattr(stage, "cost")  # noqa: B009 - an attribute of the scene's class
    left, right = (cost.point(x, 0.0)[0] for x in cost.x_range)
    low, high = (cost.point(0.0, y)[1] for y in cost.y_range)
    here = cost.head.get_center()
    assert np.isclose((here[0] - left) / (right - left) * STEPS, 4)
    share = (here[1] - low) / (high - low)
    assert np.isclose(cost.y_range[0] + share * (cost.y_range[1] - cost.y_range[0]), expected, atol=1e-9)


def test_a_curve_that_leaves_the_axes_is_cut_off_there() -> None:
    steep = Network(("x",), (Layer("y", np.array([[40.0]]), [0.0]),), LOSSES["half_squared_error"])
    made = Experiment(
        "net", steep, ONE[0][0], ONE[1][:1], "sgd", ONE[0], ONE[1][:, None], learning_rate=0.001
    )
    plot = plot_of(played(made, ("plot_data", {"steps": 1}), FIT, ERRORS))
    curve = read(plot, plot.graph.points)
    low, high = plot.y_range
    assert curve[:, 1].min() >= low - 1e-9 and curve[:, 1].max() <= high + 1e-9
    assert np.isclose(curve[:, 1].min(), low) and np.isclose(curve[:, 1].max(), high)
    assert np.allclose(curve[:, 1], 40 * curve[:, 0], atol=1e-6)


def test_words_stand_at_the_axes_or_the_symbols_of_what_is_on_them() -> None:
    for made, cue in ((one_input(), PLOT), (two_inputs(), ("plot_data", {"steps": 1, "x_label": "one"}))):
        plot = plot_of(played(made, cue))
        assert all(name.width > 0 for name in plot.names)
        assert plot.names[1].get_bottom()[1] > plot.top and plot.names[0].get_top()[1] < plot.bottom


@pytest.mark.parametrize(
    ("cues", "message"),
    [
        ((FIT,), "begin with `plot_data`"),
        ((PLOT, ERRORS), "`draw_fit` comes first"),
        ((PLOT, ("train", {})), "`draw_fit` comes first"),
        ((PLOT, FIT, ("train", {}), ("train", {})), "the run stands at step 6 of 6"),
        ((PLOT, FIT, FIT), "is on stage already"),
        ((PLOT, COST, COST), "is on stage already"),
    ],
)
def test_what_cannot_be_drawn_is_said(cues: tuple[Cue, ...], message: str) -> None:
    with pytest.raises(StoryboardError, match=message):
        played(one_input(), *cues)


def test_a_network_with_several_outputs_is_refused() -> None:
    layers = (Layer("y", np.array([[1.0], [2.0]]), [0.0, 0.0]),)
    network = Network(("x",), layers, LOSSES["half_squared_error"])
    targets = np.column_stack([ONE[1], ONE[1]])
    made = Experiment("net", network, ONE[0][0], targets[0], "sgd", ONE[0], targets, learning_rate=RATE)
    with pytest.raises(StoryboardError, match="one output, and this one has 2"):
        played(made, PLOT)


def test_check_is_silent_exactly_where_the_stage_plays(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = scene_types()["regression"]
    for number in range(16):
        experiments = {"net": (one_input if number % 2 else two_inputs)()}
        cues = random_chapter(Random(f"fit {number}"), scene, "net", experiments)
        said = fault_of(empty_stage(scene, "net", experiments), cues)
        found = failure_of(scene, "net", experiments, cues, monkeypatch)
        assert (said and said[0]) == (found and found[0]), f"{said}, {found}, {cues}"
