"""Small sounds at the moment of a cue, by the name that a storyboard gives them (`sound: tick`)."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from storyreel.speech.audio import RATE, Samples

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


@dataclass(frozen=True, slots=True)
class Effect:
    """One of `EFFECTS` in a film, from the sample `start` on."""

    start: int
    sound: str

    @property
    def end(self) -> int:
        """The sample of the film after its last."""
        return self.start + len(EFFECTS[self.sound])

    def name(self, first: int, after: int) -> str:
        """What is heard of it from the film's sample `first` to before `after`, apart from its place."""
        return f"{self.sound} {max(0, first - self.start)} {min(after, self.end) - self.start}"

    def samples(self, first: int, after: int) -> Samples:
        """Its samples from the film's sample `first` to before `after`, which are within it."""
        return EFFECTS[self.sound][first - self.start : after - self.start]
