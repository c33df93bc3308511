"""Rolling numbers: the same glyphs throughout, room in time, and never a number that is wrong."""

import numpy as np
import pytest
from manim import VMobject

from storyreel.core.arrays import Array
from storyreel.core.number_format import rolling, shown
from storyreel.graphics.layout import STAGE, Area, at
from storyreel.graphics.parts.badge import Badge
from storyreel.graphics.parts.card_numbers import CardNumbers
from storyreel.graphics.parts.tag import Tag
from storyreel.graphics.plots.run_plot import RunPlot
from storyreel.graphics.text.rolling_number import calm, moments
from storyreel.storyboard.lesson_number import LessonNumber

NUMBERS = [3 + 9 * share for share in moments().tolist()]
"""A number that rolls from 3 to 12, past 10."""


def tag_and_widths() -> tuple[Tag, list[float], list[str]]:
    """A tag in a move, how wide its plate is at each of 201 frames, and what it says."""
    tag = Tag("w1", "3", "weight")
    roll = tag.roll("3", [rolling(number) for number in NUMBERS], "12")
    widths, said = [], []
    for alpha in np.linspace(0, 1, 201).tolist():
        tag.say(roll.at(alpha, rolling(3 + 9 * alpha)), at(0, 0))
        widths.append(float(np.ptp(tag.plate.points[:, 0])))
        said.append(tag.text.plain)
    return tag, widths, said


def test_a_plate_has_at_the_ends_of_a_move_the_width_of_what_it_says_at_rest() -> None:
    _, widths, _ = tag_and_widths()
    assert widths[0] == pytest.approx(Tag("w1", "3", "weight").plate.width)
    assert widths[-1] == pytest.approx(Tag("w1", "12", "weight").plate.width)


def test_no_step_of_a_plate_s_width_is_a_jump() -> None:
    _, widths, _ = tag_and_widths()
    steps = np.diff(widths)
    assert np.ptp(widths) > 0.3
    assert np.abs(steps).max() < 0.03
    assert np.abs(np.diff(steps)).max() < 0.011


def test_a_number_that_becomes_longer_has_room_for_all_of_it() -> None:
    tag = Tag("w1", "3", "weight")
    roll = tag.roll("3", [rolling(number) for number in NUMBERS], "12")
    for alpha in np.linspace(0.3, 0.7, 41).tolist():
        number = rolling(3 + 9 * alpha)
        needed = Tag("w1", number, "weight").text.width
        assert roll.at(alpha, number).width > needed - 0.02


def test_a_number_says_at_every_moment_of_a_move_what_it_is_then() -> None:
    _, _, said = tag_and_widths()
    rolled = [f"w1 = {rolling(3 + 9 * alpha)}" for alpha in np.linspace(0, 1, 201).tolist()]
    assert said == ["w1 = 3", *rolled[1:-1], "w1 = 12"]


def test_a_tag_says_its_last_number_as_one_that_was_made_with_it() -> None:
    tag, _, _ = tag_and_widths()
    new = Tag("w1", "12", "weight")
    shown = [glyph for glyph in tag.text if len(glyph.points)]
    assert len(shown) == len(new.text)
    for glyph, its in zip(shown, new.text, strict=True):
        assert np.allclose(glyph.points, its.points)
    assert [len(part) for part in (tag.symbol, tag.number)] == [2, 2]


def test_what_is_calm_begins_and_ends_where_it_did() -> None:
    values = np.sign(moments() - 0.5)
    assert calm(values)[[0, -1]].tolist() == pytest.approx([-1, 1])
    assert np.abs(np.diff(calm(values))).max() < 0.3


def test_what_is_calm_comes_to_rest_where_it_would() -> None:
    ways = np.diff(calm(1 - (1 - moments()) ** 3))
    assert ways[0] > 10 * ways[-1] and ways[-1] == pytest.approx(0.0, abs=1e-4)


def test_a_number_that_is_at_rest_in_fewer_or_more_digits_fades_into_them() -> None:
    badge = Badge("2", "loss")
    roll = badge.roll("2", [rolling(2 - 1.9954 * share) for share in moments().tolist()], "0.0046")
    opacities = []
    for alpha in np.linspace(0.9, 1, 61).tolist():
        badge.say(roll.at(alpha, rolling(2 - 1.9954 * alpha)), at(0, 0))
        seen = [glyph.fill_rgbas[0, 3] for glyph in badge.number if len(glyph.points)]
        opacities.append(seen[-1] if len(seen) == len("0.0046") else 0.0)
    assert opacities[0] == 0
    assert opacities[-1] == 1
    assert 0 < np.diff(opacities).max() < 0.3


def test_the_plot_of_a_run_ends_a_move_as_one_that_was_drawn_there() -> None:
    losses = np.array([2 * 0.4**step for step in range(9)])
    moved, drawn = (RunPlot(STAGE, "loss", "loss", losses) for _ in range(2))
    show = moved.follow(lambda share: 8 * share)
    for alpha in (0.1, 0.4, 0.97, 1.0):
        show(alpha)
    drawn.show_step(8)
    assert moved.badge.number.plain == drawn.badge.number.plain == shown(float(losses[-1]))
    for here, there in zip(moved.live, drawn.live, strict=True):
        assert np.allclose(points(here), points(there))


def test_the_numbers_of_a_card_end_a_move_as_they_are_drawn_anew() -> None:
    def numbers(share: float) -> list[LessonNumber]:
        return [LessonNumber("y", 5 - 2 * share, "activation"), LessonNumber("w1", 3 + 9.5 * share, "weight")]

    area = Area("card", 0, 0, 3.3, 1.0)
    moved = CardNumbers(area, numbers(0), [".2f", ".2f"])
    say = moved.roll([numbers(share) for share in moments().tolist()])
    for alpha in (0.2, 0.6, 1.0):
        say(alpha, numbers(alpha))
    drawn = CardNumbers(area, numbers(1), [".2f", ".2f"])
    assert (
        [text.plain for text in moved.parts] == [text.plain for text in drawn.parts] == ["y = 3", "w1 = 12.5"]
    )
    assert np.allclose(points(moved), points(drawn))


def points(shape: VMobject) -> Array:
    """All points of a shape and its parts, one after another."""
    return np.concatenate([part.points for part in shape.get_family()])
