"""The voice recording: which file is whose, what is heard in it, and what is said of files that do not do."""

import os
from collections.abc import Sequence
from pathlib import Path

import av
import numpy as np
import pytest
from helpers.recorded import LESSON, OTHERS, TEXTS, read_aloud, write_lesson, write_wav

from storyreel.core.errors import StoryboardError, StoryreelError
from storyreel.production.production import Production, plan
from storyreel.speech.audio import RATE, Samples
from storyreel.speech.clip import HEAD, TAIL
from storyreel.speech.levels import levels_of
from storyreel.speech.loudness import TARGET, integrated_loudness
from storyreel.speech.recordings.sound_file import read_sound

FORWARD = (TEXTS["forward/1"], TEXTS["forward/2"])
LOSS = (TEXTS["loss/1"],)
WHOLE = {"forward": FORWARD, "loss": LOSS}


@pytest.fixture(scope="module")
def lesson(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_lesson(tmp_path_factory.mktemp("lesson"), WHOLE)


@pytest.fixture(scope="module")
def production(lesson: Path) -> Production:
    return plan(lesson)


def problems(storyboard: Path) -> list[str]:
    """The problems of a lesson, each with its line and column and without the line of the file."""
    with pytest.raises(StoryboardError) as error:
        plan(storyboard)
    return [f"{one.place.line}:{one.place.column}: {one.message}" for one in error.value.problems]


def test_a_chapters_recording_is_cut_at_its_beats(production: Production) -> None:
    for beat in production.narration.beats:
        sound = np.abs(beat.samples)
        loud = np.flatnonzero(sound > 0.1 * sound.max()) / RATE
        assert abs(loud[0] - HEAD) < 0.08 and abs(beat.seconds - TAIL - loud[-1]) < 0.15
        assert abs(integrated_loudness(levels_of(beat.samples).energies.astype(float)) - TARGET) < 0.1
        assert not (np.diff(loud) > 1.0).any()  # no pause between beats, and so nothing of another beat


def test_each_word_is_where_it_is_heard(production: Production) -> None:
    first = production.narration.beats[0]
    alone = np.abs(read_aloud("The input of the network is", pause=0.0))
    (mark,) = first.marks.values()
    loud = np.flatnonzero(alone > 0.05 * alone.max()) / RATE
    assert abs(mark - HEAD - (loud[-1] - loud[0])) < 0.2  # where what is before it has ended
    starts = [word.start for word in first.words]
    assert starts == sorted(starts) and abs(starts[0] - HEAD) < 0.06


def test_a_file_for_a_beat_counts_more_than_the_chapters(tmp_path: Path, production: Production) -> None:
    again = plan(write_lesson(tmp_path, {**WHOLE, "forward.2": FORWARD[1:]}))
    before, after = production.narration.beats, again.narration.beats
    assert [one.sound.name == other.sound.name for one, other in zip(before, after, strict=True)][2]
    assert after[1].said[0].fingerprint != before[1].said[0].fingerprint
    assert abs(after[1].seconds - before[1].seconds) < 0.1


@pytest.mark.parametrize(
    ("number", "older"), [(1, (*FORWARD[:1], OTHERS[0], *FORWARD[1:])), (2, (FORWARD[0], OTHERS[0]))]
)
def test_of_a_beat_with_its_own_file_the_chapters_may_have_an_older_text(
    tmp_path: Path, number: int, older: Sequence[str]
) -> None:
    files = {**WHOLE, "forward": older, f"forward.{number}": [FORWARD[number - 1]]}
    assert len(plan(write_lesson(tmp_path, files)).narration.beats) == 3


def test_beats_with_the_same_text_have_their_own_sounds(tmp_path: Path) -> None:
    text = LESSON.replace(
        "      - say: We multiply it by the weight, {w1}. So the hidden neuron has the value {h}.\n", ""
    )
    say = "      - say: And we do this for every weight of the network.\n"
    path = write_lesson(tmp_path, {}, text.replace("  - id: loss", f"{2 * say}  - id: loss"))
    said = "And we do this for every weight of the network."
    folder = tmp_path / "recordings" / "lesson"
    once = read_aloud(said)
    slower = np.interp(np.arange(0, len(once) - 1, 0.8), np.arange(len(once)), once)
    write_wav(folder / "forward.wav", np.concatenate([read_aloud(FORWARD[0]), once, slower]))
    write_wav(folder / "loss.wav", read_aloud(*LOSS))
    _, second, third, _ = plan(path).narration.beats
    assert abs((third.seconds - 0.4) / (second.seconds - 0.4) - 1.25) < 0.1


def test_only_the_chapter_of_a_changed_file_is_another(tmp_path: Path, production: Production) -> None:
    path = write_lesson(tmp_path, WHOLE)
    write_wav(tmp_path / "recordings/lesson/loss.wav", read_aloud(*LOSS, pause=0.9))
    fingerprints = [
        [one.said[0].fingerprint for one in each.narration.beats] for each in (production, plan(path))
    ]
    assert [one == other for one, other in zip(*fingerprints, strict=True)] == [True, True, False]


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({**WHOLE, "loss": OTHERS[:1]}, "24:9: loss.wav: the text is not heard around 0:0"),
        ({**WHOLE, "forward": FORWARD[:1]}, "19:9: forward.wav: the text is not heard around 0:0"),
        (
            {**WHOLE, "forward": ("It travels on to the right.", FORWARD[1])},
            "16:9: forward.wav: `The input of the network is two.` is not heard around 0:01",
        ),
        (
            {**WHOLE, "loss": (OTHERS[0], *LOSS)},
            "24:9: loss.wav: what is said at 0:01 is not in the text",
        ),
        (
            {**WHOLE, "loss": (*LOSS, OTHERS[0])},
            "24:9: loss.wav: what is said at 0:07 is not in the text",
        ),
    ],
    ids=["another text", "a beat is missing", "a sentence is missing", "more before", "more after"],
)
def test_a_text_that_does_not_match_is_named_with_its_place(
    tmp_path: Path, files: dict[str, Sequence[str]], message: str
) -> None:
    (problem,) = problems(write_lesson(tmp_path, files))
    assert problem.startswith(message)


