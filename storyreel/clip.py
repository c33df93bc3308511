"""A clip: an utterance as the lesson has it, at 48 kHz, the same silence before and after its speech."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from storyreel.levels import Levels
from storyreel.sound import RATE, Samples, audible_level, audible_span, resampled
from storyreel.voices.voice import Speech, SpokenWord

HEAD = 0.1  # seconds of silence before the first word of a beat, whatever the voice
TAIL = 0.3  # and after its last


@dataclass(frozen=True, eq=False)
class Clip:
    """An utterance of `length` samples, its words in seconds from its first sample.

    `name` is equal for all that sounds equal. The sound itself is read from where it is kept each time that
    it is asked for.
    """

    name: str
    length: int
    words: tuple[SpokenWord, ...]
    read: Callable[..., list[NDArray[Any]]]

    @property
    def samples(self) -> Samples:
        """The sound as the voice gave it, no louder nor quieter."""
        return self.read("samples")[0]

    @property
    def levels(self) -> Levels:
        """The levels of `samples`."""
        return Levels(*self.read("energies", "peaks"))


def trimmed(speech: Speech) -> Speech:
    """The speech at 48 kHz, with exactly `HEAD` seconds before its first sound and `TAIL` after its last."""
    samples = resampled(speech.samples, speech.rate)
    first, after = audible_span(samples, audible_level(samples))
    if first == after:  # silence: keep it as long as it is
        after = len(samples)
    head, tail = round(HEAD * RATE), round(TAIL * RATE)
    padded = np.pad(samples, (head, tail))
    shift = HEAD - first / RATE
    words = tuple(
        replace(word, start=max(0.0, word.start + shift), end=max(0.0, word.end + shift))
        for word in speech.words
    )
    return Speech(padded[first : after + head + tail], RATE, words)
