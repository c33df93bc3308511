"""The counts of runs and passes of a larger network: how they grow, and where they stand."""

import numpy as np
import pytest

from storyreel.graphics.charts.run_counts import RunCounts, grouped
from storyreel.graphics.layout import Frame
from storyreel.graphics.text.glyph import Glyph


def counts(weights: int, start: int, aspect: str = "16:9") -> RunCounts:
    frame = Frame(aspect)
    return RunCounts(frame.halves(frame.whole, gap=1.0), ("nudged runs + 1", "passes"), weights, start)


def shown(picture: RunCounts) -> str:
    """The count of runs that is drawn."""
    glyphs = (part for part in picture.runs if isinstance(part, Glyph) and len(part.points))
    return next(glyph.piece.plain for glyph in glyphs if glyph.piece is not None)


def test_long_counts_stand_in_groups_of_three_digits() -> None:
    assert [grouped(count) for count in (2, 1184, 30000, 1000000)] == [
        "2",
        "1184",
        "30 thin 000",
        "1 thin 000 thin 000",
    ]


def test_a_count_grows_from_its_start_to_the_number_of_weights_by_equal_factors() -> None:
    picture, found = counts(1000000, 100), list[int]()
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        picture.show_runs(share)
        found.append(int(shown(picture)))
    assert found == [100, 1000, 10000, 100000, 1000000]


@pytest.mark.parametrize("aspect", ["16:9", "1:1", "9:16"])
def test_the_counts_stand_in_the_middle_of_their_areas_and_have_one_size(aspect: str) -> None:
    picture, frame = counts(1000000, 24, aspect), Frame(aspect)
    picture.show_runs(1.0)
    for area, words, number in zip(
        frame.halves(frame.whole, gap=1.0), picture[:2], (picture.runs, picture[2]), strict=True
    ):
        assert number.get_x() == pytest.approx(area.centre[0], abs=0.15)
        assert words.get_x() == pytest.approx(area.centre[0], abs=1e-6)
        assert number.get_bottom()[1] > words.get_top()[1]
        assert max(area.left - number.get_left()[0], number.get_right()[0] - area.right) < 1e-6
    zeros = [part.height for part in picture.runs if len(part.points)][1:]
    assert np.ptp(zeros) < 1e-6
    assert picture[2].height == pytest.approx(zeros[0], rel=0.06)
