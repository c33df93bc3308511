import json
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import av.filter.loudnorm
import numpy as np
import pytest
from helpers.plain_sound import write_sound
from scipy.signal import resample_poly  # type: ignore[import-untyped]

from storyreel.core.errors import OutsideError, Place
from storyreel.speech.audio import RATE, Samples, resampled
from storyreel.speech.cast import Cast
from storyreel.speech.clip import HEAD, TAIL
from storyreel.speech.levels import levels_of
from storyreel.speech.loudness import CEILING, amplified, integrated_loudness, normalized
from storyreel.speech.narration import narrate
from storyreel.speech.role import Role
from storyreel.speech.script import Script, ScriptBeat, ScriptChapter, Token
from storyreel.speech.spoken_form import spoken
from storyreel.speech.voices import Speech, SpokenWord, Utterance, voice
from storyreel.speech.voices.silent import SilentVoice
from storyreel.speech.word_times import word_times

PLACE = Place("lesson.yaml", 1, 1)
LESSON = [
    "Before we ask how a network learns, let us watch it make a prediction.",
    "The input 2 is multiplied by the weight 3 , which gives 6 — the hidden value.",
    "6 times 5/6 is 5, but the target was 3: the network is wrong.",
    "Go.",
]


def beat(
    text: str, number: int = 1, marks: dict[str, int] | None = None, speaker: str | None = None
) -> ScriptBeat:
    tokens = tuple(Token(word, spoken(word, "en", {}), speaker) for word in text.split())
    return ScriptBeat("forward", number, tokens, marks or {}, (), PLACE)


def script(*beats: ScriptBeat) -> Script:
    speakers = dict.fromkeys(token.speaker for beat in beats for token in beat.tokens)
    chapter = ScriptChapter("forward", "Forward", "plain", None, beats, PLACE)
    return Script("A lesson", "en", (chapter,), tuple(speakers))


class CountingVoice(SilentVoice):
    """The silent voice, which records the utterances."""

    def __init__(self) -> None:
        self.asked: list[Utterance] = []

    def speak(self, utterance: Utterance) -> Speech:
        self.asked.append(utterance)
        return super().speak(utterance)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("voice")


@pytest.fixture(scope="module")
def lesson() -> Script:
    return script(*(beat(text, number) for number, text in enumerate(LESSON, 1)))


def test_there_is_one_word_for_each_token_in_order_and_inside_the_sound(lesson: Script, cache: Path) -> None:
    for told, source in zip(narrate(lesson, voice("espeak"), cache).beats, lesson.beats, strict=True):
        assert [word.text for word in told.words] == [token.shown for token in source.tokens]
        times = [time for word in told.words for time in (word.start, word.end)]
        assert times == sorted(times)
        assert 0 <= times[0] < times[-1] <= told.seconds


def test_every_beat_begins_and_ends_with_the_same_silence(lesson: Script, cache: Path) -> None:
    for told in narrate(lesson, voice("espeak"), cache).beats:
        loud = np.flatnonzero(np.abs(told.samples) > 0.01)
        assert loud[0] / RATE == pytest.approx(HEAD, abs=0.02)
        assert (len(told.samples) - loud[-1]) / RATE == pytest.approx(TAIL, abs=0.03)
        assert told.words[0].start == pytest.approx(HEAD, abs=0.02)


def test_a_word_after_a_pause_starts_when_it_is_heard(lesson: Script, cache: Path) -> None:
    told = narrate(lesson, voice("espeak"), cache).beats[2]
    but = next(word for word in told.words if word.text == "but")
    before = round((but.start - 0.1) * RATE)
    heard = (before + int(np.argmax(np.abs(told.samples[before:]) > 0.01))) / RATE
    assert heard == pytest.approx(but.start, abs=0.02)


def test_a_mark_comes_with_its_word_and_a_last_one_when_the_speech_ends(cache: Path) -> None:
    marked = beat(LESSON[0], marks={"start": 0, "watch": 9, "end": 14})
    told = narrate(script(marked), voice("espeak"), cache).beats[0]
    assert told.marks["start"] == told.words[0].start
    assert told.marks["watch"] == told.words[9].start
    assert told.marks["end"] == pytest.approx(told.seconds - TAIL)


def test_a_beat_without_words_has_no_sound(cache: Path) -> None:
    told = narrate(script(beat("", marks={"now": 0})), voice("espeak"), cache).beats[0]
    assert told.seconds == 0
    assert told.words == ()
    assert told.marks == {"now": 0.0}


