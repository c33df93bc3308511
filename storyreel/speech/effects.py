"""Sounds at the moment of a cue: small ones by the name that a storyboard gives them (`sound: tick`), and
tones as strong as the inputs of its network (`sound: tones 200`)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from storyreel.speech.audio import RATE, Samples

PEAK = 0.07  # of full scale, −23 dB: under a voice it hides nothing, and the sum stays below −1.5 dBTP
LOUDNESS, SECONDS, FADE = 0.09, 1.1, 0.08
"""The root mean square of a sum of tones, −21 dB of full scale, its seconds, and those of its fades."""
HEARD = (20.0, 8000.0)
"""The lowest and the highest frequency of the lowest tone, in hertz."""
_TONES = re.compile(r"tones (\d+(?:\.\d+)?)((?: \d+(?:\.\d+)?)*)")


def _tick() -> Samples:
    """A tone of 1 kHz that is struck and dies away: 0.16 s, the first 5 ms rising."""
    seconds = np.arange(round(0.16 * RATE)) / RATE
    attack = 0.5 - 0.5 * np.cos(np.pi * np.minimum(seconds / 0.005, 1))
    release = np.minimum((seconds[-1] - seconds) / 0.02, 1)
    wave = attack * release * np.exp(-seconds / 0.03) * np.sin(2 * np.pi * 1000 * seconds)
    return np.asarray(PEAK * wave / np.abs(wave).max(), np.float32)


EFFECTS: Mapping[str, Samples] = {"tick": _tick()}
"""The samples of each sound: mono at 48 kHz, silent at both ends."""


def pitch_of(sound: str) -> float | None:
    """The frequency in hertz of the lowest tone of a sound such as `tones 200`; None for any other."""
    found = _TONES.fullmatch(sound)
    return float(found[1]) if found and HEARD[0] <= float(found[1]) <= HEARD[1] else None


def with_strengths(sound: str, strengths: Sequence[float]) -> str:
    """The sound `tones 200` with how strong its tones are, from the lowest on; those below 0 are silent."""
    return " ".join([sound, *(f"{max(0.0, strength):.4f}" for strength in strengths)])


@lru_cache
def samples_of(sound: str) -> Samples:
    """The samples of one of `EFFECTS`, or of tones with their strengths: mono at 48 kHz, silent at both ends.

    The frequencies of tones are 1, 2, 3, … times that of the lowest, up to those that 48 kHz can hold.
    """
    found = _TONES.fullmatch(sound)
    if found is None:
        return EFFECTS[sound]
    pitch, strengths = float(found[1]), np.array(found[2].split(), float)
    seconds = np.arange(round(SECONDS * RATE)) / RATE
    numbers = np.arange(1, len(strengths) + 1)
    strengths = strengths * (numbers * pitch < RATE / 2)
    wave = strengths @ np.sin(2 * np.pi * pitch * np.outer(numbers, seconds))
    ends = np.clip(np.minimum(seconds, seconds[::-1]) / FADE, 0, 1)
    level = LOUDNESS / (float(np.sqrt(np.mean(wave**2))) or 1.0)
    return np.asarray(level * wave * np.sin(np.pi / 2 * ends) ** 2, np.float32)


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
