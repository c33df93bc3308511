"""The timeline: exact frames and samples, and cues at their words. Nothing is drawn."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from helpers.plain_sound import PlainClip
from hypothesis import given
from hypothesis import strategies as st

from storyreel.core.errors import Place
from storyreel.core.paths import DEFAULT_STORYBOARD, STORYBOARDS
from storyreel.core.word import Word
from storyreel.production.production import cue_durations
from storyreel.reader import load
from storyreel.speech.audio import RATE
from storyreel.speech.narration import BeatNarration, Narration, narrate
from storyreel.speech.script import Script, ScriptBeat, ScriptChapter, ScriptCue, Token
from storyreel.speech.script_writer import write_script
from storyreel.speech.voices.silent import SilentVoice
from storyreel.timing.beats import TimedBeat
from storyreel.timing.timeline import HOLD, PAUSE, Timeline, lay_out

RATES = (15, 24, 25, 30, 60)
HERE = Place("lesson.yaml", 1, 1)
SECONDS = {"quick": 0.001, "short": 0.4, "long": 2.5}

Sketch = tuple[float, Sequence[float], Sequence[tuple[str, int | None]]]
"""A beat: duration of its sound, start times of its words, cues with the index of their word or None."""


def made(sketches: Sequence[Sketch], chapters: int = 1) -> tuple[Script, Narration]:
    """Script and narration of these beats, divided evenly into chapters; the value of a beat's samples is its
    number."""
    beats, sounds = [], []
    for number, (seconds, starts, cues) in enumerate(sketches, start=1):
        marks = {f"m{i}": i for i in range(len(starts) + 1)}
        times = {f"m{i}": start for i, start in enumerate([*starts, seconds])}
        tokens = tuple(Token(f"w{i}", f"w{i}") for i in range(len(starts)))
        made_cues = tuple(
            ScriptCue(name, {"index": i}, None if word is None else f"m{word}", HERE)
            for i, (name, word) in enumerate(cues)
        )
        beats.append(ScriptBeat("only", number, tokens, marks, made_cues, HERE))
        words = tuple(Word(token.shown, start, start) for token, start in zip(tokens, starts, strict=True))
        sound = np.full(round(seconds * RATE), number, np.float32)
        sounds.append(BeatNarration(len(sound), words, times, PlainClip(number, sound)))
    size = -(-len(beats) // chapters)
    parts = [
        ScriptChapter(f"c{i}", "A chapter", "scene", None, tuple(beats[i : i + size]), HERE)
        for i in range(0, len(beats), size)
    ]
    return Script("A lesson", "en", tuple(parts)), Narration(tuple(sounds))


def laid_out(sketches: Sequence[Sketch], fps: int) -> Timeline:
    return lay_out(*made(sketches), {"scene": SECONDS}, fps)


def spans(beat: TimedBeat) -> list[tuple[int, int, int]]:
    """For each cue in order of frames: its index in the storyboard, its start and its end."""
    return [(cue.parameters["index"], cue.start - beat.start, cue.end - beat.start) for cue in beat.cues]


def times(number: int) -> st.SearchStrategy[list[float]]:
    return st.lists(st.floats(0.0, 8.0), min_size=number, max_size=number).map(sorted)


LAST: Sketch = (1.0, [0.0], [])
"""The last beat of a chapter, which may be padded."""


@st.composite
def sketches(draw: st.DrawFn) -> Sketch:
    starts = draw(st.integers(0, 5).flatmap(times))
    seconds = max(starts) + draw(st.floats(0.0, 2.0)) if starts else 0.0
    cue = st.tuples(st.sampled_from(list(SECONDS)), st.none() | st.integers(0, len(starts)))
    return seconds, starts, draw(st.lists(cue, min_size=0 if starts else 1, max_size=5))


ANY_BEATS = st.lists(sketches(), min_size=1, max_size=6)


@given(ANY_BEATS, st.sampled_from(RATES))
def test_beats_follow_one_another_on_whole_frames(beats: list[Sketch], fps: int) -> None:
    timeline = laid_out(beats, fps)
    frame = 0
    for beat in timeline.beats:
        assert isinstance(beat.end, int)
        assert beat.start == frame < beat.end
        frame = beat.end
    assert timeline.frames == frame


@given(ANY_BEATS, st.sampled_from(RATES))
def test_the_sound_has_exactly_the_samples_of_the_frames_each_beats_at_its_start(
    beats: list[Sketch], fps: int
) -> None:
    script, narration = made(beats)
    timeline = lay_out(script, narration, {"scene": SECONDS}, fps)
    sound = timeline.sound(narration)[:]
    assert sound.dtype == np.float32
    assert len(sound) * fps == timeline.frames * RATE
    expected = np.zeros(len(sound))
    for number, (beat, (seconds, _, _)) in enumerate(zip(timeline.beats, beats, strict=True), start=1):
        first = beat.start * RATE // fps
        expected[first : first + round(seconds * RATE)] = number
    np.testing.assert_array_equal(sound, expected)
    whole, third = timeline.sound(narration), len(sound) // 3
    np.testing.assert_array_equal(np.concatenate(list(whole.blocks())), expected)
    np.testing.assert_array_equal(whole.part(third, 2 * third)[:], expected[third : 2 * third])
    np.testing.assert_array_equal(whole.part(third, 2 * third)[5:-5], expected[third : 2 * third][5:-5])


@given(ANY_BEATS, st.sampled_from(RATES), st.lists(st.floats(0, 1), min_size=3, max_size=8))
def test_what_has_one_name_sounds_equal_and_what_begins_otherwise_has_another(
    beats: list[Sketch], fps: int, cuts: list[float]
) -> None:
    script, narration = made(beats)
    timeline = lay_out(script, narration, {"scene": SECONDS}, fps)
    sound = timeline.sound(narration)
    ends = sorted(round(cut * len(sound)) for cut in cuts)
    parts = [sound.part(start, end) for start, end in pairwise(ends)]
    parts += [sound.part(start + 1, end) for start, end in pairwise(ends) if start < end]
    by_name: dict[str, bytes] = {}
    for part in parts:
        assert by_name.setdefault(part.name, part[:].tobytes()) == part[:].tobytes()
    assert [sound.part(start, end).name for start, end in pairwise(ends)] == [
        part.name for part in parts[: len(ends) - 1]
    ]


def test_a_sound_keeps_its_name_wherever_it_stands_in_the_film() -> None:
    one, two = (1.0, (0.0,), ()), (2.0, (0.0,), ())
    names = []
    for beats in ((one, two, one), (two, two, one), (one, one, one)):
        script, narration = made(beats)
        timeline = lay_out(script, narration, {"scene": SECONDS}, 15)
        beat = timeline.beats[1]
        start, end = timeline.samples(beat.start), timeline.samples(beat.end)
        names.append(timeline.sound(narration).part(start, end).name)
    assert names[0] == names[1] != names[2]


@given(ANY_BEATS, st.sampled_from(RATES))
def test_a_cue_starts_within_half_a_frame_of_its_word(beats: list[Sketch], fps: int) -> None:
    for beat, (seconds, starts, cues) in zip(laid_out(beats, fps).beats, beats, strict=True):
        for index, start, _ in spans(beat):
            word = cues[index][1]
            if word is not None:
                time = [*starts, seconds][word]
                assert abs(start / fps - time) <= 0.5 / fps + 1e-9


@given(ANY_BEATS, st.sampled_from(RATES))
def test_cues_on_different_frames_never_overlap_and_end_with_their_beat_at_the_latest(
    beats: list[Sketch], fps: int
) -> None:
    for beat in laid_out(beats, fps).beats:
        assert [cue.start for cue in beat.cues] == sorted(cue.start for cue in beat.cues)
        for cue, following in zip(beat.cues, beat.cues[1:], strict=False):
            assert cue.start < cue.end
            assert cue.end <= following.start or cue.start == following.start
        assert all(beat.start <= cue.start and cue.end <= beat.end for cue in beat.cues)


@given(ANY_BEATS, st.sampled_from(RATES))
def test_only_a_word_cuts_a_cue_short(beats: list[Sketch], fps: int) -> None:
    for beat, (_, _, cues) in zip(laid_out(beats, fps).beats, beats, strict=True):
        of_words = {start for index, start, _ in spans(beat) if cues[index][1] is not None}
        for index, start, end in spans(beat):
            whole = max(1, round(SECONDS[cues[index][0]] * fps))
            assert end - start == whole or end in of_words


def test_cues_without_a_word_follow_one_another() -> None:
    (beat,) = laid_out([(9.0, [0.0], [("long", None), ("short", None), ("long", None)])], 30).beats
    assert spans(beat) == [(0, 0, 75), (1, 75, 87), (2, 87, 162)]


def test_a_cue_without_a_word_follows_one_that_has_one() -> None:
    (beat,) = laid_out([(9.0, [1.0], [("short", 0), ("short", None)])], 30).beats
    assert spans(beat) == [(0, 30, 42), (1, 42, 54)]


def test_the_next_cues_word_cuts_a_cue_short() -> None:
    (beat,) = laid_out([(9.0, [0.2, 1.2], [("long", 0), ("short", 1)])], 30).beats
    assert spans(beat) == [(0, 6, 36), (1, 36, 48)]


def test_two_cues_on_one_word_run_side_by_side_and_what_follows_waits_for_both() -> None:
    (beat,) = laid_out([(9.0, [1.0], [("long", 0), ("short", 0), ("short", None)])], 30).beats
    assert spans(beat) == [(0, 30, 105), (1, 30, 42), (2, 105, 117)]


def test_a_cue_without_a_word_does_not_cut_the_one_on_a_word() -> None:
    """The first ends, but for the third's word, in the middle of the third."""
    (beat,) = laid_out([(9.0, [0.0, 2.0], [("long", 0), ("short", None), ("long", 1)])], 30).beats
    assert spans(beat) == [(0, 0, 60), (2, 60, 135), (1, 135, 147)]


