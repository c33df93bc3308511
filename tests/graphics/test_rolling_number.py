"""Rolling numbers: the same glyphs in every frame, room in time, and never a number that is out of date."""

import itertools
from decimal import Decimal

import numpy as np
import pytest
from manim import VMobject
from manim.utils.rate_functions import smoothstep

from storyreel.core.arrays import Array
from storyreel.core.number_format import rolling, shown
from storyreel.graphics.layout import Area, Frame, at
from storyreel.graphics.parts.badge import Badge
from storyreel.graphics.parts.card_numbers import CardNumbers
from storyreel.graphics.parts.tag import Tag
from storyreel.graphics.plots.run_plot import RunPlot
from storyreel.graphics.text.rolling_number import RollingNumber, sample_alphas
from storyreel.graphics.text.typeset import Typeset, number_source, slot
from storyreel.storyboard.lesson_number import LessonNumber

NUMBERS = [3 + 9 * share for share in sample_alphas().tolist()]
"""A number that grows from 3 to 12, past 10."""


def tag_and_widths() -> tuple[Tag, list[float]]:
    """A tag after an animation of 201 frames, and the width of its plate in each frame."""
    tag = Tag("w1", "3", "weight")
    change = tag.rolling_number("3", [rolling(number) for number in NUMBERS], "12")
    widths = []
    for alpha in np.linspace(0, 1, 201).tolist():
        tag.set_state(change.at(alpha, rolling(3 + 9 * alpha)), at(0, 0))
        widths.append(float(np.ptp(tag.plate.points[:, 0])))
    return tag, widths


def test_at_both_ends_a_plate_has_the_width_of_its_number_at_rest() -> None:
    _, widths = tag_and_widths()
    assert widths[0] == pytest.approx(Tag("w1", "3", "weight").plate.width)
    assert widths[-1] == pytest.approx(Tag("w1", "12", "weight").plate.width)


def test_no_step_of_a_plate_s_width_is_a_jump() -> None:
    _, widths = tag_and_widths()
    steps = np.diff(widths)
    assert np.ptp(widths) > 0.3
    assert np.abs(steps).max() < 0.06
    assert np.abs(np.diff(steps)).max() < 0.011


def test_a_number_that_becomes_longer_has_room_for_all_of_it() -> None:
    tag = Tag("w1", "3", "weight")
    change = tag.rolling_number("3", [rolling(number) for number in NUMBERS], "12")
    for alpha in np.linspace(0.3, 0.7, 41).tolist():
        number = rolling(3 + 9 * alpha)
        needed = Tag("w1", number, "weight").text.width
        assert change.at(alpha, number).width > needed - 0.02


def readable(tag: Tag) -> str:
    """What is read of a tag's number: the characters of the glyphs that are not faint."""
    glyphs = [glyph for glyph in tag.text if len(glyph.points)]
    characters = tag.text.plain.replace(" ", "")
    assert len(glyphs) == len(characters)
    seen = [glyph.fill_rgbas[0, 3] >= 0.5 for glyph in glyphs]
    return "".join(itertools.compress(characters, seen)).partition("=")[2]


@pytest.mark.parametrize(("first", "last"), [(5.0, 3.0), (3.0, 5.0), (3.0, 12.0), (12.0, 9.0), (0.25, 6.0)])
def test_what_is_read_is_the_number_of_that_frame_rounded_to_its_decimals(first: float, last: float) -> None:
    """y = 5 is not read as 4 when it is 4.9: no digit is cut off, and none is there that is not meant."""
    tag = Tag("w1", shown(first), "weight")
    samples = [first + (last - first) * share for share in sample_alphas().tolist()]
    change = tag.rolling_number(shown(first), list(map(rolling, samples)), shown(last))
    decimals = []
    for alpha in np.linspace(0, 1, 121).tolist():
        now = first + (last - first) * alpha
        tag.set_state(change.at(alpha, rolling(now)), at(0, 0))
        read = readable(tag)
        decimals.append(len(read.partition(".")[2]))
        assert abs(float(read) - now) <= 0.5 * 10.0 ** -decimals[-1] + 0.006
        if first < 9 or last < 9:  # where there is no room for another digit of a whole number, it is shown
            assert tag.number.get_right()[0] < tag.plate.get_right()[0]
    assert set(decimals[31:90]) == {2}  # as many all the time, so that digits keep their places
    assert (decimals[0], decimals[-1]) == (len(shown(first)[2:]) if first < 1 else 0, 0)


