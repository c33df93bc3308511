"""The film's sound format: mono samples at 48 kHz, with full scale at ±1."""

import numpy as np
from numpy.typing import NDArray

RATE = 48000  # Hz; voices may have other rates, everything after them has this one
PACKET = 1024  # samples in a packet of AAC
AUDIBLE = 0.003  # fraction of the largest magnitude (−50 dB) below which sound counts as silence

Samples = NDArray[np.float32]
"""Mono sound; full scale is ±1."""


def audible_span(samples: Samples, level: float) -> tuple[int, int]:
    """The indices of the first sample above `level`, and of the one after the last; (0, 0) if none is."""
    loud = np.flatnonzero(np.abs(samples) > level)
    return (int(loud[0]), int(loud[-1]) + 1) if len(loud) else (0, 0)


def audible_level(samples: Samples) -> float:
    """The magnitude above which a sample of `samples` counts as audible."""
    return AUDIBLE * float(np.abs(samples).max(initial=0.0))


def resampled(samples: Samples, rate: int) -> Samples:
    """Convert `samples` from `rate` Hz to 48 kHz; the duration stays the same to within one sample.

    The Fourier transform treats the sound as periodic, so a second of silence separates its end from its
    start.
    """
    if rate == RATE or not len(samples):
        return samples
    seconds = len(samples) // rate + 2
    spectrum = np.fft.rfft(samples, seconds * rate)
    whole = np.fft.irfft(spectrum, seconds * RATE) * (RATE / rate)
    return whole[: round(len(samples) * RATE / rate)].astype(np.float32)