def test_cues_are_played_in_the_order_of_their_words() -> None:
    (beat,) = laid_out([(9.0, [0.0, 1.0, 2.0], [("short", 2), ("short", 0), ("short", 1)])], 30).beats
    assert spans(beat) == [(1, 0, 12), (2, 30, 42), (0, 60, 72)]


def test_a_mark_after_the_last_word_is_where_the_speech_ends() -> None:
    (beat,) = laid_out([(2.0, [0.0], [("short", 1)])], 30).beats
    assert spans(beat) == [(0, 60, 72)]


@pytest.mark.parametrize("fps", RATES)
def test_a_beat_lasts_for_its_speech_and_a_breath(fps: int) -> None:
    beat, _ = laid_out([(3.21, [0.0], [("short", 0)]), LAST], fps).beats
    assert 0 <= beat.end / fps - (3.21 + PAUSE) < 1 / fps


@pytest.mark.parametrize(
    ("word", "pause"), [("6.", 0.5), ("5/3,", 0.5), ("−0.5", 0.5), ("w₂.", 0.15), ("x2", 0.15)]
)
def test_the_pause_is_longer_after_a_number(word: str, pause: float) -> None:
    script, narration = made([(1.0, [0.0], []), LAST])
    (chapter,) = script.chapters
    beats = (replace(chapter.beats[0], tokens=(Token(word, "said"),)), chapter.beats[1])
    script = replace(script, chapters=(replace(chapter, beats=beats),))
    beat, _ = lay_out(script, narration, {"scene": SECONDS}, 60).beats
    assert beat.end / 60 == pytest.approx(1.0 + pause, abs=1 / 60)


