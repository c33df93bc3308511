"""Gradient arrows: they point against the gradient, as long as it is large, and add up to a neuron's own."""

from collections.abc import Callable

import numpy as np
import pytest
from helpers import by_hand, lessons
from helpers.measure import factor, joints, middle
from helpers.stage import Cue, stage_after
from manim import VMobject

from storyreel.engine.experiment import Experiment
from storyreel.graphics import theme
from storyreel.graphics.layout import Area
from storyreel.graphics.networks.gradient_arrow import GradientArrow
from storyreel.graphics.networks.gradient_sum import GradientSum

AREA = Area("test", -3, -2, 3, 2)
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


@pytest.mark.parametrize("number", [0.8, -0.8, 0.05, -0.05])
def test_an_arrow_points_upwards_for_a_positive_number_and_is_filled_then(number: float) -> None:
    arrow = GradientArrow(number, 0.3)
    assert length(arrow) == pytest.approx(number)
    fill = arrow.get_fill_color().to_hex()
    assert fill == theme.colour("gradient" if number > 0 else "background")
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


@pytest.mark.parametrize("make", WIDE)
@pytest.mark.parametrize("neuron", [0, 2, 3])
def test_arrows_times_weights_add_up_to_the_arrow_of_a_hidden_neuron(make: Make, neuron: int) -> None:
    experiment = make()
    name = experiment.network.names.activations[1][neuron]
    stage = stage_after("layers", experiment, *ARROWS, ("gather_wishes", {"neuron": name}))
    picture, biases = stage.sum[0], experiment.network.names.biases[2]
    weights = experiment.network.layers[1].weights[:, neuron]
    shares = [-by_hand.slope(experiment, bias) * w for bias, w in zip(biases, weights, strict=True)]
    arrows = [*picture.arrows, picture.total]
    factor([*shares, -by_hand.slope(experiment, name)], [length(arrow) for arrow in arrows])
    level = picture.level.get_y()
    ends = [foot_and_tip(arrow) for arrow in picture.arrows]
    assert ends[0][0] == pytest.approx(level, abs=2e-3)
    for (_, tip), (foot, _), link in zip(ends, [*ends[1:], (ends[-1][1], 0)], picture.links, strict=True):
        # An arrow is never shorter than a thousandth of a unit.
        assert foot == pytest.approx(tip, abs=2e-3)
        assert [link.get_start()[1], link.get_end()[1]] == pytest.approx([tip, tip], abs=2e-3)
    assert foot_and_tip(picture.total) == pytest.approx((level, ends[-1][1]), abs=2e-3)


def test_arrows_of_a_sum_stand_from_left_to_right() -> None:
    picture = GradientSum(np.array([1.0, -2.0, 0.5]), AREA)
    xs = [arrow.get_x() for arrow in (*picture.arrows, picture.total)]
    assert np.diff(xs) == pytest.approx([1.0] * 3)
    assert [length(arrow) for arrow in picture.arrows] == pytest.approx(
        [AREA.height / 2 * share for share in (1.0, -2.0, 0.5)]
    )
