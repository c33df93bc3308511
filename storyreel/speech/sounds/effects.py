"""Sounds at the moment of a cue, by the name that a storyboard gives them (`sound: tick`), and tones."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from storyreel.speech.audio import RATE, Samples
from storyreel.speech.sounds.tones import tones

PEAK = 0.07  # of full scale, −23 dB: under a voice it hides nothing, and the sum stays below −1.5 dBTP


def _tick() -> Samples:
    """A tone of 1 kHz that is struck and dies away: 0.16 s, the first 5 ms rising."""
    seconds = np.arange(round(0.16 * RATE)) / RATE
    attack = 0.5 - 0.5 * np.cos(np.pi * np.minimum(seconds / 0.005, 1))
    release = np.minimum((seconds[-1] - seconds) / 0.02, 1)
    wave = attack * release * np.exp(-seconds / 0.03) * np.sin(2 * np.pi * 1000 * seconds)
    return np.asarray(PEAK * wave / np.abs(wave).max(), np.float32)


EFFECTS: Mapping[str, Samples] = {"tick": _tick()}
"""The samples of each sound: mono at 48 kHz, silent at both ends."""


@lru_cache
def samples_of(sound: str) -> Samples:
    """The samples of one of `EFFECTS`, or of tones with their strengths: mono at 48 kHz, silent at both
    ends."""
    return EFFECTS[sound] if sound in EFFECTS else tones(sound)


@dataclass(frozen=True, slots=True)
class Effect:
    """A sound of `samples_of` in a film, from the sample `start` on."""

    start: int
    sound: str

    @property
    def end(self) -> int:
        """The sample of the film after its last."""
        return self.start + len(samples_of(self.sound))

    def name(self, first: int, after: int) -> str:
        """What is heard of it from the film's sample `first` to before `after`, apart from its place."""
        return f"{self.sound} {max(0, first - self.start)} {min(after, self.end) - self.start}"

    def samples(self, first: int, after: int) -> Samples:
        """Its samples from the film's sample `first` to before `after`, which are within it."""
        return samples_of(self.sound)[first - self.start : after - self.start]
