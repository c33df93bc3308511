"""A ball on the loss's curve: it touches it, turns as far as it rolls, and comes to rest at the minimum."""

import numpy as np
import pytest
from helpers import lessons
from helpers.measure import middle
from helpers.stage import Cue, stage_after

from storyreel.engine.loss_landscape import LossLandscape
from storyreel.graphics.layout import Frame
from storyreel.graphics.parts.rolling_ball import RADIUS, RollingBall, rolling_way
from storyreel.graphics.plots.adjustable.adjustable_loss_curve import AdjustableLossCurve
from storyreel.graphics.plots.descent_layout import DescentLayout

XS = np.linspace(-3, 3, 301)
BOWL = np.column_stack([XS, XS**2 / 4, 0 * XS])


@pytest.mark.parametrize("x", [-2.0, -0.3, 0.0, 1.4])
def test_it_touches_the_curve_from_above(x: float) -> None:
    ball = RollingBall(BOWL)
    ball.place(x)
    far = np.linalg.norm(BOWL[:, :2] - middle(ball.body), axis=1)
    assert far.min() == pytest.approx(RADIUS, abs=2e-3)
    assert abs(XS[far.argmin()] - x) < 0.05
    assert middle(ball.body)[1] > x * x / 4
    assert ball.body.width == pytest.approx(2 * RADIUS)


def test_it_turns_clockwise_as_far_as_it_rolls_to_the_right() -> None:
    ball, angles = RollingBall(BOWL), []
    for x in np.linspace(-1, 1, 41):
        ball.place(float(x))
        spoke = middle(ball.spot) - middle(ball.body)
        angles.append(np.arctan2(spoke[1], spoke[0]))
    turned = np.unwrap(angles)[-1] - angles[0]
    # The length of y = x²/4 from −1 to 1, by its integral.
    length = np.sqrt(1.25) + 2 * np.arcsinh(0.5)
    assert -turned * RADIUS == pytest.approx(length, rel=1e-3)


def test_it_loses_height_and_swings_until_it_is_at_rest_in_the_valley() -> None:
    way = rolling_way(BOWL, 2.0)
    speeds = np.abs(np.diff(way))
    turns = way[1:-1][np.diff(np.sign(np.diff(way))) != 0]
    assert (way[0], way[-1]) == pytest.approx((2.0, 0.0), abs=0.06)
    assert way.min() < -0.1 and len(turns) > 0
    assert all(np.diff(np.abs(turns)) < 0) and abs(turns[0]) < 2.0
    assert speeds[0] < 0.05 * speeds.max() and speeds[-20:].max() < 0.05 * speeds.max()


def test_it_stays_where_there_is_no_slope_and_on_the_curve() -> None:
    flat = np.column_stack([XS, 0 * XS, 0 * XS])
    assert np.ptp(rolling_way(flat, 1.0)) == 0
    down = np.column_stack([XS, -XS, 0 * XS])
    assert rolling_way(down, 2.0).max() <= 3.0


def test_the_point_of_the_loss_becomes_a_ball_that_ends_at_the_minimum_and_a_dot_again() -> None:
    landscape = LossLandscape.of(lessons.chain(), ("w2",))
    layout = DescentLayout(Frame())
    curve = AdjustableLossCurve(layout, landscape)
    rolling = curve.roll()
    ball = curve.parts["ball"]
    rolling.begin()
    for alpha in (0.05, 0.4, 0.8, 1.0):
        rolling.interpolate(alpha)
        assert curve.marker.get_fill_opacity() == 0  # else there would be two dots
        assert len(ball.body.points)
    assert middle(ball.body)[0] == pytest.approx(curve.axes.point(0.5, 0)[0], abs=1e-3)
    assert (curve.value, curve.tags["weight"].text.plain, curve.tags["loss"].text.plain) == (
        0.5,
        "w2 = 0.5",
        "loss = 0",
    )
    back = curve.reset()
    back.begin()
    back.interpolate(1.0)
    assert curve.marker.get_fill_opacity() == 1 and not len(ball.body.points)


def test_back_brings_the_ball_back_to_where_the_network_is() -> None:
    cues: list[Cue] = [("plot_loss", {"over": "w2"}), ("roll", {}), ("back", {})]
    stage = stage_after("gradient_descent", lessons.chain(), *cues)
    assert stage.curve.value == pytest.approx(5 / 6)
    assert stage.curve.is_of_network and "ball" not in stage.curve.parts
