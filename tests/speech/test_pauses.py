"""Pauses at punctuation, in tones and in the sound of voices."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from storyreel.speech.audio import Samples
from storyreel.speech.pauses import PAUSES, pause_at, with_even_pauses
from storyreel.speech.voices import Speech, SpokenWord, Utterance, voice

RATE = 16000
TEXT = "One two, three. Four: five"


def tones(*pauses: float, noise: float = 0.0) -> Speech:
    """The words of `TEXT` as tones of 0.4 s, with pauses of so many seconds between them."""
    rng = np.random.default_rng(5)
    tone = (0.3 * np.sin(np.arange(round(0.4 * RATE)) * 2 * np.pi * 440 / RATE)).astype(np.float32)
    parts: list[Samples] = []
    words: list[SpokenWord] = []
    for word, pause in zip(TEXT.split(), (*pauses, 0.0), strict=True):
        start = sum(map(len, parts)) / RATE
        words.append(SpokenWord(TEXT.index(word), len(word.strip(",.:")), start, start + 0.4))
        parts += [tone, rng.normal(0, noise, round(pause * RATE)).astype(np.float32)]
    return Speech(np.concatenate(parts), RATE, tuple(words))


def heard(speech: Speech, level: float = 0.01) -> list[float]:
    """The seconds of each silence of at least 20 ms between two sounds."""
    loud = np.flatnonzero(np.abs(speech.samples) > level) / speech.rate
    return [after - before for before, after in pairwise(loud) if after - before > 0.02]


def test_pauses_get_the_length_of_their_mark_and_words_move_with_their_sound() -> None:
    even = with_even_pauses(tones(0.05, 0.1, 0.9, 0.4), TEXT)
    assert heard(even) == pytest.approx([0.05, 0.26, 0.5, 0.4], abs=0.01)
    assert [word.start for word in even.words] == pytest.approx([0, 0.45, 1.11, 2.01, 2.81], abs=0.01)
    assert [word.end for word in even.words] == pytest.approx([0.4, 0.85, 1.51, 2.41, 3.21], abs=0.01)


def test_where_the_voice_reads_on_it_is_left_alone() -> None:
    speech = tones(0, 0, 0, 0)
    even = with_even_pauses(speech, TEXT)
    assert even.words == speech.words
    inner = slice(RATE // 100, -RATE // 100)
    assert np.array_equal(even.samples[inner], speech.samples[inner])


def test_what_is_only_less_loud_is_not_cut_away() -> None:
    for noise, is_kept in ((0.01, True), (0.0005, False)):  # 27 and 53 dB below the tones
        speech = tones(0.05, 0.6, 0.9, 0.6, noise=noise)
        assert (len(with_even_pauses(speech, TEXT).samples) == len(speech.samples)) == is_kept


def test_a_word_that_is_said_to_last_through_the_pause_ends_where_it_begins() -> None:
    speech = tones(0.05, 0.3, 0.3, 0.3)
    long = tuple(replace(word, end=after.start) for word, after in pairwise(speech.words))
    even = with_even_pauses(replace(speech, words=(*long, speech.words[-1])), TEXT)
    assert even.words[1].end == pytest.approx(0.85, abs=0.01)
    assert even.words[0].end == pytest.approx(0.45)  # no punctuation: nothing is known


def test_no_cut_is_heard() -> None:
    """Also in a room's noise: nothing jumps."""
    speech = tones(0.05, 0.1, 0.9, 0.4, noise=0.001)
    even = with_even_pauses(speech, TEXT)
    largest = np.abs(np.diff(speech.samples)).max()
    assert np.abs(np.diff(even.samples)).max() <= largest
    sound = np.flatnonzero(even.samples)  # all but the silence that was put in
    after = np.flatnonzero(np.diff(sound) > 100)
    assert len(after) == 1
    assert np.abs(even.samples[[*sound[after], *sound[after + 1]]]).max() < 1e-4


def test_a_persons_pauses_are_kept() -> None:
    speech = replace(tones(0.05, 0.1, 0.9, 0.4), has_own_pauses=True)
    assert with_even_pauses(speech, TEXT) is speech


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("weights, ", 0.26),
        ("weights ", 0),
        ("weights — ", 0.35),
        ("weights—", 0.35),
        ("ReLU-", 0),
        ("e.", 0),
        ("network’s ", 0),
        ("“wrong?” ", 0.5),
        ("right), ", 0.26),
        ("输入是二。", 0.5),
        ("乘以权重，", 0.26),
    ],
)
def test_the_pause_between_two_words_is_that_of_the_mark_between_them(written: str, seconds: float) -> None:
    assert pause_at(written) == seconds


@pytest.mark.parametrize("name", ["espeak", "hibari"])
def test_all_voices_pause_alike(name: str) -> None:
    text = "The input is two, and the weight is three. Multiply them: that makes six."
    speech = with_even_pauses(voice(name).speak(Utterance(text)), text)
    level = 0.01 * float(np.abs(speech.samples).max())
    expected = [PAUSES[","], PAUSES["."], PAUSES[":"]]
    assert [pause for pause in heard(speech, level) if pause > 0.2] == pytest.approx(expected, abs=0.04)