@pytest.mark.parametrize("fps", RATES)
def test_a_beat_lasts_for_its_animation_when_that_is_longer(fps: int) -> None:
    beat, _ = laid_out([(1.0, [0.9], [("long", 0)]), LAST], fps).beats
    assert beat.end / fps == pytest.approx(0.9 + 2.5 + HOLD, abs=1.5 / fps)


@pytest.mark.parametrize("fps", RATES)
def test_a_beat_without_speech_lasts_for_its_animations(fps: int) -> None:
    beats: list[Sketch] = [(1.0, [0.0], []), (0.0, [], [("long", None), ("short", None)]), LAST]
    before, beat, _ = laid_out(beats, fps).beats
    assert beat.words == () and beat.text == ""
    assert spans(beat)[0][1] == 0
    assert (beat.end - before.end) / fps == pytest.approx(2.5 + 0.4 + HOLD, abs=1.5 / fps)


@pytest.mark.parametrize("fps", RATES)
def test_two_thousand_beats_do_not_drift(fps: int) -> None:
    """Words and cues stay at their times; no beat is longer than necessary."""
    random = np.random.default_rng(5)
    beats: list[Sketch] = []
    for _ in range(2000):
        seconds = random.uniform(0.3, 1.2)
        beats.append((seconds, [random.uniform(0.0, seconds)], [("quick", 0)]))
    script, narration = made(beats)
    timeline = lay_out(script, narration, {"scene": SECONDS}, fps)
    sound = timeline.sound(narration)[:]
    heard = np.flatnonzero(sound == 2000)[0] / RATE + beats[-1][1][0]
    (word,), (cue,) = timeline.words(timeline.beats[-1]), timeline.beats[-1].cues
    assert word.start == pytest.approx(heard, abs=1e-6)
    assert abs(timeline.seconds(cue.start) - heard) <= 0.5 / fps + 1e-6
    assert len(sound) / RATE == timeline.seconds(timeline.frames)
    for beat, (seconds, starts, _) in zip(timeline.beats[:-1], beats[:-1], strict=True):
        needed = max(seconds + PAUSE, starts[0] + HOLD)
        assert needed - 1 / fps < (beat.end - beat.start) / fps < needed + 2.5 / fps


