"""One loudness for all that is said: a gain for each clip, and a limiter for its true peaks.

Loudness is that of ITU-R BS.1770-4, in LUFS. Each clip is brought to it by itself, so that it sounds as it
does whatever else a lesson says: where one sentence changes, no other has to be made louder or encoded again.
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from storyreel.speech.audio import Samples
from storyreel.speech.levels import MILLISECOND, Levels, levels_of

TARGET = -16.0  # LUFS, as podcasts have it
CEILING = -3.0  # dBTP; AAC raises peaks by up to 1.3 dB, and the film must stay under −1.5
NEAR_ENOUGH = 0.02  # dB
ROUNDS = 8  # at most, to come near enough; speech takes three or four
BLOCK, HOP = 400, 100  # milliseconds; BS.1770 measures blocks of 0.4 s that overlap by three quarters
OFFSET = -0.691  # LUFS of an energy of 1
SILENCE, GATE = -70.0, -10.0  # LUFS, below which a block does not count; LU, below the mean of those that do
WINDOW = 10  # milliseconds; a pitch period of the deepest voice, lest the limiter bends the wave


def levelled(samples: Samples) -> Samples:
    """Mono samples at 48 kHz at `TARGET`, no peak above `CEILING`; silence stays as it is."""
    levels = levels_of(samples)
    return amplified(samples, levels, _gain(levels))


def _gain(levels: Levels) -> float:
    """The gain in dB with which a sound, limited, is at `TARGET`; 0 where all is silence."""
    gain = 0.0
    gained = 1.0  # dB of loudness for each dB of gain: fewer than one where the limiter works
    loudness = integrated_loudness(_limited(levels, gain))
    for _ in range(ROUNDS):
        if abs(TARGET - loudness) <= NEAR_ENOUGH or loudness == -np.inf:
            break
        more = (TARGET - loudness) / gained
        gain += more
        before, loudness = loudness, integrated_loudness(_limited(levels, gain))
        gained = min(1.0, max(0.25, (loudness - before) / more))
    return gain


def integrated_loudness(energies: NDArray[np.float64]) -> float:
    """The gated loudness in LUFS of a sound, from its energies (see `Levels`).

    −inf for silence, which is all below −70. Sound shorter than one block is measured as if it went on.
    """
    if len(energies) < BLOCK:
        energies = np.resize(energies if len(energies) else np.zeros(1), BLOCK)
    sums = energies[: len(energies) // HOP * HOP].reshape(-1, HOP).sum(axis=1)
    blocks = sliding_window_view(sums, BLOCK // HOP).sum(axis=-1) / BLOCK
    heard = blocks[blocks > 10 ** ((SILENCE - OFFSET) / 10)]
    if not len(heard):
        return -np.inf
    gated = heard[heard > heard.mean() * 10 ** (GATE / 10)]
    return OFFSET + 10 * float(np.log10(gated.mean()))


def amplified(samples: Samples, levels: Levels, gain: float) -> Samples:
    """`samples`, which have these levels, with `gain` dB, turned down around each peak above the ceiling."""
    factors = _factors(levels.peaks, gain)
    if len(factors) == 1:
        return np.asarray(samples * np.float32(factors[0]), np.float32)
    ramp = np.arange(MILLISECOND, dtype=np.float32) / MILLISECOND
    steps = np.diff(factors).astype(np.float32)
    curve = factors[:-1, np.newaxis].astype(np.float32) + steps[:, np.newaxis] * ramp
    return np.asarray(samples * curve.ravel()[: len(samples)], np.float32)


def _limited(levels: Levels, gain: float) -> NDArray[np.float64]:
    """The energies of a sound, amplified: the limiter is slow enough for the K-weighting not to mind."""
    factors = _factors(levels.peaks, gain)
    means = (factors[:-1] + factors[1:]) / 2 if len(factors) > 1 else factors
    return np.asarray(levels.energies * means**2)


def _factors(peaks: NDArray[np.float32], gain: float) -> NDArray[np.float64]:
    """What a sound is multiplied by where each millisecond begins and the last one ends, linear in between.

    A single factor where it is the same all the time. What each millisecond needs is held for a window
    around it (minimum) and then smoothed within that window (two means, as one), so that the factor is never
    above what is needed.
    """
    factor, ceiling = 10 ** (gain / 20), 10 ** (CEILING / 20)
    loud = peaks.astype(np.float64) * factor
    if loud.max(initial=0.0) <= ceiling:
        return np.array([factor])
    needed = np.minimum(1.0, ceiling / np.maximum(loud, ceiling))
    padded = np.pad(needed, WINDOW + 1, constant_values=1.0)
    held = _least(padded, 2 * WINDOW + 2)
    mean = np.full(WINDOW + 1, 1 / (WINDOW + 1))
    return factor * np.convolve(np.pad(held, WINDOW, mode="edge"), np.convolve(mean, mean), "valid")


def _least(values: NDArray[np.float64], width: int) -> NDArray[np.float64]:
    """The least of each `width` neighbours: the lesser of two spans, which are made up of such again."""
    span = 1
    while span < width:
        more = min(span, width - span)
        values = np.minimum(values[:-more], values[more:])
        span += more
    return values
