"""Rolling numbers: the same glyphs in every frame, room in time, and never a number that is out of date."""

import numpy as np
import pytest
from manim import VMobject

from storyreel.core.arrays import Array
from storyreel.core.number_format import rolling, shown
from storyreel.graphics.layout import Area, Frame, at
from storyreel.graphics.parts.badge import Badge
from storyreel.graphics.parts.card_numbers import CardNumbers
from storyreel.graphics.parts.tag import Tag
from storyreel.graphics.plots.run_plot import RunPlot
from storyreel.graphics.text.rolling_number import sample_alphas, smoothed
from storyreel.storyboard.lesson_number import LessonNumber

NUMBERS = [3 + 9 * share for share in sample_alphas().tolist()]
"""A number that grows from 3 to 12, past 10."""


def tag_and_widths() -> tuple[Tag, list[float], list[str]]:
    """A tag after an animation of 201 frames, the widths of its plate and its texts in each frame."""
    tag = Tag("w1", "3", "weight")
    change = tag.rolling_number("3", [rolling(number) for number in NUMBERS], "12")
    widths, texts = [], []
    for alpha in np.linspace(0, 1, 201).tolist():
        tag.set_state(change.at(alpha, rolling(3 + 9 * alpha)), at(0, 0))
        widths.append(float(np.ptp(tag.plate.points[:, 0])))
        texts.append(tag.text.plain)
    return tag, widths, texts


def test_at_both_ends_a_plate_has_the_width_of_its_number_at_rest() -> None:
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
    change = tag.rolling_number("3", [rolling(number) for number in NUMBERS], "12")
    for alpha in np.linspace(0.3, 0.7, 41).tolist():
        number = rolling(3 + 9 * alpha)
        needed = Tag("w1", number, "weight").text.width
        assert change.at(alpha, number).width > needed - 0.02


def test_every_frame_shows_the_number_of_that_frame() -> None:
    _, _, texts = tag_and_widths()
    changing = [f"w1 = {rolling(3 + 9 * alpha)}" for alpha in np.linspace(0, 1, 201).tolist()]
    assert texts == ["w1 = 3", *changing[1:-1], "w1 = 12"]


def test_at_the_end_a_tag_looks_like_one_made_with_its_last_number() -> None:
    tag, _, _ = tag_and_widths()
    new = Tag("w1", "12", "weight")
    shown = [glyph for glyph in tag.text if len(glyph.points)]
    assert len(shown) == len(new.text)
    for glyph, its in zip(shown, new.text, strict=True):
        assert np.allclose(glyph.points, its.points)
    assert [len(part) for part in (tag.symbol, tag.number)] == [2, 2]


def test_smoothing_keeps_the_first_and_the_last_sample() -> None:
    values = np.sign(sample_alphas() - 0.5)
    assert smoothed(values)[[0, -1]].tolist() == pytest.approx([-1, 1])
    assert np.abs(np.diff(smoothed(values))).max() < 0.3


def test_smoothing_keeps_a_soft_end() -> None:
    steps = np.diff(smoothed(1 - (1 - sample_alphas()) ** 3))
    assert steps[0] > 10 * steps[-1] and steps[-1] == pytest.approx(0.0, abs=1e-4)


def test_digits_that_only_the_number_at_rest_has_fade_in() -> None:
    badge = Badge("2", "loss")
    change = badge.rolling_number(
        "2", [rolling(2 - 1.9954 * share) for share in sample_alphas().tolist()], "0.0046"
    )
    opacities = []
    for alpha in np.linspace(0.9, 1, 61).tolist():
        badge.set_state(change.at(alpha, rolling(2 - 1.9954 * alpha)), at(0, 0))
        seen = [glyph.fill_rgbas[0, 3] for glyph in badge.number if len(glyph.points)]
        opacities.append(seen[-1] if len(seen) == len("0.0046") else 0.0)
    assert opacities[0] == 0
    assert opacities[-1] == 1
    assert 0 < np.diff(opacities).max() < 0.3


def test_a_run_plot_that_has_moved_is_the_same_as_one_drawn_there() -> None:
    losses = np.array([2 * 0.4**step for step in range(9)])
    moved, drawn = (RunPlot(Frame().stage, "loss", "loss", losses) for _ in range(2))
    show = moved.follow(lambda share: 8 * share)
    for alpha in (0.1, 0.4, 0.97, 1.0):
        show(alpha)
    drawn.show_step(8)
    assert moved.badge.number.plain == drawn.badge.number.plain == shown(float(losses[-1]))
    for here, there in zip(moved.moving, drawn.moving, strict=True):
        assert np.allclose(points(here), points(there))


def test_card_numbers_that_have_changed_are_the_same_as_new_ones() -> None:
    def numbers(share: float) -> list[LessonNumber]:
        y, w1 = 5 - 2 * share, 3 + 9.5 * share
        return [
            LessonNumber("y", y, shown(y), "activation"),
            LessonNumber("w1", w1, shown(w1), "weight"),
        ]

    area = Area("card", 0, 0, 3.3, 1.0)
    moved = CardNumbers(area, numbers(0), [".2f", ".2f"])
    show = moved.follow([numbers(share) for share in sample_alphas().tolist()])
    for alpha in (0.2, 0.6, 1.0):
        show(alpha, numbers(alpha))
    drawn = CardNumbers(area, numbers(1), [".2f", ".2f"])
    assert (
        [text.plain for text in moved.parts] == [text.plain for text in drawn.parts] == ["y = 3", "w1 = 12.5"]
    )
    assert np.allclose(points(moved), points(drawn))


def points(shape: VMobject) -> Array:
    """All points of a shape and its parts, one after another."""
    return np.concatenate([part.points for part in shape.get_family()])
