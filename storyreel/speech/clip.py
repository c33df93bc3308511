"""A clip: an utterance as the lesson has it, at 48 kHz, the same silence before and after its speech.

All clips are equally loud.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from storyreel.speech.audio import RATE, Samples, audible_level, audible_span, resampled
from storyreel.speech.loudness import levelled
from storyreel.speech.voices.base import Speech, SpokenWord

HEAD = 0.1  # seconds of silence before the first word of a beat, whatever the voice
TAIL = 0.3  # and after its last


@dataclass(frozen=True, eq=False, slots=True)
class SpeechClip:
    """An utterance of `length` samples, its words in seconds from its first sample.

    `name` is equal for all that sounds equal. `read` reads the sound from where it is kept.
    """

    name: str
    length: int
    words: tuple[SpokenWord, ...]
    read: Callable[[], Samples]

    @property
    def samples(self) -> Samples:
        """The sound, read anew each time: a lesson's is too much to be kept."""
        return self.read()


def prepared(speech: Speech) -> Speech:
    """The speech as the lesson has it, `HEAD` seconds before its first sound, `TAIL` after its last."""
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
    return Speech(levelled(padded[first : after + head + tail]), RATE, words)
