"""English by neural models that are given hibari's phonemes, with the time of each word.

A model says how long each phoneme takes; `hibari_timing` tells from this when words are heard.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from storyreel.speech.audio import Samples, audible_level, audible_span
from storyreel.speech.pauses import PAUSES
from storyreel.speech.voices.base import Speech, SpokenWord, Utterance
from storyreel.speech.voices.hibari_model import RATE, ReadToken, load_reader
from storyreel.speech.voices.hibari_timing import (
    WordDurations,
    heard_words,
    share_of_space,
)
from storyreel.speech.voices.pronunciations import PRONUNCIATIONS

SPEEDS = {
    0.45: 0.4,
    0.57: 0.5,
    0.69: 0.6,
    0.8: 0.7,
    0.85: 0.79,
    1.0: 0.82,
    1.13: 1.0,
    1.25: 1.2,
    1.33: 1.3,
    1.74: 1.4,
    2.09: 2.0,
}
"""Paces and the speeds of the model that give them, as measured: its durations are whole frames, mostly two
or three, and change in leaps. Pace 1 is about 150 words a minute, pauses included."""
LONGEST = 400  # phonemes that the model says at once
PUNCTUATION = frozenset("…—–‘’“”")
"""What a text may have besides Latin letters and what is in ASCII."""

Sound = Callable[[str, float], tuple[Samples, NDArray[np.float64]]]
"""A model: from phonemes and a speed, samples at 24 kHz, and when each phoneme begins and the last ends."""


def english_speech(utterance: Utterance, sound: Sound, stretch: tuple[int, int] = (1, 1)) -> Speech:
    """The utterance as the model says it; the sound is stretched by a fraction, its two numbers."""
    tokens = load_reader().read(utterance.text, PRONUNCIATIONS | dict(utterance.pronunciations))
    parts: list[Samples] = []
    words: list[SpokenWord] = []
    for passage in _passages(tokens):
        if parts:
            parts.append(np.zeros(round(PAUSES["."] * RATE), np.float32))
        samples, spoken = _said(passage, utterance.pace, sound, stretch)
        shift = sum(map(len, parts)) / RATE
        words += (SpokenWord(w.offset, w.length, w.start + shift, w.end + shift) for w in spoken)
        parts.append(samples)
    return Speech(np.concatenate(parts), RATE, tuple(words))


def unsayable(utterance: Utterance) -> str | None:
    """What an English voice cannot say of the text, and what to write for it; None if it can say all."""
    strange = _strange(utterance)
    if not strange:
        return None
    remedy = f"write what is to be said for it, as in {{{strange}|…}}"
    if strange.isalpha():
        remedy += ", or take `voice: espeak` and the `language` that it is in"
    return f"cannot say `{strange}`; {remedy}"


def _said(
    tokens: Sequence[ReadToken], pace: float, sound: Sound, stretched: tuple[int, int]
) -> tuple[Samples, list[SpokenWord]]:
    """What the model says at once, without the silence around it."""
    up, down = stretched
    stretch = up / down
    phonemes = "".join(token.phonemes + " " * token.is_before_space for token in tokens)
    speed = float(np.interp(pace * stretch, list(SPEEDS), list(SPEEDS.values())))
    samples, times = sound(phonemes, speed)
    if stretch != 1:
        from scipy.signal import resample_poly  # type: ignore[import-untyped]

        samples = resample_poly(samples, up, down).astype(np.float32)
    durations = list(_durations(tokens, phonemes, times * stretch))
    if not durations:
        return np.zeros(round(PAUSES["."] * RATE), np.float32), []
    words = heard_words(durations, samples, RATE, stretch)
    first, after = audible_span(samples, audible_level(samples))
    shift, seconds = first / RATE, (after - first) / RATE
    return samples[first:after], [
        SpokenWord(w.offset, w.length, max(w.start - shift, 0.0), min(w.end - shift, seconds)) for w in words
    ]


def _durations(
    tokens: Sequence[ReadToken], phonemes: str, times: NDArray[np.float64]
) -> Iterator[WordDurations]:
    """The words among the tokens, by when each phoneme begins (see `Model.sound`)."""
    at, stop, before = 0, "", ""
    for token in tokens:
        first, at = at, at + len(token.phonemes)
        if token.is_word:
            sounds = token.phonemes.strip("ˈˌ")
            space = float(times[first] - times[first - 1]) if before and phonemes[first - 1] == " " else 0.0
            space *= share_of_space(before, sounds[0])
            start, end = float(times[first]), float(times[at])
            yield WordDurations(token.offset, len(token.text), start, end, space, stop)
            stop, before = "", sounds[-1]
        else:
            stop += token.text
        at += token.is_before_space


def _passages(tokens: Sequence[ReadToken]) -> Iterator[Sequence[ReadToken]]:
    """The tokens in runs that the model can say at once: whole sentences, or else phrases, or else words."""
    while tokens:
        lengths = np.cumsum([len(token.phonemes) + token.is_before_space for token in tokens])
        count = max(int(np.searchsorted(lengths, LONGEST, "right")), 1)
        if count < len(tokens):
            ends = (
                [
                    n
                    for n, token in enumerate(tokens[:count], 1)
                    if not token.is_word and token.text[-1] in marks
                ]
                for marks in (".?!…", ",;:—–-")
            )
            count = next((cuts[-1] for cuts in ends if cuts), count)
        yield tokens[:count]
        tokens = tokens[count:]


def _strange(utterance: Utterance) -> str:
    """The first part of the text that is neither English nor has a pronunciation; "" if there is none."""
    text = utterance.text
    for word, _ in utterance.pronunciations:
        text = text.replace(word, " ")
    strange = "".join(character for character in text if not _is_sayable(character))
    found = re.search(rf"[{re.escape(strange)}]+", text) if strange else None
    return found[0] if found else ""


def _is_sayable(character: str) -> bool:
    is_plain = character.isascii() or character.isspace() or character in PUNCTUATION
    return is_plain or "LATIN" in unicodedata.name(character, "")
