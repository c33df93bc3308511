"""The hibari voice: neural English from the package `hibari-tts`, model included, with the time of each word.

The second variant is the first one, said faster and then played slower, which lowers pitch and formants.
"""

import importlib.metadata
import importlib.util
import json
import os
import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from storyreel.core.code_digest import code_digest
from storyreel.core.errors import OutsideError
from storyreel.speech.audio import Samples, audible_level, audible_span
from storyreel.speech.voices.base import (
    Speech,
    SpokenWord,
    Utterance,
    VoiceCard,
    VoiceVariant,
    require_available,
)
from storyreel.speech.voices.hibari_model import RATE, Model, ReadToken, load_model
from storyreel.speech.voices.hibari_timing import (
    PAUSES,
    WordDurations,
    heard_words,
    share_of_space,
    with_long_pauses,
)
from storyreel.speech.voices.pronunciations import PRONUNCIATIONS

PACKAGE, VERSION = "hibari-tts", "0.2.1"
RUNTIME = "onnxruntime"
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
VARIANTS = {"heart": (1, 1), "low": (5, 4)}
"""For each variant, by how much the sound is stretched when it is made: up and down, as a fraction."""
LONGEST = 400  # phonemes that the model says at once
PUNCTUATION = frozenset("…—–‘’“”")
"""What a text may have besides Latin letters and what is in ASCII."""


class HibariVoice:
    """A clear and friendly voice in English; a second, lower one is made of it."""

    workers = max(2, os.cpu_count() or 1)

    def card(self) -> VoiceCard:
        """Its description, with the command that installs the packages where they are missing."""
        is_there = _version(PACKAGE) == VERSION and importlib.util.find_spec(RUNTIME)
        return VoiceCard(
            name="hibari",
            languages=("en",),
            licence="Apache-2.0",
            note="neural, clear and friendly",
            remedy=None if is_there else f"pip install {PACKAGE}=={VERSION} {RUNTIME}",
            needs=f"the packages {PACKAGE} {VERSION} and {RUNTIME}",
            variants=tuple(map(VoiceVariant, VARIANTS)),
        )

    def fingerprint(self, utterance: Utterance) -> str:
        """The packages' versions, the code that makes the sound, the pace and the pronunciations."""
        versions = f"{_version(PACKAGE)} {_version(RUNTIME)}"
        settings = json.dumps([utterance.pace, utterance.pronunciations])
        return f"hibari {versions} {_code()} {settings}"

    def refusal(self, utterance: Utterance) -> str | None:
        """Why it cannot say this: another language, another script."""
        if utterance.language.partition("-")[0] != "en":
            return f"the voice hibari only speaks English; for `{utterance.language}` write `voice: espeak`"
        if strange := _unsayable(utterance):
            remedy = f"write what is to be said for it, as in {{{strange}|…}}"
            if strange.isalpha():
                remedy += ", or take `voice: espeak` and the `language` that it is in"
            return f"the voice hibari cannot say `{strange}`; {remedy}"
        return None

    def speak(self, utterance: Utterance) -> Speech:
        """Speak, in the caller's thread; raises `OutsideError` without the package or for a refusal."""
        if problem := self.refusal(utterance):
            raise OutsideError(problem)
        require_available(self)
        model = load_model()
        tokens = model.read(utterance.text, PRONUNCIATIONS | dict(utterance.pronunciations))
        parts: list[Samples] = []
        words: list[SpokenWord] = []
        for passage in _passages(tokens):
            if parts:
                parts.append(np.zeros(round(PAUSES["."] / utterance.pace * RATE), np.float32))
            samples, spoken = _said(model, passage, utterance)
            shift = sum(map(len, parts)) / RATE
            words += (SpokenWord(w.offset, w.length, w.start + shift, w.end + shift) for w in spoken)
            parts.append(samples)
        return Speech(np.concatenate(parts), RATE, tuple(words))


def _said(
    model: Model, tokens: Sequence[ReadToken], utterance: Utterance
) -> tuple[Samples, list[SpokenWord]]:
    """What the model says at once, without the silence around it."""
    up, down = [*VARIANTS.values()][utterance.variant]
    stretch = up / down
    phonemes = "".join(token.phonemes + " " * token.is_before_space for token in tokens)
    speed = float(np.interp(utterance.pace * stretch, list(SPEEDS), list(SPEEDS.values())))
    samples, times = model.sound(phonemes, speed)
    if stretch != 1:
        from scipy.signal import resample_poly  # type: ignore[import-untyped]

        samples = resample_poly(samples, up, down).astype(np.float32)
    durations = list(_durations(tokens, phonemes, times * stretch))
    if not durations:
        return np.zeros(round(PAUSES["."] / utterance.pace * RATE), np.float32), []
    words = heard_words(durations, samples, RATE, stretch)
    samples, words = with_long_pauses(durations, words, samples, RATE, utterance.pace)
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


def _unsayable(utterance: Utterance) -> str:
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


@cache
def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "absent"


@cache
def _code() -> str:
    return code_digest([Path(__file__)])[:16]
