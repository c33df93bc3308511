"""Gradient arrows: they point against the gradient, as long as it is large, and add up to a neuron's own."""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from helpers import by_hand, lessons
from helpers.lessons import layered
from helpers.measure import factor, joints, middle, number
from helpers.stage import Cue, performance, stage_after
from manim import VMobject

from storyreel.core.errors import StoryreelError
from storyreel.engine.equations.neuron_sum import neuron_sum
from storyreel.engine.experiment import Experiment
from storyreel.graphics import theme
from storyreel.graphics.layout import Area
from storyreel.graphics.networks.gradient_arrow import GradientArrow
from storyreel.graphics.networks.gradient_sum import GradientSum
from storyreel.rendering.play import watch_beats
from storyreel.stage.stage import Stage

ARROWS: list[Cue] = [("draw_network", {}), ("show_wishes", {})]
Make = Callable[[], Experiment]
WIDE: list[Make] = [lessons.dense, lessons.relu]


def foot_and_tip(arrow: VMobject) -> tuple[float, float]:
    """The heights at which an upright arrow begins and ends: its tip is its only corner in the middle."""
    corners = joints(arrow)[:-1]
    (tip,) = corners[np.isclose(corners[:, 0], middle(arrow)[0], atol=1e-6), 1]
    low, high = corners[:, 1].min(), corners[:, 1].max()
    assert tip in (low, high)
    return (high, tip) if tip == low else (low, tip)


def length(arrow: VMobject) -> float:
    """How far an arrow points upwards; below 0 where it points down."""
    foot, tip = foot_and_tip(arrow)
    return tip - foot


@pytest.mark.parametrize("value", [0.8, -0.8, 0.05, -0.05])
def test_an_arrow_points_upwards_for_a_positive_number_and_is_filled_then(value: float) -> None:
    arrow = GradientArrow(value, 0.3)
    assert length(arrow) == pytest.approx(value)
    fill = arrow.get_fill_color().to_hex()
    assert fill == theme.colour("gradient" if value > 0 else "background")
    assert arrow.get_stroke_color().to_hex() == theme.colour("gradient")


@pytest.mark.parametrize("make", WIDE)
def test_the_arrow_of_an_output_is_its_negative_gradient(make: Make) -> None:
    experiment = make()
    stage = stage_after("layers", experiment, *ARROWS)
    outputs, biases = stage.diagram.columns[-1], experiment.network.names.biases[-1]
    expected = [-by_hand.slope(experiment, bias) for bias in biases]
    arrows = [stage.arrows[name] for name in outputs]
    factor(expected, [length(arrow) for arrow in arrows])
    assert [arrow.get_y() for arrow in arrows] == pytest.approx(
        [stage.diagram.nodes[name].get_y() for name in outputs]
    )


def stage_in(aspect: str, experiment: Experiment, *cues: Cue) -> Any:
    """The scene `layers` as it is when the last of the cues is over, in a frame of this aspect ratio."""
    stages: list[Stage] = []
    watch_beats(replace(performance("layers", experiment, cues), aspect=aspect), stages.append)
    return stages[-1]


def wishes(experiment: Experiment) -> list[float]:
    names = experiment.network.names.pre_activations[-1]
    return [-by_hand.slope(experiment, name) for name in names]


@pytest.mark.parametrize("make", WIDE)
def test_the_number_at_an_arrow_is_that_of_the_arrow(make: Make) -> None:
    experiment = make()
    stage = stage_after("layers", experiment, *ARROWS)
    said = [number(stage.wishes[name].plain) for name in stage.diagram.columns[-1]]
    assert said == pytest.approx(wishes(experiment), abs=0.006)
    for name, text in stage.wishes.items():
        assert text.get_right()[0] < stage.arrows[name].get_left()[0]


@pytest.mark.parametrize("aspect", ["16:9", "9:16", "1:1"])
@pytest.mark.parametrize("make", WIDE)
def test_arrows_at_the_outputs_do_not_touch(make: Make, aspect: str) -> None:
    stage = stage_in(aspect, make(), *ARROWS)
    spans = [sorted(foot_and_tip(arrow)) for arrow in stage.arrows.values()]
    assert all(lower[1] < upper[0] for upper, lower in pairwise(spans))


@pytest.mark.parametrize("aspect", ["16:9", "1:1"])
@pytest.mark.parametrize("make", WIDE)
@pytest.mark.parametrize("neuron", [0, 2, 3])
def test_arrows_times_weights_add_up_to_the_arrow_of_a_hidden_neuron(
    make: Make, neuron: int, aspect: str
) -> None:
    """All arrows have one scale, those at the outputs too."""
    experiment = make()
    names = experiment.network.names
    name, before = names.activations[1][neuron], names.pre_activations[1][neuron]
    gathered: list[Cue] = [("gather_wishes", {"neuron": name}), ("times_slope", {})]
    stage = stage_in(aspect, experiment, *ARROWS, *gathered)
    picture, tag, *_ = stage.sum
    weights = experiment.network.layers[1].weights[:, neuron]
    shares = [wish * weight for wish, weight in zip(wishes(experiment), weights, strict=True)]
    rows = [*picture.rows.values(), picture.total, picture.passed]
    own = [-by_hand.slope(experiment, name), -by_hand.slope(experiment, before)]
    arrows = [*(row.arrow for row in rows), *stage.arrows.values()]
    pairs = zip([*shares, *own, *wishes(experiment)], map(length, arrows), strict=True)
    # An arrow is never shorter than a thousandth of a unit.
    found = factor(*map(list, zip(*(pair for pair in pairs if abs(pair[0]) > 1e-3), strict=True)))
    assert found == pytest.approx(stage.unit, rel=1e-3)
    said = [number(row.text.plain.split()[-1]) for row in rows]
    assert said == pytest.approx([*shares, *own], abs=0.006)
    assert tag.quantity == f"grad.{before}"


def test_the_middle_rows_of_a_long_sum_are_left_out() -> None:
    built = layered((2, 3, 40), "tanh", "softmax", "categorical_cross_entropy")
    experiment = Experiment("e", built, [0.5, 1.0], np.eye(40)[1])
    numbers = neuron_sum(experiment.trace, experiment.network.names.activations[1][0])
    picture = GradientSum(numbers, 1.0, Area("test", -3, -2, 1, 3))
    assert picture.mark is not None and 3 <= len(picture.rows) < 40 and {0, 39} <= picture.rows.keys()
    assert picture.height <= 5 and picture.width <= 4


def test_numbers_too_long_for_a_sum_are_said_to_be() -> None:
    numbers = neuron_sum(lessons.dense().trace, "h[0]")
    with pytest.raises(StoryreelError, match="there is no room for the numbers of this sum"):
        GradientSum(numbers, 1.0, Area("test", -0.2, -2, 0.2, 2))


def test_a_sum_with_little_room_has_only_the_results_of_its_products() -> None:
    numbers = neuron_sum(lessons.dense().trace, "h[0]")
    long, short = (GradientSum(numbers, 1.0, Area("test", 0, -2, width, 3)) for width in (4, 1.6))
    for place, row in long.rows.items():
        assert (
            row.text.plain.split()[-1]
            == short.rows[place].text.plain
            == numbers.texts(numbers.products[place])[-1]
        )
    assert short.width <= 1.6