def test_what_is_wrong_with_files_is_told_of_all_of_them_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "recordings" / "lesson"
    path = write_lesson(tmp_path, {})
    remedy = f"`storyreel record {path}` makes it, `storyreel record-script {path}` prints what to read"
    assert problems(path) == [f"1:1: there is no folder {folder} with recordings; {remedy}"]
    folder.mkdir(parents=True)
    (folder / "forward.1.mp3").write_bytes(b"")
    (folder / "forward.2.wav").mkdir()
    assert problems(path) == [
        "16:9: forward.1.mp3 is empty",
        "19:9: forward.2.wav is no file, but a folder, a pipe or a device",
        f"24:9: there is no recording {folder / 'loss.1.wav'}; {remedy}",
    ]
    (folder / "forward.1.mp3").write_bytes(b"#EXTM3U\n/etc/passwd\n")
    (folder / "forward.2.wav").rmdir()
    os.mkfifo(folder / "forward.2.wav")
    write_wav(folder / "loss.wav", np.zeros(100))
    write_wav(folder / "loss.flac", np.zeros(100))
    assert problems(path) == [
        "16:9: forward.1.mp3 is no WAV, FLAC or MP3",
        "19:9: forward.2.wav is no file, but a folder, a pipe or a device",
        "24:9: there are both loss.flac and loss.wav; remove one of them",
    ]
    (folder / "loss.flac").unlink()
    (folder / "forward.2.wav").unlink()
    outside = write_wav(tmp_path.parent / f"{tmp_path.name}.wav", read_aloud(FORWARD[1]))
    (folder / "forward.2.wav").symlink_to(outside)
    write_wav(folder / "forward.1.mp3", read_aloud(FORWARD[0]))  # a WAV file by its content
    assert problems(path) == ["19:9: forward.2.wav is a link that leads out of the storyboard's folder"]