@pytest.mark.parametrize("text", ["...", "… ?!", "—"])
def test_a_beat_of_punctuation_only_is_shown_and_has_no_sound(cache: Path, text: str) -> None:
    told = narrate(script(beat("Go."), beat(text, marks={"now": 0})), voice("espeak"), cache).beats[1]
    assert told.seconds == 0
    assert " ".join(word.text for word in told.words) == text
    assert told.marks == {"now": 0.0}


def test_the_same_script_sounds_the_same_in_an_empty_cache(
    lesson: Script, cache: Path, tmp_path: Path
) -> None:
    kept, fresh = (narrate(lesson, voice("espeak"), folder).beats for folder in (cache, tmp_path))
    for one, other in zip(kept, fresh, strict=True):
        assert np.array_equal(one.samples, other.samples)
        assert one.words == other.words


def test_an_unchanged_sentence_is_never_spoken_twice(tmp_path: Path) -> None:
    talker = CountingVoice()
    narrate(script(beat("one"), beat("two", 2), beat("one", 3)), talker, tmp_path)
    assert sorted(utterance.text for utterance in talker.asked) == ["one", "two"]
    narrate(script(beat("two"), beat("three", 2), beat("one", 3)), talker, tmp_path)
    assert [utterance.text for utterance in talker.asked[2:]] == ["three"]


def test_what_a_killed_process_left_half_written_is_removed(tmp_path: Path) -> None:
    left = tmp_path / ".speech.npz.1.part"
    left.write_bytes(b"half")
    narrate(script(beat("a few words")), voice("silent"), tmp_path)
    assert [path.suffix for path in tmp_path.iterdir()] == [".npz"]


