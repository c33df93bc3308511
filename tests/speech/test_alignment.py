"""Words found in a sound by alignment, against the times that the voice itself gives."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from storyreel.speech.alignment import aligned
from storyreel.speech.audio import Samples
from storyreel.speech.cache import SpeechCache
from storyreel.speech.voices import Speech, SpokenWord, Utterance, voice
from storyreel.speech.voices.espeak import EspeakVoice

TEXTS = (
    "Before we ask how a network learns, let us watch it make a prediction.",
    "The input is two. It travels on, is multiplied by the weight, three, and becomes six.",
    "We square it, so that both sides count alike, and large errors count more.",
)


def errors(found: tuple[SpokenWord, ...], true: tuple[SpokenWord, ...]) -> list[float]:
    """How far off word starts are, in seconds."""
    starts = {word.offset: word.start for word in true}
    return [abs(word.start - starts[word.offset]) for word in found if word.offset in starts]


@pytest.mark.parametrize("variant", [0, 1])
def test_words_of_another_voice_are_found_within_a_few_hundredths_of_a_second(variant: int) -> None:
    off: list[float] = []
    for text in TEXTS:
        utterance = Utterance(text, variant=variant)
        speech = voice("espeak").speak(utterance)
        found = aligned(speech.samples, speech.rate, utterance)
        assert len(found) >= len(text.split()) - 3  # some voices time two short words as one
        times = [time for word in found for time in (word.start, word.end)]
        assert times == sorted(times) and times[-1] <= len(speech.samples) / speech.rate
        off += errors(found, speech.words)
    assert np.median(off) < 0.03
    assert np.percentile(off, 90) < 0.1


def test_pauses_noise_and_another_pace_do_not_matter() -> None:
    """A pause of a second before the first word, and one in the middle of a clause, where espeak has none."""
    utterance = Utterance(TEXTS[1], pace=0.85)
    speech = voice("espeak").speak(utterance)
    weight = next(word for word in speech.words if TEXTS[1][word.offset :].startswith("multiplied"))
    cut, second = round((weight.start - 0.005) * speech.rate), np.zeros(speech.rate, np.float32)
    samples: Samples = np.concatenate([second, speech.samples[:cut], second, speech.samples[cut:]])
    samples += np.random.default_rng(1).normal(0, 0.001, len(samples)).astype(np.float32)
    true = tuple(
        replace(word, start=word.start + 1 + (word.start >= weight.start), end=word.end)
        for word in speech.words
    )
    off = errors(aligned(samples, speech.rate, utterance), true)
    assert np.median(off) < 0.03
    assert max(off) < 0.12


def test_silence_and_a_text_without_words_have_no_times() -> None:
    assert aligned(np.zeros(8000, np.float32), 16000, Utterance("one two")) == ()
    assert aligned(np.ones(8000, np.float32), 16000, Utterance("...")) == ()


@pytest.mark.parametrize("seconds", [0.001, 0.02, 0.3, 40.0])
def test_a_sound_that_cannot_be_the_text_still_gives_times_in_order_within_it(seconds: float) -> None:
    noise = np.random.default_rng(1).normal(0, 0.1, max(1, round(seconds * 8000))).astype(np.float32)
    times = [time for word in aligned(noise, 8000, Utterance(TEXTS[0])) for time in (word.start, word.end)]
    assert times == sorted(times)
    assert times[0] >= 0 and times[-1] <= seconds + 0.01


class Untimed(EspeakVoice):
    """espeak-ng, which does not say when its words are heard."""

    def speak(self, utterance: Utterance) -> Speech:
        return replace(super().speak(utterance), words=())


def test_a_voice_that_times_no_words_has_its_marks_at_their_words_all_the_same(tmp_path: Path) -> None:
    utterance = Utterance(TEXTS[0])
    timed = SpeechCache(tmp_path / "timed").clip(EspeakVoice(), utterance)
    untimed = SpeechCache(tmp_path / "untimed").clip(Untimed(), utterance)
    assert np.array_equal(timed.samples, untimed.samples)
    assert np.median(errors(untimed.words, timed.words)) < 0.03