def test_an_equation_keeps_all_decimals_of_its_numbers_where_there_is_no_room() -> None:
    """Rounded to fewer, its numbers would not fit together: 4.86 − 0.25 = 4.61, and not 4.9 − 0.25 = 4.6."""

    def source(*numbers: str) -> tuple[str, str]:
        plain = f"{numbers[0]} − 0.25 = {numbers[1]}"
        return f"${slot(0, numbers[0])} - 0.25 = {slot(1, numbers[1])}$", plain

    markup, plain = source("5", "4.75")
    text = Typeset(markup, plain=plain, em=0.4)
    rows = [[rolling(5 - share), rolling(4.75 - share)] for share in sample_alphas().tolist()]
    change = RollingNumber(text, source, ["5", "4.75"], rows, ["4", "3.75"])
    for alpha in (0.02, 0.14, 0.5, 0.93):
        state = change.at(alpha, rolling(5 - alpha), rolling(4.75 - alpha))
        assert state.plain == f"{5 - alpha:.2f} − 0.25 = {4.75 - alpha:.2f}"
        assert min(glyph.opacity for glyph in state.glyphs) >= 0.5


def test_a_number_in_a_column_stays_in_the_middle_while_it_gets_shorter_and_longer() -> None:
    """It comes from its place at rest, and goes to it, in the first and the last tenth of the time."""
    values = [10.2 - 12 * share for share in sample_alphas().tolist()]
    numbers = [f"{value:.2f}".replace("-", "\N{MINUS SIGN}") for value in values]
    text = Typeset("$10.20$", plain="10.20", em=0.4)
    rows = [[number] for number in numbers]
    change = RollingNumber(text, number_source, rows[0], rows, rows[-1], is_centred=True)
    for alpha, number in zip(sample_alphas().tolist(), numbers, strict=True):
        xs = np.concatenate([glyph.outline[:, 0] for glyph in change.at(alpha, number).glyphs])
        assert abs(xs.min() + xs.max()) / 2 < (0.04 if 0.1 <= alpha <= 0.9 else 0.15)


def test_a_number_that_gets_longer_keeps_off_the_sign_behind_it() -> None:
    def source(*numbers: str) -> tuple[str, str]:
        return f"${slot(0, numbers[0])} - 3 = {slot(1, numbers[1])}$", f"{numbers[0]} - 3 = {numbers[1]}"

    markup, plain = source("5", "2")
    rows = [[rolling(5 - 4 * share), rolling(2 - 4 * share)] for share in sample_alphas().tolist()]
    text = Typeset(markup, plain=plain, em=0.4)
    change = RollingNumber(text, source, ["5", "2"], rows, ["1", "\N{MINUS SIGN}2"])
    for alpha in np.linspace(0, 1, 121).tolist():
        error = round(2 - 4 * alpha, 2)
        glyphs = change.at(alpha, rolling(3 + error), rolling(error)).glyphs
        ends = sorted((glyph.outline[:, 0].min(), glyph.outline[:, 0].max()) for glyph in glyphs)
        assert min(right[0] - left[1] for left, right in itertools.pairwise(ends)) > -0.01


@pytest.mark.parametrize("target", [3, 6])
def test_a_difference_stays_true_while_its_numbers_are_rounded(target: int) -> None:
    """2.5 − 3 = −0.5 is 3 − 3 = 0, and not 2 − 3 = 0, where there is no room for decimals."""

    def source(*numbers: str) -> tuple[str, str]:
        plain = f"{numbers[0]} - {target} = {numbers[1]}"
        return f"${slot(0, numbers[0])} - {target} = {slot(1, numbers[1])}$", plain

    ends = [str(target + 2), "2"], [str(target - 2), "\N{MINUS SIGN}2"]
    markup, plain = source(*ends[0])
    rows = [[rolling(target + 2 - 4 * share), rolling(2 - 4 * share)] for share in sample_alphas().tolist()]
    change = RollingNumber(Typeset(markup, plain=plain, em=0.4), source, ends[0], rows, ends[1])
    lengths = set()
    for alpha in np.linspace(0, 1, 81).tolist():
        error = round(2 - 4 * alpha, 2)
        written = change.at(alpha, rolling(target + error), rolling(error)).plain.replace(
            "\N{MINUS SIGN}", "-"
        )
        left, right = written.split(" = ")
        prediction = Decimal(left.partition(" - ")[0])
        assert prediction - target == Decimal(right)
        assert abs(float(right) - error) <= 0.5 * 10.0 ** prediction.as_tuple().exponent + 0.006
        lengths.add(prediction.as_tuple().exponent)
    assert lengths == {0, -1, -2}


