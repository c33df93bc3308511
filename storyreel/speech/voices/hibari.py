"""The hibari voice: neural English from the package `hibari-tts`, model included, with the time of each word.

The second speaker is the first one, said faster and then played slower, which lowers pitch and formants.
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
from storyreel.speech.voices.base import Speech, SpokenWord, Utterance, VoiceCard
from storyreel.speech.voices.hibari_model import RATE, Model, ReadToken, load_model
from storyreel.speech.voices.hibari_timing import PAUSES, WordDurations, heard_words, with_long_pauses
from storyreel.speech.voices.pronunciations import PRONUNCIATIONS

PACKAGE, VERSION = "hibari-tts", "0.2.1"
RUNTIME = "onnxruntime"
SPEED = 0.8  # of the model’s own: about 145 words a minute in a lesson, pauses included
SPEAKERS = ((1, 1), (5, 4))
"""For each speaker, by how much the sound is stretched when it is made: up and down, as a fraction."""
LONGEST = 400  # phonemes that the model says at once
PUNCTUATION = frozenset(".,;:!?…—–-'\"‘’“”()[]/&%+")
"""What a text may have besides Latin letters, digits and spaces."""


class HibariVoice:
    """A clear and friendly voice in English; a second speaker is made of it."""

    workers = max(2, os.cpu_count() or 1)

    def card(self) -> VoiceCard:
        """Its description, with what to do where it is not installed."""
        is_there = _version(PACKAGE) == VERSION and importlib.util.find_spec(RUNTIME)
        problem = None if is_there else f"pip install {PACKAGE}=={VERSION}"
        return VoiceCard("hibari", ("en",), "Apache-2.0", "neural, with two speakers", problem)

    def fingerprint(self, utterance: Utterance) -> str:
        """The packages' versions, the code that makes the sound, the pace and the pronunciations."""
        versions = f"{_version(PACKAGE)} {_version(RUNTIME)}"
        settings = json.dumps([utterance.pace, utterance.pronunciations])
        return f"hibari {versions} {_code()} {settings}"

    def refusal(self, utterance: Utterance) -> str | None:
        """Why it cannot say this: another language, another script, a third speaker."""
        if utterance.language.partition("-")[0] != "en":
            return f"the voice hibari only speaks English; for `{utterance.language}` write `voice: espeak`"
        if utterance.speaker >= len(SPEAKERS):
            return f"the voice hibari has {len(SPEAKERS)} speakers; this is one more"
        if strange := _unsayable(utterance.text):
            return (
                f"the voice hibari cannot say `{strange}`; write what is to be said, as {{{strange}|…}}, "
                "or take `voice: espeak` with the `language` that this is in"
            )
        return None

    def speak(self, utterance: Utterance) -> Speech:
        """Speak, in the caller's thread; raises `OutsideError` without the package or for a refusal."""
        if problem := self.refusal(utterance):
            raise OutsideError(problem)
        if problem := self.card().problem:
            raise OutsideError(f"the voice hibari is not installed: {problem}")
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
    up, down = SPEAKERS[utterance.speaker]
    stretch = up / down
    phonemes = "".join(token.phonemes + " " * token.is_before_space for token in tokens)
    samples, times = model.sound(phonemes, SPEED * utterance.pace * stretch)
    if stretch != 1:
        from scipy.signal import resample_poly  # type: ignore[import-untyped]

        samples = resample_poly(samples, up, down).astype(np.float32)
    durations = list(_durations(tokens, phonemes, times * stretch))
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
    at, stop = 0, ""
    for token in tokens:
        first, at = at, at + len(token.phonemes)
        if token.is_word:
            before = first - 1 if first and phonemes[first - 1] == " " else first
            start, end, space = times[first], times[at], times[first] - times[before]
            yield WordDurations(token.offset, len(token.text), float(start), float(end), float(space), stop)
            stop = ""
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


def _unsayable(text: str) -> str:
    """The first word, or part of one, that is in no Latin script, or "" if there is none."""

    def is_sayable(character: str) -> bool:
        if character.isascii():
            return character.isalnum() or character.isspace() or character in PUNCTUATION
        return character in PUNCTUATION or unicodedata.name(character, "").startswith("LATIN ")

    strange = [character for character in text if not is_sayable(character)]
    if not strange:
        return ""
    found = re.search(rf"[{re.escape(''.join(strange))}]+", text)
    return found[0] if found else ""


@cache
def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "absent"


@cache
def _code() -> str:
    return code_digest([Path(__file__)])[:16]
