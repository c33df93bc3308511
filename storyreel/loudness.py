"""One loudness for the whole lesson: a gain for each speaker and a limiter for the true peaks.

Loudness is that of ITU-R BS.1770-4, in LUFS; true peaks are estimated, as it says, at four times the rate.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from storyreel.sound import RATE, Samples

TARGET = -16.0  # LUFS, as podcasts have it
CEILING = -3.0  # dBTP; AAC raises peaks by up to 1.3 dB, and the film must stay under −1.5
STEP = 0.1  # dB
NEAR_ENOUGH = 0.2  # dB
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
    gain = 0.0
    result = list(clips)
    for _ in range(4):  # the limiter takes some of the loudness away: give it back
        gain += round((TARGET - loudness) / STEP) * STEP
        factor = 10 ** (gain / 20)
        result = [_limited(clip, peak, factor) for clip, peak in zip(clips, peaks, strict=True)]
        loudness = integrated_loudness(result)
        if abs(TARGET - loudness) <= NEAR_ENOUGH:
            break
    return result


def integrated_loudness(clips: Sequence[Samples]) -> float:
    """The gated loudness in LUFS of the clips one after the other; −inf for silence.

    Sound shorter than one block is measured as if it went on.
    """
    sound = np.concatenate([np.zeros(0, np.float32), *clips])
    if not sound.any():
        return -np.inf
    from pyloudnorm import Meter  # type: ignore[import-untyped]

    long_enough = np.resize(sound, max(len(sound), SHORTEST)).astype(np.float64)
    return float(Meter(RATE).integrated_loudness(long_enough))


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