def test_sound_that_cannot_be_heard_is_told_in_one_line(tmp_path: Path) -> None:
    path, folder = write_lesson(tmp_path, {}), tmp_path / "recordings" / "lesson"
    write_wav(folder / "forward.1.wav", np.zeros(RATE))
    (folder / "forward.2.flac").write_bytes(b"fLaC" + bytes(range(256)))
    write_wav(folder / "loss.wav", np.random.default_rng(1).normal(0, 0.1, 5 * RATE))
    first, second, third = problems(path)
    assert first == "16:9: forward.1.wav is silent"
    assert second.startswith("19:9: forward.2.flac is broken: ")
    assert third.startswith("24:9: loss.wav: ")


def test_a_recording_beyond_the_limits_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_wav(tmp_path / "long.wav", np.full(2 * RATE, 0.5))
    monkeypatch.setenv("STORYREEL_LIMITS", "recording_seconds=1")
    with pytest.raises(StoryreelError, match=r"^long\.wav lasts for more than 1 seconds; record it in parts"):
        read_sound(path)
    monkeypatch.setenv("STORYREEL_LIMITS", "recording_bytes=1000")
    with pytest.raises(StoryreelError, match=r"^long\.wav has 192,044 bytes; a recording has at most 1,000"):
        read_sound(path)


def test_a_recording_has_a_pace_of_its_own(tmp_path: Path) -> None:
    text = LESSON.replace("voice: recording", "voice: {name: recording, pace: 0.9}")
    assert problems(write_lesson(tmp_path, WHOLE, text)) == [
        "1:1: a recording has a pace of its own; leave out `pace`"
    ]


def tone(rate: int) -> Samples:
    """Half a second of 440 Hz."""
    return (0.5 * np.sin(2 * np.pi * 440 * np.arange(rate // 2) / rate)).astype(np.float32)


def pitch(sound: Samples) -> float:
    """The loudest frequency in Hz."""
    return float(np.argmax(np.abs(np.fft.rfft(sound)))) * RATE / len(sound)


@pytest.mark.parametrize(("rate", "channels"), [(8000, 1), (44100, 2), (48000, 1), (96000, 2)])
def test_any_rate_and_two_channels_are_read(tmp_path: Path, rate: int, channels: int) -> None:
    sound = read_sound(write_wav(tmp_path / "tone.wav", tone(rate), rate, channels))
    assert abs(len(sound) - RATE / 2) <= 2
    assert abs(pitch(sound) - 440) < 3 and abs(np.abs(sound).max() - 0.5) < 0.05


@pytest.mark.parametrize(("suffix", "codec"), [("flac", "flac"), ("mp3", "mp3")])
def test_flac_and_mp3_are_read(tmp_path: Path, suffix: str, codec: str) -> None:
    path = tmp_path / f"tone.{suffix}"
    with av.open(path, "w") as file:
        stream = file.add_stream(codec, rate=44100, layout="mono")
        frame = av.AudioFrame.from_ndarray((tone(44100) * 32767).astype(np.int16)[None], "s16", "mono")
        frame.sample_rate = 44100
        convert = av.AudioResampler(stream.format, "mono", 44100, frame_size=stream.frame_size or 1152)
        for part in (*convert.resample(frame), *convert.resample(None)):
            file.mux(stream.encode(part))
        file.mux(stream.encode(None))
    sound = read_sound(path)
    assert abs(pitch(sound) - 440) < 5 and abs(len(sound) - RATE / 2) < 0.06 * RATE


def test_half_a_file_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "tone.wav", tone(RATE))
    path.write_bytes(path.read_bytes()[: 44 + RATE // 2])
    assert abs(len(read_sound(path)) - RATE / 4) <= 1
