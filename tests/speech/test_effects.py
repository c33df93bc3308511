"""Sounds of cues: soft, short, at their moment, and only where a storyboard asks for them."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from storyreel.checks.sound_report import decoded, loudness_and_peak
from storyreel.core.errors import StoryboardError
from storyreel.core.quality import QUALITIES
from storyreel.production.chapter_jobs import render_jobs
from storyreel.production.production import Production, plan
from storyreel.speech.audio import RATE
from storyreel.speech.sound_track import SoundTrack
from storyreel.speech.sounds.effects import EFFECTS, Effect
from storyreel.timing.timed_script import TimedScript
from storyreel.video.sound_segments import sound_segments

LESSON = (Path(__file__).parents[1] / "small_lesson.yaml").read_text("utf-8")
TICKING = LESSON.replace("at: result}", "at: result, sound: tick}")
TICK = EFFECTS["tick"]


def planned(text: str, fps: int = 60, voice: str = "silent") -> Production:
    return plan(text, quality=replace(QUALITIES["draft"], fps=fps), voice=voice)


def sound_of(production: Production) -> SoundTrack:
    return production.timeline.sound(production.narration)


@pytest.mark.parametrize("sound", EFFECTS)
def test_a_sound_is_short_and_soft_and_ends_in_silence(sound: str) -> None:
    samples = EFFECTS[sound]
    assert len(samples) < 0.2 * RATE
    assert 0.01 < np.abs(samples).max() <= 0.1
    assert samples[0] == samples[-1] == 0
    assert np.abs(np.diff(samples)).max() < 0.015  # no click
    assert np.argmax(np.abs(samples)) < 0.01 * RATE


@pytest.mark.parametrize("fps", [15, 24, 25, 30, 60])
def test_it_sets_in_with_the_first_frame_of_its_cue(fps: int, tmp_path: Path) -> None:
    production = planned(TICKING, fps)
    (cue,) = (cue for beat in production.timeline.beats for cue in beat.cues if cue.sound)
    sound = sound_of(production)
    start = cue.start * RATE // fps
    expected = np.zeros(len(sound), np.float32)
    expected[start : start + len(TICK)] = TICK
    np.testing.assert_array_equal(sound[:], expected)
    heard = int(np.argmax(np.abs(decoded(sound, tmp_path)) > 0.01))
    assert abs(heard / RATE - cue.start / fps) < 0.005


def test_cues_at_one_moment_sound_once() -> None:
    production = planned(TICKING.replace("at: input}", "at: result, sound: tick}"))
    assert len([cue for beat in production.timeline.beats for cue in beat.cues if cue.sound]) == 2
    assert np.abs(sound_of(production)[:]).max() == np.abs(TICK).max()


def test_it_is_added_to_the_voice_within_the_limits(tmp_path: Path) -> None:
    with_sound, without = (sound_of(planned(text, voice="espeak")) for text in (TICKING, LESSON))
    np.testing.assert_allclose((with_sound[:] - without[:])[-RATE:], 0)
    assert np.abs(with_sound[:] - without[:]).max() == pytest.approx(np.abs(TICK).max(), rel=1e-3)
    loudness, peak = loudness_and_peak(decoded(with_sound, tmp_path))
    assert loudness == pytest.approx(-16, abs=0.5)
    assert peak <= -1.5


def test_only_the_segments_with_the_sound_are_encoded_again() -> None:
    with_sound, without = (sound_segments(sound_of(planned(text))) for text in (TICKING, LESSON))
    names = [(one.name, other.name) for one, other in zip(with_sound, without, strict=True)]
    assert 1 <= sum(one != other for one, other in names) < len(names)


def test_no_picture_depends_on_it() -> None:
    def names(text: str) -> list[str]:
        production = planned(text)
        return [
            job.name for chapter in production.timeline.chapters for job in render_jobs(production, chapter)
        ]

    assert names(TICKING) == names(LESSON)


def test_the_name_of_a_part_tells_which_part_of_the_sound_is_in_it() -> None:
    def name(start: int, first: int, after: int) -> str:
        return SoundTrack([], 0, RATE, [Effect(start, "tick")]).part(first, after).name

    assert name(1000, 0, 5000) == name(2000, 1000, 6000)
    silence = SoundTrack([], 0, 5000).name
    assert len({name(1000, 0, 5000), name(1001, 0, 5000), name(1000, 1500, 6500), silence}) == 4
    assert name(20_000, 0, 5000) == silence


TONES = """title: A sound
voice: silent
networks:
  sounds:
    input: {x: [1, 0, 0.5]}
    layers: [{name: y, size: 2, init: {kind: constant, value: 0.1}, bias: 0}]
    target: [1, 0]
    loss: half_squared_error
    learning_rate: 0.1
    data: [{x: [1, 0, 0.5], target: [1, 0]}, {x: [0.2, 1, 0], target: [0, 1]}]
chapters:
  - id: heard
    title: Heard
    scene: spectrum
    network: sounds
    beats:
      - do: [{show_wave: {pitch: 200, text: time, sound: tones 200}}]
      - do: [{take_example: {example: 1, sound: tones 200}}]
"""

TITLE = """title: A title
voice: silent
chapters:
  - id: title
    title: Title
    scene: title_card
    beats: [{do: [{show_title: {title: A sound, sound: tones 200}}]}]
"""


def test_tones_are_as_strong_as_the_inputs_of_the_example_in_focus() -> None:
    production = planned(TONES)
    sound, loudest = sound_of(production)[:], 0.0
    starts = [cue.start * RATE // 60 for beat in production.timeline.beats for cue in beat.cues if cue.sound]
    for start, strengths in zip(starts, ([1, 0, 0.5], [0.2, 1, 0]), strict=True):
        middle = sound[start + RATE // 4 : start + 3 * RATE // 4].astype(float)
        amplitudes = np.abs(np.fft.rfft(middle)) / len(middle) * 2  # in steps of 2 Hz
        found = amplitudes[[100, 200, 300]]
        assert found / found.max() == pytest.approx(np.array(strengths) / max(strengths), abs=0.01)
        assert np.delete(amplitudes, [100, 200, 300]).max() < 1e-3
        loudest = max(loudest, float(np.abs(middle).max()))
    assert 0.05 < loudest < 0.5
    for wrong, said in (
        ("tones 5", "the lowest tone has 20 to 8000 hertz, not 5"),
        ("tones 200 1 0.5", "did you mean `tones 200`"),  # its strengths are the network's
        ("tonnes 200", "did you mean `tones 200`"),
    ):
        with pytest.raises(StoryboardError, match=said):
            planned(TONES.replace("sound: tones 200", f"sound: {wrong}"))
    with pytest.raises(StoryboardError, match="the inputs of a network with layers"):
        planned(TITLE)


def test_the_script_says_of_tones_what_the_author_wrote() -> None:
    production = planned(TONES)
    script = TimedScript(production.storyboard, production.timeline)
    assert "take_example example=1 sound=tones 200\n" in script.as_text() + "\n"
    cues = [cue for beat in script.as_data()["chapters"][0]["beats"] for cue in beat["cues"]]
    assert [cue["sound"] for cue in cues] == ["tones 200"] * 2
