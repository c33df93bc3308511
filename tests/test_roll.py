"""Rolling numbers: the same glyphs throughout, room in time, and never a number that is wrong."""

import numpy as np
import pytest

from storyreel.drawings.roll import calm, moments
from storyreel.drawings.tag import Tag
from storyreel.layout import at
from storyreel.number import rolling

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
