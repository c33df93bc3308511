"""Quiet music behind the narration, by the name that a storyboard gives it (`music: pad`).

It is computed, so it needs no file and no licence. It begins and ends with a chapter, so that the film of a
chapter is complete, and steps back while somebody speaks.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from storyreel.speech.audio import RATE, Samples

LEVEL = -30.0  # LUFS while nobody speaks: 14 below speech, so that it does not count in a lesson's loudness
DUCKED = 12.0  # dB by which it is quieter under speech
FALL, WAIT, RISE = 0.6, 0.4, 1.5  # seconds: getting quieter before speech; after it, waiting, getting louder
FADE = 2.0  # seconds at both ends of a chapter
BEFORE, AFTER = 0.1, 0.15
"""Seconds of a chapter before its music and after it.

The segments of other chapters' sound are encoded with less of it (`storyreel.video.sound_segments`), so that
they do not depend on its music.
"""

Span = tuple[int, int]
"""The first sample, and the one after the last."""

CHORDS = ((48, 55, 62, 64), (45, 52, 60, 67), (41, 48, 57, 64), (43, 50, 59, 64))  # as MIDI notes
LOUDNESS_OF_NOTES = (1.0, 0.8, 0.6, 0.5)
CHORD, CROSSING = 6.0, 3.0  # seconds of a chord, and of those in which it changes into the next
HARMONICS = (1, 2, 3)
DETUNED = (0.9985, 1.0015)  # two tones a note, which beat slowly
COARSE = 8  # it has no frequencies above 3 kHz, and is computed at an eighth of the rate


def _pad() -> Samples:
    """Four chords of soft tones that flow into one another, and the last one into the first: 24 s."""
    rate = RATE // COARSE
    length = round(CHORD * rate) * len(CHORDS)
    loop = np.zeros(length)
    seconds = np.arange(round((CHORD + CROSSING) * rate)) / rate
    envelope = np.sin(np.pi / 2 * np.clip(np.minimum(seconds, seconds[::-1]) / CROSSING, 0, 1))
    for number, notes in enumerate(CHORDS):
        chord = np.zeros(len(seconds))
        for note, loudness in zip(notes, LOUDNESS_OF_NOTES, strict=True):
            for detuned in DETUNED:
                turns = 440 * 2 ** ((note - 69) / 12) * detuned * seconds
                chord += sum(loudness / n**2 * np.sin(2 * np.pi * n * turns) for n in HARMONICS)
        loop[(np.arange(len(seconds)) + round(number * CHORD * rate)) % length] += envelope * chord
    fine = np.fft.irfft(np.fft.rfft(loop), COARSE * length)
    return np.asarray(fine / np.sqrt(np.mean(fine**2)), np.float32)


MUSIC: Mapping[str, Callable[[], Samples]] = {"pad": _pad}
"""For each music a function that makes it: mono at 48 kHz, with a mean square of 1, to be repeated."""


@lru_cache
def loop(name: str) -> Samples:
    """A music of `MUSIC` at its level, to be repeated without a gap."""
    # The K-weighting of loudness changes tones of 100 to 1000 Hz by less than 1 dB; −0.691 is its constant.
    return np.asarray(MUSIC[name]() * 10 ** ((LEVEL + 0.691) / 20), np.float32)


@dataclass(frozen=True, slots=True)
class ChapterMusic:
    """The music of a chapter that takes so many samples of the film; `speech` is when somebody speaks."""

    music: str
    chapter: Span
    speech: Sequence[Span]

    @property
    def start(self) -> int:
        """Its first sample in the film."""
        return self.chapter[0] + round(BEFORE * RATE)

    @property
    def end(self) -> int:
        """The sample of the film after its last."""
        return self.chapter[1] - round(AFTER * RATE)

    def name(self, first: int, after: int) -> str:
        """What it depends on from the film's sample `first` to before `after`."""
        rest = min(self.end - after, round(FADE * RATE))  # if it is longer, its end is not yet heard
        speech = [(start - first, end - first) for start, end in self._speech_near(first, after)]
        return f"{self.music} {first - self.start} {after - first} {rest} {speech}"

    def samples(self, first: int, after: int) -> Samples:
        """Its samples from the film's sample `first` to before `after`, which are within it."""
        repeated = loop(self.music)
        at = np.arange(first, after)
        ends = np.minimum(at - self.start, self.end - 1 - at) / min(FADE * RATE, (self.end - self.start) / 2)
        gain = _smooth(ends) * 10 ** (-DUCKED / 20 * self._ducking(at))
        return np.asarray(repeated[(at - self.start) % len(repeated)] * gain, np.float32)

    def _ducking(self, at: NDArray[np.int64]) -> NDArray[np.float64]:
        """By how much it steps back at each of these samples, from 0 to 1."""
        ducking = np.zeros(len(at))
        for start, end in self._speech_near(int(at[0]), int(at[-1]) + 1):
            before, after = 1 - (start - at) / (FALL * RATE), 1 - ((at - end) / RATE - WAIT) / RISE
            np.maximum(ducking, _smooth(np.minimum(before, after)), out=ducking)
        return ducking

    def _speech_near(self, first: int, after: int) -> Iterator[Span]:
        """The speech for which it is quieter between two samples."""
        for start, end in self.speech:
            if start - FALL * RATE < after and end + (WAIT + RISE) * RATE > first:
                yield start, end


def _smooth(part: NDArray[np.float64]) -> NDArray[np.float64]:
    """From 0 to 1 as `part` is, without corners."""
    clipped = np.clip(part, 0, 1)
    return np.asarray(clipped**2 * (3 - 2 * clipped))
