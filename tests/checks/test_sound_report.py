"""What `scripts/sound` measures, on sounds of which the answer is known."""

from pathlib import Path

import numpy as np
import pytest
from helpers.plain_sound import track

from storyreel.checks.sound_report import click_at_joins, decoded, loudness_and_peak, sound_rows
from storyreel.production.production import plan
from storyreel.speech.audio import RATE, Samples

LESSON = Path(__file__).parents[1] / "small_lesson.yaml"


def tone(seconds: float, level: float, hertz: float = 997.0) -> Samples:
    return (level * np.sin(np.arange(round(seconds * RATE)) * 2 * np.pi * hertz / RATE)).astype(np.float32)


@pytest.mark.parametrize("level", [0.05, 0.5])
def test_a_tone_has_the_loudness_that_the_standard_gives_it(level: float) -> None:
    """BS.1770: a sine of 997 Hz at full scale in one channel has −3.01 LUFS."""
    loudness, peak = loudness_and_peak(tone(5, level))
    assert loudness == pytest.approx(-3.01 + 20 * np.log10(level), abs=0.1)
    assert peak == pytest.approx(20 * np.log10(level), abs=0.1)


def test_silence_has_no_loudness_and_no_jump() -> None:
    silence = np.zeros(RATE, np.float32)
    assert loudness_and_peak(silence)[1] == -np.inf
    assert click_at_joins(silence, [0, 100]) == 0


def test_a_sound_that_begins_in_its_middle_is_heard_as_a_click(tmp_path: Path) -> None:
    one, other = tone(1, 0.3, 200), tone(1, 0.3, 200)
    quarter = RATE // 800
    smooth, cut = track(one, other), track(one, other[quarter:])
    assert smooth.joins == [0, RATE, 2 * RATE]
    assert click_at_joins(decoded(smooth, tmp_path), smooth.joins) < 1.5
    assert click_at_joins(decoded(cut, tmp_path), cut.joins) > 3


def test_a_lesson_is_within_the_limits_chapter_by_chapter() -> None:
    production = plan(LESSON, voice="espeak")
    *chapters, whole = sound_rows(production)
    assert len(chapters) == len(production.timeline.chapters)
    assert [row.faults for row in (*chapters, whole)] == [[]] * (len(chapters) + 1)
    assert sum(row.seconds for row in chapters) == pytest.approx(whole.seconds)
    assert whole.words_a_minute * whole.seconds / 60 == pytest.approx(17 + 3 + 4)  # by hand
