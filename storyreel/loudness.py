"""One loudness for the whole lesson: a gain for each speaker and a limiter for the true peaks.

Loudness is that of ITU-R BS.1770-4, in LUFS; true peaks are estimated, as it says, at four times the rate.
"""

import warnings
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from storyreel.sound import RATE, Samples

TARGET = -16.0  # LUFS, as podcasts have it
CEILING = -3.0  # dBTP; AAC raises peaks by up to 1.3 dB, and the film must stay under −1.5
STEP = 0.1  # dB
NEAR_ENOUGH = 0.2  # dB
ROUNDS = 6  # at most, to come near enough; speech takes two or three
SHORTEST = round(0.4 * RATE)  # samples; BS.1770 measures blocks of 0.4 s
WINDOW = round(0.01 * RATE)  # samples; a pitch period of the deepest voice, lest the limiter bends the wave


def levelled(clips: Sequence[Samples]) -> list[Samples]:
    """The clips of one speaker at 48 kHz, all with the same gain, so that together they are at `TARGET`.

    The gain is a multiple of `STEP`, so that editing one sentence rarely changes all the others' sound.
    """
    loudness = integrated_loudness(clips)
    if loudness == -np.inf:
        return list(clips)
    peaks = [true_peaks(clip) for clip in clips]

    def amplified(gain: float) -> list[Samples]:
        return [_limited(clip, peak, 10 ** (gain / 20)) for clip, peak in zip(clips, peaks, strict=True)]

    gain = 0.0
    result = amplified(gain)
    gained = 1.0  # dB of loudness for each dB of gain: fewer than one where the limiter works
    for _ in range(ROUNDS):
        if abs(TARGET - loudness) <= NEAR_ENOUGH:
            break
        step = round((TARGET - loudness) / gained / STEP) * STEP
        gain += step
        result = amplified(gain)
        before, loudness = loudness, integrated_loudness(result)
        gained = min(1.0, max(0.25, (loudness - before) / step))
    return result


def integrated_loudness(clips: Sequence[Samples]) -> float:
    """The gated loudness in LUFS of the clips one after the other; −inf for silence, which is all below −70.

    Sound shorter than one block is measured as if it went on.
    """
    sound = np.concatenate([np.zeros(0), *clips])
    if not sound.any():
        return -np.inf
    from pyloudnorm import Meter  # type: ignore[import-untyped]

    if len(sound) < SHORTEST:
        sound = np.resize(sound, SHORTEST)
    with warnings.catch_warnings(action="ignore", category=RuntimeWarning):  # the mean of no loud block
        loudness = float(Meter(RATE).integrated_loudness(sound))
    return loudness if np.isfinite(loudness) else -np.inf


def true_peaks(samples: Samples) -> NDArray[np.float64]:
    """For each sample the largest magnitude between it and the next, at four times the rate."""
    from scipy.signal import resample_poly  # type: ignore[import-untyped]

    if not len(samples):
        return np.zeros(0)
    oversampled = np.asarray(resample_poly(samples, 4, 1), np.float64)
    return np.asarray(np.abs(oversampled).reshape(-1, 4).max(axis=1))


def _limited(samples: Samples, peaks: NDArray[np.float64], factor: float) -> Samples:
    """`samples` times `factor`, turned down around each peak that would go over the ceiling.

    The gain that each sample needs is held for a window around it (minimum) and then smoothed within that
    window (two means), so that it is never above what is needed.
    """
    ceiling = 10 ** (CEILING / 20)
    loud = peaks * factor
    if loud.max(initial=0.0) <= ceiling:
        return np.asarray(samples * factor, np.float32)
    from scipy.ndimage import minimum_filter1d, uniform_filter1d  # type: ignore[import-untyped]

    gain = minimum_filter1d(np.minimum(1.0, ceiling / np.maximum(loud, ceiling)), 2 * WINDOW + 1)
    for _ in range(2):
        gain = uniform_filter1d(gain, WINDOW + 1)
    return np.asarray(samples * factor * gain, np.float32)
