"""Bars: as long as the outputs that they stand for, as the targets, and as high as the loss."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from helpers import by_hand, lessons
from helpers.measure import factor, joints
from helpers.stage import Cue, stage_after
from manim import VMobject

from storyreel.engine.experiment import Experiment
from storyreel.graphics.layout import Area
from storyreel.graphics.networks.network_diagram import NetworkDiagram
from storyreel.graphics.networks.output_bars import OutputBars
from storyreel.graphics.parts.meter import Meter

AREA = Area("test", -6, -1, 6, 1)
READY: list[Cue] = [
    *(("draw_network", {}), ("predict", {}), ("show_knobs", {}), ("show_targets", {"text": "wanted"})),
    ("show_loss", {"text": "error"}),
]
SLIVER = 0.0201
"""Units; a bar for nothing is as thin as that."""
Make = Callable[[], Experiment]


def reach(bar: VMobject, zero: float) -> float:
    """How far a bar reaches to the right of the line where all begin; below 0 to its left."""
    left, right = joints(bar)[:, 0].min(), joints(bar)[:, 0].max()
    if right - left <= SLIVER:
        return 0.0
    assert min(abs(left - zero), abs(right - zero)) < 1e-6
    return float(right - zero if abs(left - zero) < 1e-6 else left - zero)


def check(bars: OutputBars, values: Sequence[float], targets: Sequence[float]) -> float:
    """All bars are on one scale; returns the units for each 1."""
    zero = bars.zero.get_x()
    numbers = np.array([*values, *targets])
    seen = np.array([reach(bar, zero) for bar in (*bars.bars, *bars.target_outlines)])
    unit = factor(numbers[seen != 0], seen[seen != 0])
    assert (np.abs(numbers[seen == 0]) * unit <= SLIVER).all()
    return unit


@pytest.mark.parametrize(
    ("values", "targets"), [([2.0, -1.0], [4.0, 0.5]), ([0.1, 0.9], [0.0, 1.0]), ([-3.0, -1.0], [-2.0, -4.0])]
)
def test_bars_are_as_long_as_their_values_and_share_a_scale(
    values: list[float], targets: list[float]
) -> None:
    diagram = NetworkDiagram(lessons.relu().trace, AREA)
    neurons = [diagram.nodes[name] for name in diagram.columns[-1]]
    bars = OutputBars([neuron.get_y() for neuron in neurons], values, targets, AREA)
    unit = check(bars, values, targets)
    for bar, neuron in zip(bars.bars, neurons, strict=True):
        assert bar.get_y() == pytest.approx(neuron.get_y())
    bars.set_values([0.5 * value for value in values])
    assert check(bars, [0.5 * value for value in values], targets) == pytest.approx(unit)


def test_a_value_beyond_the_scale_stretches_it_for_all() -> None:
    diagram = NetworkDiagram(lessons.relu().trace, AREA)
    neurons = [diagram.nodes[name] for name in diagram.columns[-1]]
    bars = OutputBars([neuron.get_y() for neuron in neurons], [2.0, -1.0], [4.0, 0.5], AREA)
    unit = check(bars, [2.0, -1.0], [4.0, 0.5])
    bars.set_values([80.0, -1.0])
    assert check(bars, [80.0, -1.0], [4.0, 0.5]) < unit / 10
    assert bars.bars[0].get_right()[0] <= AREA.right


@pytest.mark.parametrize("make", [lessons.chain, lessons.dense, lessons.relu])
def test_bars_and_loss_of_a_network_follow_a_weight_and_a_training(make: Make) -> None:
    experiment, names = make(), make().network.names
    weight = names.parameters[-2]
    lost: list[tuple[float, float]] = []
    path = by_hand.descent(experiment, 2)
    turned = {weight: 0.7 * by_hand.numbers(experiment)[weight]}
    for cue, now in (
        (None, {}),
        (("turn", {"weight": weight, "to": turned[weight]}), turned),
        (("learn", {"steps": 2}), path[2]),
    ):
        stage = stage_after("intro", experiment, *READY, *([cue] if cue else []))
        numbers = by_hand.numbers(experiment, now)
        values, targets = (
            [numbers[name] for name in group] for group in (names.activations[-1], names.targets)
        )
        check(stage.network.bars, values, targets)
        meter = stage.network.meter
        assert meter.bar.get_bottom()[1] == pytest.approx(meter.base.get_y())
        lost.append((numbers["loss"], meter.bar.height))
    losses, heights = zip(*lost, strict=True)
    factor(
        [min(loss, losses[0] * 4 / 3) for loss in losses], heights
    )  # at first, a meter is three quarters full


def test_a_meter_is_as_high_as_its_value_up_to_its_full_height() -> None:
    meter, heights = Meter("error", "loss", 2.0, AREA), []
    values = (2.0, 1.0, 0.3, 2.5, 100.0)
    for value in values:
        meter.set_value(value)
        heights.append(meter.bar.height)
        assert meter.bar.get_bottom()[1] == pytest.approx(meter.base.get_y())
    full = factor(values[:4], heights[:4]) * 2.0 * 4 / 3  # at first, it is three quarters of its height
    assert heights[4] == pytest.approx(full)
    assert meter.bar.get_top()[1] < AREA.top