def of_default_lesson(fps: int, folder: Path) -> tuple[Script, Narration, Timeline]:
    script = write_script(load(DEFAULT_STORYBOARD))
    narration = narrate(script, SilentVoice(), folder)
    return script, narration, lay_out(script, narration, cue_durations(), fps)


def test_the_same_beat_at_24_and_at_60_frames_a_second_agrees_within_a_frame(tmp_path: Path) -> None:
    _, _, slow = of_default_lesson(24, tmp_path)
    _, _, fast = of_default_lesson(60, tmp_path)
    # A beat may end with a cue, whose start and whose time are rounded to frames, at both rates.
    twice_rounded = 1 / 24 + 1 / 60
    for one, other in zip(slow.beats, fast.beats, strict=True):
        begins = one.start / 24, other.start / 60
        for word, same in zip(slow.words(one), fast.words(other), strict=True):
            assert word.start - begins[0] == pytest.approx(same.start - begins[1], abs=1.1e-9)
        if one.end not in {chapter.end for chapter in slow.chapters}:
            assert one.end / 24 - begins[0] == pytest.approx(
                other.end / 60 - begins[1], abs=twice_rounded + 1e-9
            )
        for cue, twin in zip(one.cues, other.cues, strict=True):
            assert cue.name == twin.name
            assert cue.start / 24 - begins[0] == pytest.approx(twin.start / 60 - begins[1], abs=1 / 24 + 1e-9)


@pytest.mark.parametrize("fps", RATES)
def test_in_the_default_lesson_each_cue_starts_on_its_word_and_has_a_third_of_its_time(
    fps: int, tmp_path: Path
) -> None:
    script, narration, timeline = of_default_lesson(fps, tmp_path)
    seconds = cue_durations()
    assert len(timeline.sound(narration)) * fps == timeline.frames * RATE
    for chapter, told in zip(timeline.chapters, script.chapters, strict=True):
        for beat, written in zip(chapter.beats, told.beats, strict=True):
            assert beat.text == written.shown
            for cue in beat.cues:
                (meant,) = (one for one in written.cues if one.place == cue.place)
                if meant.at is not None:
                    index = written.marks[meant.at]
                    word = timeline.words(beat)[index]
                    assert abs(timeline.seconds(cue.start) - word.start) <= 0.5 / fps + 1e-9
                assert timeline.seconds(cue.end - cue.start) > seconds[chapter.scene][cue.name] / 3, cue


def test_a_chapter_begins_with_its_first_beat_and_ends_with_its_last() -> None:
    beat: Sketch = (1.0, [0.0], [])
    timeline = lay_out(*made([beat, beat, beat, beat], chapters=2), {"scene": SECONDS}, 15)
    one, two = timeline.chapters
    half = 40  # twice 18 frames, and up to a multiple of 8: 8 frames have 25 packets of sound
    assert (one.start, one.end, two.start, two.end) == (0, half, half, timeline.frames)
    assert timeline.beats == (*one.beats, *two.beats)


@given(st.lists(sketches(), min_size=2, max_size=6), st.sampled_from(RATES))
def test_a_chapter_ends_with_a_packet_of_sound_as_soon_as_it_can(beats: list[Sketch], fps: int) -> None:
    timeline = lay_out(*made(beats, chapters=2), {"scene": SECONDS}, fps)
    alone = [laid_out([*chapter_beats, LAST], fps) for chapter_beats in halves(beats)]
    for chapter, its in zip(timeline.chapters, alone, strict=True):
        needed = its.beats[-1].start
        ends = [frame for frame in range(needed, needed + 3 * fps) if frame * RATE / fps % 1024 == 0]
        assert chapter.end - chapter.start == ends[0]


def halves(beats: list[Sketch]) -> tuple[list[Sketch], list[Sketch]]:
    """The beats of two chapters, as divided by `made`."""
    size = -(-len(beats) // 2)
    return beats[:size], beats[size:]


def test_every_lesson_that_comes_with_storyreel_can_be_laid_out(tmp_path: Path) -> None:
    for path in sorted(STORYBOARDS.glob("*.yaml")):
        script = write_script(load(path))
        timeline = lay_out(script, narrate(script, SilentVoice(), tmp_path), cue_durations(), 30)
        assert [beat.text for beat in timeline.beats] == [beat.shown for beat in script.beats]
