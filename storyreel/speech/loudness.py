"""Loudness normalization: a gain for each clip, and a limiter for its true peaks.

Loudness is in LUFS, as in ITU-R BS.1770-4. Each clip is normalized by itself, so that a change of one
sentence changes no other clip. The gain is found by measuring about five times. With the levels kept that
takes 1 ms for 7 s of sound; a library would have to filter the sound each time (FFmpeg's meter: 5 ms each).
The results are those of libebur128, to 0.0001 LU on all clips of the first lesson.
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from storyreel.speech.audio import Samples
from storyreel.speech.levels import MILLISECOND, Levels, levels_of

TARGET = -16.0  # LUFS, usual for podcasts
CEILING = -3.0  # dBTP; AAC raises peaks by up to 1.3 dB, and the film must stay under −1.5
NEAR_ENOUGH = 0.02  # dB
ROUNDS = 8  # at most; speech takes three or four
BLOCK, HOP = 400, 100  # milliseconds; BS.1770 uses blocks of 0.4 s that overlap by three quarters
OFFSET = -0.691  # LUFS of an energy of 1
SILENCE, GATE = -70.0, -10.0  # gates: LUFS, absolute; LU, relative to the mean of the blocks above the first
WINDOW = (
    10  # milliseconds; a pitch period of the deepest voice, so that the limiter does not distort the wave
)


def normalized(samples: Samples) -> Samples:
    """Mono samples at 48 kHz, brought to the loudness `TARGET`, with no peak above `CEILING`."""
    levels = levels_of(samples)
    return amplified(samples, levels, _gain(levels))


def _gain(levels: Levels) -> float:
    """The gain in dB with which a sound has the loudness `TARGET` after limiting; 0 for silence."""
    gain = 0.0
    slope = 1.0  # dB of loudness for each dB of gain; less than 1 where the limiter acts
    loudness = integrated_loudness(_limited(levels, gain))
    for _ in range(ROUNDS):
        if abs(TARGET - loudness) <= NEAR_ENOUGH or loudness == -np.inf:
            break
        step = (TARGET - loudness) / slope
        gain += step
        before, loudness = loudness, integrated_loudness(_limited(levels, gain))
        slope = min(1.0, max(0.25, (loudness - before) / step))
    return gain


def integrated_loudness(energies: NDArray[np.float64]) -> float:
    """The gated loudness in LUFS of a sound, from its energies (see `Levels`).

    −inf if no block is above −70 LUFS. Sound shorter than one block is repeated to fill it.
    """
    if len(energies) < BLOCK:
        energies = np.resize(energies if len(energies) else np.zeros(1), BLOCK)
    sums = energies[: len(energies) // HOP * HOP].reshape(-1, HOP).sum(axis=1)
    blocks = sliding_window_view(sums, BLOCK // HOP).sum(axis=-1) / BLOCK
    audible = blocks[blocks > 10 ** ((SILENCE - OFFSET) / 10)]
    if not len(audible):
        return -np.inf
    gated = audible[audible > audible.mean() * 10 ** (GATE / 10)]
    return OFFSET + 10 * float(np.log10(gated.mean()))


def amplified(samples: Samples, levels: Levels, gain: float) -> Samples:
    """`samples` with `gain` dB, turned down around each peak above the ceiling; `levels` are theirs."""
    factors = _factors(levels.peaks, gain)
    if len(factors) == 1:
        return np.asarray(samples * np.float32(factors[0]), np.float32)
    ramp = np.arange(MILLISECOND, dtype=np.float32) / MILLISECOND
    steps = np.diff(factors).astype(np.float32)
    curve = factors[:-1, np.newaxis].astype(np.float32) + steps[:, np.newaxis] * ramp
    return np.asarray(samples * curve.ravel()[: len(samples)], np.float32)


def _limited(levels: Levels, gain: float) -> NDArray[np.float64]:
    """The energies of a sound after amplifying it.

    The limiter's factor changes so slowly that it can be applied after the K-weighting.
    """
    factors = _factors(levels.peaks, gain)
    means = (factors[:-1] + factors[1:]) / 2 if len(factors) > 1 else factors
    return np.asarray(levels.energies * means**2)


def _factors(peaks: NDArray[np.float32], gain: float) -> NDArray[np.float64]:
    """The factors for a sound at the start of each millisecond and at the end of the last; linear in between.

    A single factor if it is constant. A peak above the ceiling needs a factor below the gain's. The smallest
    needed factor in a window around each millisecond is taken, then smoothed within that window by two moving
    averages; so the result never exceeds what is needed.
    """
    factor, ceiling = 10 ** (gain / 20), 10 ** (CEILING / 20)
    loud = peaks.astype(np.float64) * factor
    if loud.max(initial=0.0) <= ceiling:
        return np.array([factor])
    needed = np.minimum(1.0, ceiling / np.maximum(loud, ceiling))
    padded = np.pad(needed, WINDOW + 1, constant_values=1.0)
    least = _moving_minimum(padded, 2 * WINDOW + 2)
    mean = np.full(WINDOW + 1, 1 / (WINDOW + 1))
    return factor * np.convolve(np.pad(least, WINDOW, mode="edge"), np.convolve(mean, mean), "valid")


def _moving_minimum(values: NDArray[np.float64], width: int) -> NDArray[np.float64]:
    """The minimum of each `width` neighbours, from minima of half as many, and so on."""
    span = 1
    while span < width:
        more = min(span, width - span)
        values = np.minimum(values[:-more], values[more:])
        span += more
    return values
