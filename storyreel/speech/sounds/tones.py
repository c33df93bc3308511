"""Tones at the moment of a cue, as strong as the inputs of its network: `sound: tones 200`.

A storyboard gives the frequency of the lowest tone in hertz; the others have 2, 3, … times that. The script
adds the strengths, the lowest tone's first: `tones 200 1.0000 0.2500`.
"""

import re
from collections.abc import Sequence

import numpy as np

from storyreel.speech.audio import RATE, Samples

PATTERN = r"tones \d+(\.\d+)?"
"""What a storyboard may write, as a regular expression of Python and of JSON Schema."""
LOWEST, HIGHEST = 20.0, 8000.0
"""The limits of the lowest tone's frequency, in hertz."""
RMS, SECONDS, FADE = 0.09, 1.1, 0.08
"""The root mean square of the sum of the tones, −21 dB of full scale, its seconds, and those of its fades."""


def pitch_of(sound: str) -> float | None:
    """The frequency in hertz of the lowest tone, as a storyboard writes it; None of a sound without tones."""
    return float(sound.split()[1]) if re.fullmatch(PATTERN, sound) else None


def with_strengths(sound: str, strengths: Sequence[float]) -> str:
    """The sound `tones 200` with how strong its tones are, from the lowest on; those below 0 are silent."""
    return " ".join([sound, *(f"{max(0.0, strength):.4f}" for strength in strengths)])


def as_written(sound: str) -> str:
    """A sound as a storyboard writes it: tones without their strengths."""
    return " ".join(sound.split()[:2])


def tones(sound: str) -> Samples:
    """The samples of tones with their strengths: mono at 48 kHz, silent at both ends.

    Those from half the sampling rate on, which it cannot hold, are left out.
    """
    pitch, *given = map(float, sound.split()[1:])
    seconds = np.arange(round(SECONDS * RATE)) / RATE
    numbers = np.arange(1, len(given) + 1)
    strengths = np.array(given) * (numbers * pitch < RATE / 2)
    wave = strengths @ np.sin(2 * np.pi * pitch * np.outer(numbers, seconds))
    ends = np.clip(np.minimum(seconds, seconds[::-1]) / FADE, 0, 1)
    level = RMS / (float(np.sqrt(np.mean(wave**2))) or 1.0)
    return np.asarray(level * wave * np.sin(np.pi / 2 * ends) ** 2, np.float32)
