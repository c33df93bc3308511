"""Sound as the film has it: mono samples at one rate, with full scale at ±1."""

import numpy as np
from numpy.typing import NDArray

RATE = 48000  # Hz, of all sound after the voices
PACKET = 1024  # samples that AAC encodes at once
AUDIBLE = 0.003  # of the loudest sample, 50 dB below it: what is under it counts as silence

Samples = NDArray[np.float32]
"""Mono sound; full scale is ±1."""


def audible_span(samples: Samples, level: float) -> tuple[int, int]:
    """The first sample louder than `level` and one past the last such; an empty span at 0 when none is."""
    loud = np.flatnonzero(np.abs(samples) > level)
    return (int(loud[0]), int(loud[-1]) + 1) if len(loud) else (0, 0)


def audible_level(samples: Samples) -> float:
    """The level above which sound in `samples` counts as audible."""
    return AUDIBLE * float(np.abs(samples).max(initial=0.0))


def resampled(samples: Samples, rate: int) -> Samples:
    """`samples` of `rate` Hz at 48 kHz, as long as before to within one sample.

    By the Fourier transform, which repeats what it is given: a second of silence parts the end from the
    beginning.
    """
    if rate == RATE or not len(samples):
        return samples
    seconds = len(samples) // rate + 2
    spectrum = np.fft.rfft(samples, seconds * rate)
    whole = np.fft.irfft(spectrum, seconds * RATE) * (RATE / rate)
    return whole[: round(len(samples) * RATE / rate)].astype(np.float32)
