"""Energy and true peak of each millisecond of a sound, from which its loudness and its limiter are computed.

Both follow ITU-R BS.1770-4: mean squares after K-weighting, and peaks at four times the sample rate. The
filters are applied to the spectrum of the whole sound, which begins and ends in silence.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.polynomial import Polynomial
from numpy.typing import NDArray

from storyreel.speech.audio import RATE, Samples

MILLISECOND = RATE // 1000  # samples
OVERSAMPLED = 4
# The two K-weighting filters at 48 kHz, from the tables of the standard: numerators and denominators in 1/z.
K_WEIGHTING = (
    (
        Polynomial([1.53512485958697, -2.69169618940638, 1.19839281085285]),
        Polynomial([1.0, -1.69065929318241, 0.73248077421585]),
    ),
    (Polynomial([1.0, -2.0, 1.0]), Polynomial([1.0, -1.99004745483398, 0.99007225036621])),
)


@dataclass(frozen=True, eq=False)
class Levels:
    """Two values for each millisecond of a sound; the last millisecond may be incomplete.

    `energies` are mean squares of the K-weighted sound, `peaks` are true peaks; full scale is 1.
    """

    energies: NDArray[np.float32]
    peaks: NDArray[np.float32]


def levels_of(samples: Samples) -> Levels:
    """The levels of mono samples at 48 kHz."""
    count = -(-len(samples) // MILLISECOND)
    if not samples.any():
        return Levels(np.zeros(count, np.float32), np.zeros(count, np.float32))
    size = (
        len(samples) // RATE + 2
    ) * RATE  # whole seconds are fast to transform; one is for the filters' decay
    spectrum = np.fft.rfft(samples, size)
    weighted = np.fft.irfft(spectrum * _response(size), size)
    between = np.fft.irfft(spectrum, OVERSAMPLED * size) * OVERSAMPLED
    return Levels(
        np.square(weighted).reshape(-1, MILLISECOND).mean(axis=1)[:count].astype(np.float32),
        np.abs(between).reshape(-1, OVERSAMPLED * MILLISECOND).max(axis=1)[:count].astype(np.float32),
    )


@cache
def _response(size: int) -> NDArray[np.complex128]:
    """The frequency response of K-weighting for a spectrum of `size` samples."""
    delay = np.exp(-2j * np.pi * np.arange(size // 2 + 1) / size)
    (treble, its_poles), (bass, other_poles) = K_WEIGHTING
    return np.asarray(treble(delay) * bass(delay) / (its_poles(delay) * other_poles(delay)))
