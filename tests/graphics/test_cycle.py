"""A cycle: the spark stands at the step that is told, and arrows lead round clockwise; callouts."""

import numpy as np
import pytest
from helpers import by_hand
from helpers.measure import joints, line_through, middle, reading
from helpers.stage import Cue, stage_after
from manim import Rectangle

from storyreel.core.errors import StoryreelError
from storyreel.engine.experiment import Experiment
from storyreel.graphics.layout import Frame
from storyreel.graphics.parts.callout import Callout, place_in
from storyreel.graphics.parts.cycle_diagram import CycleDiagram

STEPS = ("forward pass", "loss", "backward pass", "update")


def loop(*cues: Cue) -> list[Cue]:
    return [("draw_cycle", {"steps": STEPS}), *[("next_step", {})] * 4, *cues]


@pytest.mark.parametrize("told", [1, 2, 3, 4])
def test_the_spark_stands_at_the_step_that_is_told(chain: Experiment, told: int) -> None:
    stage = stage_after("summary", chain, *loop()[: told + 1])
    widths = [card.plate.get_stroke_width() for card in stage.loop.cards]
    assert middle(stage.loop.spark) == pytest.approx(middle(stage.loop.cards[told - 1].plate), abs=1e-6)
    assert widths[told - 1] == max(widths) > 2 * min(widths[told:], default=0.0)


def test_after_whole_turns_the_spark_is_where_it_was_and_the_curve_as_many_steps_on(
    chain: Experiment,
) -> None:
    stage = stage_after("summary", chain, *loop(("plot_run", {"steps": 5}), ("repeat", {"steps": 3})))
    assert middle(stage.loop.spark) == pytest.approx(middle(stage.loop.cards[3].plate), abs=1e-6)
    loss = by_hand.numbers(chain, by_hand.descent(chain, 3)[3])["loss"]
    assert reading(stage.plot)(middle(stage.plot.head)) == pytest.approx((3, loss), rel=1e-5)


@pytest.mark.parametrize("count", [2, 3, 4])
def test_the_ring_joins_the_cards_and_nothing_of_it_is_below_them(count: int) -> None:
    cycle = CycleDiagram(STEPS[:count], Frame().whole)
    points = cycle.ring.points[:, :2]
    spots = np.unique(np.concatenate([points[::4], points[3::4]]).round(6), axis=0)
    for card in cycle.cards:
        x, y = np.abs(spots - middle(card.plate)).T
        depths = np.minimum(card.plate.width / 2 - x, card.plate.height / 2 - y)
        assert max(depths) < 0.15  # below the outline at most
        assert sum(depths > 0) == 2  # the ring comes to the card and leaves it


@pytest.mark.parametrize("count", [2, 3, 4])
def test_the_ring_and_its_arrows_lead_clockwise_from_card_to_card(count: int) -> None:
    cycle = CycleDiagram(STEPS[:count], Frame().whole)
    centre = np.array(Frame().whole.centre[:2])
    across, up = cycle.across, cycle.up
    spots = [middle(card.plate) - centre for card in cycle.cards]
    turns = [np.arctan2(y / up, x / across) for x, y in spots]
    onward = np.diff([*turns, turns[0]]) % (2 * np.pi)  # counted counter-clockwise
    assert onward == pytest.approx([2 * np.pi * (1 - 1 / count)] * count, abs=1e-3)
    for number, arrow in enumerate(cycle.arrows):
        corners = joints(arrow)[:3]
        x, y = corners.mean(axis=0) - centre
        half_way = np.arctan2(y / up, x / across)
        assert (turns[number] - half_way) % (2 * np.pi) == pytest.approx(np.pi / count, abs=0.02)
        along = np.array([y * across / up, -x * up / across])
        reach = (corners - corners.mean(axis=0)) @ (along / np.linalg.norm(along))
        assert max(reach) == pytest.approx(np.linalg.norm(corners[0] - corners.mean(axis=0)), rel=0.01)


def test_the_outline_of_a_card_grows_as_the_spark_comes_near() -> None:
    card, widths, shares = CycleDiagram(STEPS, Frame().whole).cards[0], [], [0.0, 0.25, 0.6, 1.0]
    for share in shares:
        card.light_up(share)
        widths.append(card.plate.get_stroke_width())
    line_through(shares, widths)


@pytest.mark.parametrize(("x", "y"), [(0.1, 0.9), (0.75, 0.5), (1.0, 0.0)])
def test_a_callout_leads_to_the_place_in_the_picture(x: float, y: float) -> None:
    picture = Rectangle(width=4, height=3).shift([0.3, -0.2, 0])
    (left, bottom), callout = (0.3 - 2, -0.2 - 1.5), Callout("here", picture, x, y, [], Frame())
    place = np.array([left + 4 * x, bottom + 3 * y])
    assert middle(callout.ring) == pytest.approx(place)
    start, end = joints(callout.line)
    toward, away = end - start, place - start
    assert toward / np.linalg.norm(toward) == pytest.approx(away / np.linalg.norm(away))
    assert np.linalg.norm(place - end) == pytest.approx(callout.ring.width / 2, rel=0.1)
    with pytest.raises(StoryreelError, match="from 0 to 1"):
        place_in(picture, 1.1, 0.5)
