"""Speech clips: what a voice gave, resampled to 48 kHz, with fixed silence around it and at one loudness."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from storyreel.speech.audio import RATE, Samples, audible_level, audible_span, resampled
from storyreel.speech.loudness import normalized
from storyreel.speech.voices.base import Speech, SpokenWord

HEAD = 0.1  # seconds of silence before the first sound of a clip, whatever the voice
TAIL = 0.3  # seconds of silence after the last


@dataclass(frozen=True, eq=False, slots=True)
class SoundClip:
    """`length` samples at 48 kHz. Clips with equal names sound the same. `read` loads the samples."""

    name: str
    length: int
    read: Callable[[], Samples]

    @property
    def samples(self) -> Samples:
        """The samples, loaded each time: those of a whole lesson would take too much memory."""
        return self.read()


@dataclass(frozen=True, eq=False, slots=True)
class SpeechClip(SoundClip):
    """The sound of an utterance, and its words in seconds from the first sample."""

    words: tuple[SpokenWord, ...]


def joined(clips: Sequence[SoundClip]) -> SoundClip:
    """The clips, at least one, one after the other."""
    if len(clips) == 1:
        return clips[0]
    name = hashlib.sha256(" ".join(clip.name for clip in clips).encode()).hexdigest()[:32]
    return SoundClip(
        name,
        sum(clip.length for clip in clips),
        lambda: np.concatenate([clip.samples for clip in clips]),
    )


def prepared(speech: Speech) -> Speech:
    """The speech at 48 kHz and the lesson's loudness, with `HEAD` and `TAIL` seconds of silence around it."""
    samples = resampled(speech.samples, speech.rate)
    first, after = audible_span(samples, audible_level(samples))
    if first == after:  # all silent: keep its length
        after = len(samples)
    head, tail = round(HEAD * RATE), round(TAIL * RATE)
    padded = np.pad(samples, (head, tail))
    shift = HEAD - first / RATE
    words = tuple(
        replace(word, start=max(0.0, word.start + shift), end=max(0.0, word.end + shift))
        for word in speech.words
    )
    return replace(speech, samples=normalized(padded[first : after + head + tail]), rate=RATE, words=words)
