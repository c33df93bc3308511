"""The scene `timeline`: dots are where their years are, in proportion, and events come one after another."""

import numpy as np
import pytest
from helpers.stage import Cue, faults_at_every_frame, stage_after, texts_after

YEARS = [1676.0, 1847.0, 1962.0, 1970.0, 1986.0]
TEXTS = ["one", "two words", "three", "four", "five"]
DRAW: Cue = ("draw_timeline", {"years": YEARS, "texts": TEXTS})
NEXT: Cue = ("next_event", {})


@pytest.mark.parametrize("aspect", ["16:9", "9:16", "1:1"])
def test_dots_are_where_their_years_are(aspect: str) -> None:
    stage = stage_after("timeline", None, DRAW, *[NEXT] * 5, aspect=aspect)
    across = 0 if aspect == "16:9" else 1
    places = np.array([event.dot.get_center()[across] for event in stage.shown])
    shares = (places - places[0]) / (places[-1] - places[0])
    years = np.array(YEARS)
    assert shares == pytest.approx((years - years[0]) / (years[-1] - years[0]), abs=1e-6)
    marks = [
        (mark.get_center()[across], float(mark.plain))
        for mark in stage.timeline.marks
        if hasattr(mark, "plain")
    ]
    for place, year in marks:
        assert place == pytest.approx(np.interp(year, years, places) if year > years[0] else place, abs=0.02)
    assert len(marks) > 2


@pytest.mark.parametrize("aspect", ["16:9", "9:16", "1:1"])
def test_lines_lead_from_the_dots_to_what_is_written_and_do_not_cross(aspect: str) -> None:
    stage = stage_after("timeline", None, DRAW, *[NEXT] * 5, aspect=aspect)
    across = 0 if aspect == "16:9" else 1
    for event in stage.shown:
        assert event.leader.get_start() == pytest.approx(event.dot.get_center(), abs=1e-6)
        ends = [event.year.get_center(), event.text.get_center()]
        assert min(np.linalg.norm(event.leader.get_end() - end) for end in ends) < 1.6
    ends = [event.leader.get_end()[across] for event in stage.shown]
    assert ends == sorted(ends, reverse=across == 1)


def test_events_come_one_after_another() -> None:
    for count in range(6):
        texts = texts_after("timeline", None, DRAW, *[NEXT] * count)
        assert [year for year in ("1676", "1847", "1962", "1970", "1986") if year in texts] == [
            f"{year:.0f}" for year in YEARS[:count]
        ]


def test_nothing_overlaps_on_the_way() -> None:
    out: Cue = ("point_out_event", {"number": 1})
    assert not faults_at_every_frame("timeline", None, [DRAW, *[NEXT] * 3, out, NEXT, NEXT, DRAW])
