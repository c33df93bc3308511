"""The scene `layer_gradients`: the top of a bar is at the mean size of the gradients of its layer."""

from dataclasses import replace

import numpy as np
import pytest
from helpers import lessons
from helpers.stage import Cue, performance

from storyreel.checks.layout_rules import faults
from storyreel.checks.snapshot import Snapshot
from storyreel.engine.experiment import Experiment
from storyreel.rendering.play import watch, watch_beats
from storyreel.stage.stage import Stage

CHART: Cue = ("chart_layers", {"other": "other", "names": ["one", "two"], "text": "layer"})
BACK: Cue = ("pass_gradients_back", {})
NAMES: Cue = ("write", {"names": ["4 of 20 right", "18 of 20 right"]})
OUT: Cue = ("point_out_layer", {"number": 1})


def experiments() -> dict[str, Experiment]:
    """A network of four layers with sigmoids, and one with tanh."""
    made = {}
    for name, activation in (("made", "sigmoid"), ("other", "tanh")):
        network = lessons.layered((2, 3, 3, 3, 2), activation, "identity", "half_squared_error")
        made[name] = Experiment(name, network, [0.4, -0.7], [1.0, 0.0], "gradient_descent")
    return made


def sizes_by_differences(experiment: Experiment) -> np.ndarray:
    """For each layer the mean size of the gradients of its weights, by central differences of the loss."""
    network, step = experiment.network, 1e-5

    def loss(weight: str, by: float) -> float:
        nudged = network.nudged(weight, by)
        return float(nudged.cost_of(experiment.inputs, experiment.targets))

    return np.array(
        [
            np.mean([abs(loss(name, step) - loss(name, -step)) / (2 * step) for row in rows for name in row])
            for rows in network.names.weights[1:]
        ]
    )


def stage_with_bars(aspect: str) -> Stage:
    stages: list[Stage] = []
    both = experiments()
    played = performance("layer_gradients", both["made"], [CHART, BACK])
    watch_beats(replace(played, experiments=both, aspect=aspect), stages.append, has_views=False)
    return stages[-1]


@pytest.mark.parametrize("aspect", ["16:9", "9:16", "1:1"])
def test_tops_are_at_the_sizes_of_gradients_on_one_scale(aspect: str) -> None:
    charts = stage_with_bars(aspect).charts  # type: ignore[attr-defined]
    logarithms = np.concatenate([np.log(sizes_by_differences(one)) for one in experiments().values()])
    tops = np.array([bar.get_top()[1] - chart.bottom for chart in charts for bar in chart.bars])
    slope, start = np.polyfit(logarithms, tops, 1)
    assert slope > 0
    assert tops == pytest.approx(slope * logarithms + start, abs=1e-3)
    low = charts[0].low
    assert slope * np.log(low) + start == pytest.approx(0.0, abs=1e-3)  # a bar begins at the scale's end


def test_the_last_layer_comes_first() -> None:
    (chart, _) = stage_with_bars("16:9").charts  # type: ignore[attr-defined]
    chart.grow(0.5)
    heights = [bar.height for bar in chart.bars]
    assert max(heights[:2]) < 0.02 < min(heights[2:])


def test_nothing_overlaps_on_the_way() -> None:
    found: list[str] = []
    before: Snapshot | None = None

    def look(stage: Stage, frame: int, repeats: int) -> None:
        nonlocal before
        before = Snapshot(stage, before, is_still=repeats > 1)
        found.extend(f"frame {frame}: {fault.text}" for fault in faults(before))

    both = experiments()
    played = performance("layer_gradients", both["made"], [CHART, BACK, OUT, NAMES, CHART])
    watch(replace(played, experiments=both), look)
    assert not found


def test_tops_of_value_bars_are_at_the_sizes_of_activations_on_the_scale_of_gradients() -> None:
    both, stages = experiments(), list[Stage]()
    chart: Cue = (CHART[0], {**CHART[1], "values": "values", "gradients": "gradients"})
    played = performance("layer_gradients", both["made"], [chart, ("pass_values_forward", {}), BACK])
    watch_beats(replace(played, experiments=both), stages.append, has_views=False)
    charts = stages[-1].charts  # type: ignore[attr-defined]
    functions = _sigmoid, np.tanh
    for picture, experiment, function in zip(charts, both.values(), functions, strict=True):
        values, means = np.array([0.4, -0.7]), []
        for number, layer in enumerate(experiment.network.layers):
            values = layer.weights @ values + layer.bias
            values = values if number == len(experiment.network.layers) - 1 else function(values)
            means.append(np.abs(values).mean())
        found = [*means, *sizes_by_differences(experiment)]
        tops = [bar.get_top()[1] for bar in (*picture.value_bars, *picture.bars)]
        slope, start = np.polyfit(np.log(found), tops, 1)
        assert tops == pytest.approx(slope * np.log(found) + start, abs=1e-3)


def _sigmoid(z: np.ndarray) -> np.ndarray:
    return np.asarray(1 / (1 + np.exp(-z)))
