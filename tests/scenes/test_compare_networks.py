"""Two networks in training, side by side, are those that a loop of plain NumPy trains."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from helpers.measure import number, reading
from helpers.random_cues import empty_stage, fault_of
from helpers.stage import performance

from storyreel.core.arrays import Array
from storyreel.core.paths import STORYBOARDS
from storyreel.engine.experiment import Experiment
from storyreel.reader import load
from storyreel.rendering.play import watch_beats
from storyreel.storyboard.vocabulary import scene_types

STEPS, UNTIL = 30, 12
NAMES = {"names": ("one", "other"), "step_word": ("step", "steps")}
LESSON = load(STORYBOARDS / "plain.yaml")


def outputs_and_costs(experiment: Experiment, steps: int, bends: bool) -> tuple[Array, list[float]]:
    """The outputs for all data after so many steps of gradient descent on two layers, the first with or
    without tanh, and the cost before each step and after the last: half the squared gaps, averaged."""
    inputs, targets = experiment.examples
    first, last = (layer.weights.copy() for layer in experiment.network.layers)
    first_bias, last_bias = np.zeros(len(first)), np.zeros(len(last))
    rate, costs = experiment.optimizer.learning_rate, []
    for _ in range(steps + 1):
        sums = inputs @ first.T + first_bias
        hidden = np.tanh(sums) if bends else sums
        outputs = hidden @ last.T + last_bias
        gaps = outputs - targets
        costs.append(float((gaps**2).sum(axis=1).mean() / 2))
        share = gaps / len(inputs)
        back = share @ last * (1 - hidden**2 if bends else 1)
        first, first_bias = first - rate * back.T @ inputs, first_bias - rate * back.sum(axis=0)
        last, last_bias = last - rate * share.T @ hidden, last_bias - rate * share.sum(axis=0)
    return outputs, costs


@pytest.mark.parametrize(("ours", "other", "bends"), [("bent", "straight", False), ("small", "stuck", True)])
def test_curves_and_costs_are_those_of_both_networks(ours: str, other: str, bends: bool) -> None:
    given = {"other": other, "steps": STEPS, **NAMES}
    cues = [("compare_networks", given), ("train_both", {"until": UNTIL}), ("train_both", {"until": None})]
    chapter = replace(performance("layers", LESSON.networks[ours], cues), experiments=dict(LESSON.networks))
    seen: list[tuple[list[Array], list[float]]] = []

    def look(stage: Any) -> None:
        picture = stage.batch_costs
        read = reading(picture.axes)
        ends = [np.array(read(tip.get_center())) for tip in picture.tips]
        seen.append((ends, [number(tag.text.plain.split()[-1]) for tag in picture.tags]))

    watch_beats(chapter, look)
    runs = [
        outputs_and_costs(LESSON.networks[ours], STEPS, True),
        outputs_and_costs(LESSON.networks[other], STEPS, bends),
    ]
    for step, (ends, written) in zip((0, UNTIL, STEPS), seen, strict=True):
        for (_, costs), end, text in zip(runs, ends, written, strict=True):
            assert end == pytest.approx([step, costs[step]], abs=3e-3 * STEPS)
            assert end[1] == pytest.approx(costs[step], abs=3e-3)
            assert text == pytest.approx(costs[step], abs=0.006)


def test_the_lesson_says_how_many_points_are_on_the_wrong_side_of_a_straight_line() -> None:
    straight, targets = LESSON.networks["straight"], LESSON.networks["straight"].examples[1]
    outputs, _ = outputs_and_costs(straight, 300, bends=False)
    assert (outputs.argmax(axis=1) != targets.argmax(axis=1)).sum() == 3
    assert "three points on the wrong side" in LESSON.path.read_text(encoding="utf-8")


def test_the_mean_gradient_is_that_of_a_step_of_training() -> None:
    """By the move of all weights in the next step, divided by the learning rate."""
    given = {"other": "stuck", "steps": STEPS, **NAMES, "gradient": "mean gradient"}
    cues = [("compare_networks", given), ("train_both", {"until": UNTIL})]
    chapter = replace(
        performance("layers", LESSON.networks["small"], cues), experiments=dict(LESSON.networks)
    )
    stages: list[Any] = []
    watch_beats(chapter, stages.append)
    for place, name in enumerate(("small", "stuck")):
        networks = LESSON.networks[name].run(UNTIL + 1).networks
        moves = [
            (after.weights - before.weights).ravel()
            for before, after in zip(networks[UNTIL].layers, networks[UNTIL + 1].layers, strict=True)
        ]
        mean = float(np.abs(np.concatenate(moves)).mean()) / LESSON.networks[name].optimizer.learning_rate
        picture = stages[-1].batch_costs
        assert picture.mean_gradient(place, UNTIL) == pytest.approx(mean)
        lines = picture._count_lines(place, float(UNTIL))
        assert [line.plain for line in lines] == [f"{UNTIL} steps", f"mean gradient {mean:.4f}"]


def test_two_layers_without_an_activation_merge_into_their_product() -> None:
    given = {"other": "straight", "steps": STEPS, **NAMES}
    cues = [("compare_networks", given), ("train_both", {"until": UNTIL}), ("merge_layers", {})]
    chapter = replace(performance("layers", LESSON.networks["bent"], cues), experiments=dict(LESSON.networks))
    stages: list[Any] = []
    watch_beats(chapter, stages.append)
    tables, picture = stages[-1].merged, stages[-1].batch_costs
    network = LESSON.networks["straight"].run(UNTIL).networks[UNTIL]
    first, last = (layer.weights for layer in network.layers)
    outputs = network.forward(np.vstack([np.zeros(first.shape[1]), np.eye(first.shape[1])])).prediction
    both = (outputs[1:] - outputs[0]).T  # what each input adds to each output
    for table, weights in ((tables.second, last), (tables.first, first), (tables.one, both)):
        signs = [len(cell) > 1 for cell in table[0]]
        assert signs == (weights < 0).ravel().tolist()
        lights = [sum(cell[0].get_fill_color().to_rgb()) for cell in table[0]]
        assert np.argsort(lights).tolist() == np.argsort(np.abs(weights).ravel()).tolist()
    axes = picture.axes
    assert axes not in stages[-1].mobjects, "the tables are in place of the curves"
    assert axes.get_left()[0] <= tables.get_left()[0] < tables.get_right()[0] <= axes.get_right()[0]
    assert axes.get_bottom()[1] <= tables.get_bottom()[1] < tables.get_top()[1] <= axes.get_top()[1]


def test_layers_with_an_activation_are_not_merged() -> None:
    scene = scene_types()["layers"]
    given = {"other": "stuck", "steps": STEPS, **NAMES}
    stage = empty_stage(scene, "small", dict(LESSON.networks))
    found = fault_of(stage, [("compare_networks", given), ("merge_layers", {})])
    assert found is not None
    assert (found[0], "without an activation function between" in found[1]) == (1, True)