def test_a_damaged_cache_file_is_spoken_again_and_mended(tmp_path: Path) -> None:
    talker = CountingVoice()
    whole = narrate(script(beat("a few words")), talker, tmp_path)
    (file,) = tmp_path.iterdir()
    data = file.read_bytes()
    in_words, in_samples = data.index(b"words.npy") + 200, len(data) // 2
    others = [data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :] for at in (in_words, in_samples)]
    for damaged in (b"", data[:100], data[:-30], *others):
        file.write_bytes(damaged)
        again = narrate(script(beat("a few words")), talker, tmp_path)
        assert again.beats[0].words == whole.beats[0].words
        assert np.array_equal(again.beats[0].samples, whole.beats[0].samples)
        assert file.read_bytes() == data
    assert len(talker.asked) == 6
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("is_lost", [False, True])
def test_a_sound_that_is_lost_after_its_words_were_read_is_spoken_again(
    tmp_path: Path, is_lost: bool
) -> None:
    whole = narrate(script(beat(LESSON[3])), voice("espeak"), tmp_path).beats[0].samples
    told = narrate(script(beat(LESSON[3])), voice("espeak"), tmp_path).beats[0]
    (file,) = tmp_path.iterdir()
    data = file.read_bytes()
    file.unlink() if is_lost else file.write_bytes(data[: len(data) // 2])
    assert np.array_equal(told.samples, whole)
    assert file.read_bytes() == data


def test_where_all_is_kept_no_sound_is_read(tmp_path: Path, lesson: Script) -> None:
    """The samples are removed from the files, and narrating still works."""
    whole = narrate(lesson, voice("espeak"), tmp_path)
    for file in tmp_path.iterdir():
        with np.load(file) as kept:
            members = dict(kept)
        del members["samples"]
        with file.open("wb") as rest:
            np.savez(rest, allow_pickle=False, **members)
    talker = CountingVoice()
    talker.fingerprint = voice("espeak").fingerprint  # type: ignore[method-assign]
    told = narrate(lesson, talker, tmp_path)
    assert [beat.words for beat in told.beats] == [beat.words for beat in whole.beats]
    assert [beat.seconds for beat in told.beats] == [len(beat.samples) / RATE for beat in whole.beats]
    assert talker.asked == []


def test_two_processes_may_share_a_cache(tmp_path: Path, lesson: Script) -> None:
    with ProcessPoolExecutor(2) as pool:
        jobs = [pool.submit(narrate, lesson, voice("espeak"), tmp_path) for _ in range(2)]
        first, second = (job.result() for job in jobs)
    assert all(np.array_equal(a.samples, b.samples) for a, b in zip(first.beats, second.beats, strict=True))
    assert len(list(tmp_path.glob("*"))) == len(list(tmp_path.glob("*.npz"))) == len(LESSON)


def test_a_cache_that_cannot_be_written_is_an_error_that_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutsideError, match="cannot write"):
        narrate(script(beat("one")), voice("silent"), tmp_path / "file")


def test_progress_counts_what_is_spoken(tmp_path: Path, lesson: Script) -> None:
    seen: list[tuple[int, int]] = []
    narrate(lesson, voice("silent"), tmp_path, lambda done, total: seen.append((done, total)))
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_speakers_have_the_numbers_of_their_order_in_the_lesson(tmp_path: Path) -> None:
    talker = CountingVoice()
    beats = (beat("hm", 1, None, "Teacher"), beat("ha", 2, None, "Student"), beat("ho", 3, None, "Teacher"))
    narrate(replace(script(*beats), speakers=("Student", "Teacher")), talker, tmp_path)
    assert {utterance.text: utterance.variant for utterance in talker.asked} == {"hm": 1, "ha": 0, "ho": 1}
    assert {utterance.key for utterance in talker.asked} == {"forward/1", "forward/2", "forward/3"}


def test_the_voice_is_told_the_pronunciations_of_words_that_it_says(tmp_path: Path) -> None:
    talker = CountingVoice()
    said = (("hm", "hˈʌm"), ("ha", "hˈɑ"))
    narrate(replace(script(beat("hm"), beat("ho", 2)), pronunciations=said), talker, tmp_path)
    assert [utterance.pronunciations for utterance in talker.asked] == [said[:1], ()]


def test_each_speaker_has_a_pace(tmp_path: Path) -> None:
    (slow,), (quick,) = (
        narrate(script(beat("hm")), Cast([Role("silent", pace=pace)]), tmp_path).beats for pace in (0.5, 1.0)
    )
    assert slow.seconds - quick.seconds == pytest.approx(quick.words[0].end - quick.words[0].start, abs=0.01)


def test_the_silent_voice_gives_exact_zeros_and_times(tmp_path: Path, lesson: Script) -> None:
    told = narrate(lesson, voice("silent"), tmp_path).beats[0]
    assert not told.samples.any()
    assert told.seconds > 3
    assert told.words[3].end <= told.words[4].start


def through_aac(path: Path, clips: Sequence[np.ndarray]) -> tuple[float, float]:
    """Loudness in LUFS and true peak in dBTP after AAC encoding, measured by FFmpeg."""
    write_sound(path, *clips)
    with av.open(path) as file:
        measured = json.loads(
            av.filter.loudnorm.stats("I=-16:TP=-1.5:print_format=json", file.streams.audio[0])
        )
    return float(measured["input_i"]), float(measured["input_tp"])


def test_the_lesson_is_as_loud_as_it_should_be_after_aac(lesson: Script, cache: Path, tmp_path: Path) -> None:
    told = narrate(lesson, voice("espeak"), cache)
    loudness, peak = through_aac(tmp_path / "sound.m4a", [beat.samples for beat in told.beats])
    assert loudness == pytest.approx(-16, abs=0.5)
    assert peak <= -1.5


def lufs(*clips: Samples) -> float:
    """The loudness in LUFS of clips played in sequence, by FFmpeg's meter."""
    sound = np.concatenate(clips).astype(np.float32)[np.newaxis]
    graph = av.filter.Graph()
    source = graph.add_abuffer(sample_rate=RATE, format="flt", layout="mono", time_base=Fraction(1, RATE))
    meter, sink = graph.add("ebur128", "metadata=1"), graph.add("abuffersink")
    source.link_to(meter)
    meter.link_to(sink)
    graph.configure()
    loudness = 0.0
    for start in range(0, sound.size, RATE // 10):
        frame = av.AudioFrame.from_ndarray(sound[:, start : start + RATE // 10].copy(), "flt", "mono")
        frame.sample_rate, frame.pts = RATE, start
        graph.push(frame)
        with suppress(av.error.BlockingIOError):
            loudness = float(graph.pull().metadata["lavfi.r128.I"])
    return loudness


def true_peak(samples: Samples) -> float:
    """The highest true peak in dBTP, by four times oversampling with a filter."""
    return float(20 * np.log10(np.abs(resample_poly(samples, 4, 1)).max()))


def test_each_beat_is_as_loud_as_the_others_whatever_they_are(cache: Path) -> None:
    beats = [beat(text, number, None, "ab"[number % 2]) for number, text in enumerate(LESSON[:3] * 2)]
    told = narrate(script(*beats), voice("espeak"), cache).beats
    assert [lufs(one.samples) for one in told] == pytest.approx([-16] * len(beats), abs=0.1)
    alone = narrate(script(beats[2]), voice("espeak"), cache).beats[0]
    assert alone.sound is not None and told[2].sound is not None
    assert np.array_equal(alone.samples, told[2].samples) and alone.sound.name == told[2].sound.name


def noise(level: float) -> Samples:
    """Two seconds of noise at four different levels."""
    samples = np.random.default_rng(1).normal(0, level / 4, RATE * 2).astype(np.float32)
    return samples * np.repeat([0.2, 1.0, 0.4, 0.7], RATE // 2).astype(np.float32)


@pytest.mark.parametrize("level", [0.001, 0.9])
def test_quiet_and_loud_sound_come_to_the_same_loudness_under_the_ceiling(level: float) -> None:
    loud = normalized(noise(level))
    assert lufs(loud) == pytest.approx(-16, abs=0.3)
    assert true_peak(loud) <= CEILING + 0.1


def test_loudness_is_what_another_meter_measures(lesson: Script, cache: Path) -> None:
    clips = [beat.samples for beat in narrate(lesson, voice("espeak"), cache).beats]
    clips[1] = clips[1] * np.float32(0.05)  # so quiet that the gate excludes it
    sound = np.concatenate([*clips, noise(0.3), np.zeros(RATE, np.float32)])
    assert integrated_loudness(levels_of(sound).energies) == pytest.approx(lufs(sound), abs=0.01)


def test_the_limiter_turns_down_peaks_and_leaves_the_rest_as_it_is() -> None:
    samples = np.full(RATE, 0.1, np.float32) * np.sin(np.arange(RATE) / 10).astype(np.float32)
    samples[RATE // 2] = 0.95
    limited = amplified(samples, levels_of(samples), 3.0)
    assert true_peak(limited) <= CEILING + 0.01
    far = np.abs(np.arange(RATE) - RATE // 2) > 0.025 * RATE
    np.testing.assert_allclose(limited[far], samples[far] * 10 ** (3 / 20), rtol=1e-5)


def test_a_true_peak_lies_between_samples() -> None:
    quarter = np.sin(np.arange(4800) * np.pi / 2 + np.pi / 4).astype(
        np.float32
    )  # its samples are at most 0.707
    assert levels_of(quarter).peaks[20:-20].max() == pytest.approx(1.0, abs=0.02)


def test_a_very_short_sound_is_levelled_too() -> None:
    assert len(normalized(np.full(480, 0.01, np.float32))) == 480


@pytest.mark.parametrize("rate", [16000, 22050, 32000, 44100, 96000])
def test_sound_of_any_rate_becomes_the_same_sound_at_ours(rate: int) -> None:
    def tone(rate: int) -> Samples:
        """A tone of 1.3 seconds that fades in and out."""
        time = np.arange(round(1.3 * rate)) / rate
        return (np.sin(np.pi * time / 1.3) ** 2 * np.sin(2 * np.pi * 1234.5 * time)).astype(np.float32)

    ours = resampled(tone(rate), rate)
    assert ours.dtype == np.float32
    np.testing.assert_allclose(ours, tone(RATE), atol=1e-3)


def test_words_that_share_a_stretch_divide_it_by_their_letters() -> None:
    tokens = [
        Token("with", "with"),
        Token("the", "the"),
        Token("—", "—"),
        Token("×", ""),
        Token("net", "net"),
    ]
    words = word_times(tokens, [SpokenWord(0, 8, 1.0, 1.9), SpokenWord(11, 3, 2.0, 2.5)], 2.5)
    assert [word.text for word in words] == ["with", "the", "—", "×", "net"]
    assert [word.start for word in words] == pytest.approx([1.0, 1.0 + 0.9 * 5 / 11, 2.0, 2.0, 2.0])
    assert words[0].end == words[1].start
    assert words[1].end == pytest.approx(1.9)
    assert words[4].end == 2.5


def test_what_is_too_quiet_to_be_measured_stays_as_it_is() -> None:
    hiss = np.random.default_rng(1).normal(0, 1e-6, RATE).astype(np.float32)
    assert np.array_equal(normalized(hiss), hiss)
