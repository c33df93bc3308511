"""Still pictures under speech are found in the decoded frames of a film."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from storyreel.checks.stillness import StillPeriod, still_periods, still_spans
from storyreel.core.frame import Frame
from storyreel.core.quality import Quality
from storyreel.video.encoder import VideoEncoder

SMALL = Quality(width=320, height=180, fps=10, preset="ultrafast", quantizer=23, constant_rate=True)
BEATS = [(0.0, 10.0), (10.0, 20.0)]
PICTURE = np.random.default_rng(1).integers(0, 256, (18, 32, 4), np.uint8).repeat(10, 0).repeat(10, 1)


def dot_at(x: int) -> Frame:
    """A detailed picture with a small white dot on a black band."""
    frame = PICTURE.copy()
    frame[80:100] = 0
    frame[88:92, x : x + 4] = 255
    return frame


def film(folder: Path, at: Callable[[int], Frame], words: list[list[float]]) -> Path:
    """Twenty seconds of film with the picture `at(n)` at frame `n`, and a word at each of these times."""
    with VideoEncoder(folder / "lesson.mp4", SMALL) as video:
        for number in range(200):
            video.write(at(number))
    beats = [
        {
            "number": number,
            "start": start,
            "end": end,
            "words": [
                dict(zip(("start", "end"), times, strict=True)) for times in words if start <= times[0] < end
            ],
        }
        for number, (start, end) in enumerate(BEATS, start=1)
    ]
    lesson = {"files": {"film": "lesson.mp4"}, "chapters": [{"id": "forward", "beats": beats}]}
    (folder / "lesson.json").write_text(json.dumps(lesson))
    return folder


def talk(start: float, end: float) -> list[list[float]]:
    """Two words a second."""
    return [[time, time + 0.4] for time in np.arange(start, end, 0.5).tolist()]


def test_a_still_picture_lasts_from_move_to_move(tmp_path):
    """Also across key frames, which the encoder encodes again."""
    folder = film(tmp_path, lambda number: dot_at(100 if number < 30 else 100 + min(number - 30, 10)), [])
    spans = list(still_spans(folder / "lesson.mp4"))
    assert spans[0] == pytest.approx((0.0, 3.1), abs=0.2)
    assert spans[-1] == pytest.approx((4.0, 20.0), abs=0.3)


def test_pictures_that_are_stored_for_several_frames_stand_still_for_as_long_as_they_are_shown(tmp_path):
    with VideoEncoder(tmp_path / "film.mp4", replace(SMALL, fps=60, constant_rate=False)) as video:
        for number, repeats in enumerate([42, 1, 1, 1, 120]):
            video.write(dot_at(20 * number), repeats=repeats)
    spans = list(still_spans(tmp_path / "film.mp4"))
    assert spans == [pytest.approx((0.0, 0.7)), pytest.approx((0.75, 2.75))]


def test_what_moves_slowly_does_not_stand_still(tmp_path):
    folder = film(tmp_path, lambda number: dot_at(50 + number // 5), [])
    assert max(end - start for start, end in still_spans(folder / "lesson.mp4")) < 1.5


def test_it_counts_from_the_first_word_to_the_last(tmp_path):
    folder = film(tmp_path, lambda number: dot_at(10 * (number < 20)), talk(4.0, 16.0))
    longest = still_periods(folder)[0]
    assert (longest.start, longest.end) == pytest.approx((4.0, 15.9), abs=0.05)
    assert longest.beats == ("forward 1", "forward 2")
    assert str(longest) == "11.9 s, 0:04.0 to 0:15.9: forward 1, forward 2"


def test_a_pause_of_the_voice_ends_it(tmp_path):
    folder = film(tmp_path, lambda number: dot_at(0), talk(1.0, 6.0) + talk(8.0, 12.0))
    assert [round(period.seconds, 1) for period in still_periods(folder)] == [4.9, 3.9]


def test_without_words_there_is_none(tmp_path):
    assert still_periods(film(tmp_path, lambda number: dot_at(0), [])) == []


@pytest.mark.parametrize(("end", "status"), [(5.0, 0), (9.0, 1)])
def test_more_than_six_seconds_are_listed(tmp_path, end, status):
    folder = film(tmp_path, lambda number: dot_at(0), talk(0.0, end))
    command = [sys.executable, "-m", "storyreel.checks.stillness", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    line = str(StillPeriod(0.0, end - 0.1, ("forward 1",)))
    assert done.returncode == status
    assert done.stdout.splitlines() == [line] * status + [f"longest: {line}"]
