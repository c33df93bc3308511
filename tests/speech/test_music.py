"""Music behind the narration: quiet, without gaps, less under speech, each chapter's by itself."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storyreel.checks.sound_report import decoded, loudness_and_peak, sound_rows
from storyreel.production.production import Production, plan
from storyreel.speech.audio import PACKET, RATE, Samples
from storyreel.speech.sound_track import SoundTrack
from storyreel.speech.sounds.music import MUSIC, ChapterMusic, loop
from storyreel.video.sound_segments import AFTER, BEFORE, sound_segments

LESSON = (Path(__file__).parents[1] / "small_lesson.yaml").read_text("utf-8")
WITH_MUSIC = LESSON.replace("voice: silent", "voice: silent\nmusic: pad")


def sound_of(production: Production) -> SoundTrack:
    return production.timeline.sound(production.narration)


def level(samples: Samples) -> float:
    return float(10 * np.log10(np.mean(samples.astype(np.float64) ** 2)))


def music(seconds: float, *speech: tuple[float, float], start: float = 0.0) -> ChapterMusic:
    spans = tuple((round((start + one) * RATE), round((start + other) * RATE)) for one, other in speech)
    return ChapterMusic("pad", (round(start * RATE), round((start + seconds) * RATE)), spans)


def whole(its: ChapterMusic) -> Samples:
    return its.samples(its.start, its.end)


@pytest.mark.parametrize("name", MUSIC)
def test_it_is_repeated_without_a_gap_and_far_below_speech(name: str) -> None:
    once = loop(name)
    jumps = np.abs(np.diff(once, append=once[0]))
    assert jumps[-1] <= np.percentile(jumps, 99)
    assert jumps.max() < 0.01
    loudness, peak = loudness_and_peak(np.tile(once, 2))
    assert loudness == pytest.approx(-30, abs=1)
    assert peak < -15


def test_it_rises_from_silence_and_falls_to_it() -> None:
    samples = whole(music(30))
    assert np.abs(samples[[0, -1]]).max() < 1e-4
    assert np.abs(np.diff(samples)).max() < 0.01
    tenth = RATE // 10
    assert level(samples[:tenth]) < level(samples[5 * RATE : 6 * RATE]) - 20
    assert level(samples[-tenth:]) < level(samples[5 * RATE : 6 * RATE]) - 20


def test_it_steps_back_while_somebody_speaks_and_not_for_a_breath() -> None:
    alone, under = whole(music(40)), whole(music(40, (10.1, 15.1), (15.8, 20.1)))
    gain = 20 * np.log10(np.abs(under[abs(alone) > 0.01] / alone[abs(alone) > 0.01]))
    at = np.flatnonzero(abs(alone) > 0.01) / RATE + 0.1
    assert gain[(at > 10.1) & (at < 20.1)] == pytest.approx(-12, abs=1)
    assert gain[(at < 9.4) | (at > 22.1)] == pytest.approx(0, abs=0.01)
    steps = np.abs(np.diff(gain)) / np.maximum(np.diff(at), 1e-9)
    assert steps[np.diff(at) > 1e-3].max(initial=0) < 50  # dB a second


@settings(max_examples=30)
@given(st.integers(0, 10**6), st.floats(1, 8), st.lists(st.floats(0, 8), max_size=6), st.data())
def test_equal_names_are_equal_samples(
    moved: int, seconds: float, times: list[float], data: st.DataObject
) -> None:
    speech = list(zip(sorted(times)[::2], sorted(times)[1::2], strict=False))
    one, other = (music(seconds, *speech, start=since / RATE) for since in (0, moved))
    first, after = sorted(data.draw(st.tuples(*[st.integers(one.start, one.end)] * 2)))
    assert one.name(first, after) == other.name(first + moved, after + moved)
    if first < after:
        samples = one.samples(first, after)
        np.testing.assert_array_equal(samples, other.samples(first + moved, after + moved))
        np.testing.assert_array_equal(samples, whole(one)[first - one.start : after - one.start])


def test_its_parts_are_those_of_the_whole() -> None:
    its = music(12, (4.1, 6.2))
    parts = [its.samples(at, min(at + RATE // 5, its.end)) for at in range(its.start, its.end, RATE // 5)]
    np.testing.assert_array_equal(np.concatenate(parts), whole(its))


def test_what_sounds_different_has_another_name() -> None:
    one = music(60, (20, 30))
    first, after = 25 * RATE, 35 * RATE
    others = [music(60, (20, 31)), music(36, (20, 30)), music(60, (20, 30), start=0.5)]
    assert one.name(first, after) not in [other.name(first, after) for other in others]
    assert one.name(first, after) == music(50, (20, 30), (45, 50)).name(first, after)
    assert one.name(first, after) != one.name(first, after - 1)


def test_each_chapter_has_its_own_in_the_film_and_in_its_own_film() -> None:
    production = plan(WITH_MUSIC)
    sound = sound_of(production)
    samples = sound[:]
    for chapter in production.timeline.chapters:
        first, after = (production.timeline.samples(frame) for frame in (chapter.start, chapter.end))
        assert np.abs(samples[first:after]).max() > 0.001
        # More than other chapters' segments are encoded with.
        assert not samples[first : first + (AFTER + 1) * PACKET].any()
        assert not samples[after - (BEFORE + 1) * PACKET : after].any()
        np.testing.assert_array_equal(sound.part(first, after)[:], samples[first:after])
    assert not production.timeline.sound(production.narration, has_music=False)[:].any()
    assert not sound_of(plan(LESSON))[:].any()


@pytest.mark.parametrize("sentence", ["Here is", "The gap"])
def test_a_changed_sentence_changes_no_packet_of_another_chapter(sentence: str) -> None:
    def names(text: str) -> list[set[str]]:
        """For each chapter the names of its segments in the film."""
        production = plan(text)
        sound, timeline = sound_of(production), production.timeline
        starts = [timeline.samples(chapter.start) // PACKET for chapter in timeline.chapters]
        found: list[set[str]] = [set() for _ in starts]
        packet = 0
        for segment in sound_segments(sound):
            found[sum(packet >= start for start in starts) - 1].add(segment.name)
            packet += segment.after - segment.first
        return found

    before = names(WITH_MUSIC)
    after = names(WITH_MUSIC.replace(sentence, f"Once more, {sentence.lower()}"))
    assert [one == other for one, other in zip(before, after, strict=True)] == [
        sentence == "The gap",
        sentence == "Here is",
    ]


def test_with_music_and_sounds_a_lesson_is_within_the_limits(tmp_path: Path) -> None:
    production = plan(WITH_MUSIC.replace("at: result}", "at: result, sound: tick}"), voice="espeak")
    assert [row.faults for row in sound_rows(production)] == [[], [], []]
    np.testing.assert_array_equal(
        decoded(sound_of(production), tmp_path), decoded(sound_of(production), tmp_path)
    )