def test_a_number_that_starts_and_stops_slowly_is_never_shown_far_from_what_it_is() -> None:
    """So numbers that change together agree, with however many decimals each is shown."""
    tag = Tag("y", "5", "activation")
    values = [5 - 4 * smoothstep(share) for share in sample_alphas().tolist()]
    change = tag.rolling_number("5", list(map(rolling, values)), "1")
    for alpha in np.linspace(0, 1, 181).tolist():
        value = 5 - 4 * smoothstep(alpha)
        tag.set_state(change.at(alpha, rolling(value)), at(0, 0))
        assert float(readable(tag)) == pytest.approx(value, abs=0.1)


def test_a_fraction_turns_into_decimals_and_back_without_another_number() -> None:
    tag = Tag("w2", "5/6", "weight")
    samples = [5 / 6 + share for share in sample_alphas().tolist()]
    change = tag.rolling_number("5/6", list(map(rolling, samples)), "11/6")
    for alpha in np.linspace(0, 1, 61)[1:-1].tolist():
        tag.set_state(change.at(alpha, rolling(5 / 6 + alpha)), at(0, 0))
        number = readable(tag)
        assert float(number) == pytest.approx(5 / 6 + alpha, abs=0.056)


def test_at_the_end_a_tag_looks_like_one_made_with_its_last_number() -> None:
    tag, _ = tag_and_widths()
    new = Tag("w1", "12", "weight")
    shown = [glyph for glyph in tag.text if len(glyph.points)]
    assert len(shown) == len(new.text)
    for glyph, its in zip(shown, new.text, strict=True):
        assert np.allclose(glyph.points, its.points)
    assert [len(part) for part in (tag.symbol, tag.number)] == [2, 2]


def test_digits_that_only_the_number_at_rest_has_fade_in_when_they_continue_the_number() -> None:
    """0.00 becomes 0.0046; before, 0.01 does not become 0.0146."""

    def value(share: float) -> float:
        return 0.0046 + 1.9954 * (1 - share) ** 2

    badge = Badge("2", "loss")
    change = badge.rolling_number(
        "2", [rolling(value(share)) for share in sample_alphas().tolist()], "0.0046"
    )
    opacities = []
    for alpha in np.linspace(0.9, 1, 61).tolist():
        badge.set_state(change.at(alpha, rolling(value(alpha))), at(0, 0))
        seen = [glyph.fill_rgbas[0, 3] for glyph in badge.number if len(glyph.points)]
        opacities.append(seen[-1] if len(seen) == len("0.0046") else 0.0)
        assert opacities[-1] == 0 or value(alpha) < 0.005
    assert opacities[0] == 0
    assert opacities[-1] == 1
    assert 0 < np.diff(opacities).max() < 0.7


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


def test_the_number_of_a_run_plot_and_its_plate_stand_still_where_the_curve_does() -> None:
    """1205 becomes 87.4 and then 0.0032, of another width each: no room is made before a step."""
    plot = RunPlot(Frame().side, "loss", "loss", np.array([1205.0, 1114.2, 87.4, 1.5, 0.0032]))
    steps = [min(4.0, int(8 * share / 2) + min(1.0, 8 * share % 2)) for share in np.linspace(0, 1, 161)]
    show = plot.follow(lambda share: float(np.interp(share, np.linspace(0, 1, 161), steps)))
    pictures = []
    for share in np.linspace(0, 1, 161).tolist():
        show(share)
        pictures.append(np.concatenate([points(part) for part in (plot.badge.plate, plot.badge.number)]))
    rests = [number for number in range(1, 161) if steps[number] == steps[number - 1]]
    assert len(rests) > 60
    assert {np.abs(pictures[number] - pictures[number - 1]).max() for number in rests} == {0.0}


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
