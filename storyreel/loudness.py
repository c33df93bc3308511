"""One loudness for the whole lesson: a gain for each speaker and a limiter for the true peaks.

Loudness is that of ITU-R BS.1770-4, in LUFS. All is found from the levels of a speaker's clips, so that of a
lesson of which one sentence changed no other has to be measured again.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from storyreel.levels import MILLISECOND, Levels
from storyreel.sound import Samples

TARGET = -16.0  # LUFS, as podcasts have it
CEILING = -3.0  # dBTP; AAC raises peaks by up to 1.3 dB, and the film must stay under −1.5
STEP = 0.5  # dB; half of it is how far a lesson may be from the target; a sentence of 48 moves it by 0.02
NEAR_ENOUGH = 0.02  # dB, before the gain is rounded to whole steps
ROUNDS = 8  # at most, to come near enough; speech takes three or four
BLOCK, HOP = 400, 100  # milliseconds; BS.1770 measures blocks of 0.4 s that overlap by three quarters
OFFSET = -0.691  # LUFS of an energy of 1
SILENCE, GATE = -70.0, -10.0  # LUFS, below which a block does not count; LU, below the mean of those that do
WINDOW = 10  # milliseconds; a pitch period of the deepest voice, lest the limiter bends the wave


def levelling_gain(clips: Callable[[], Iterable[Levels]]) -> float:
    """The gain in dB with which the clips of one speaker, limited, are together at `TARGET`.

    They are asked for several times, and need not be in memory together.
    It is a multiple of `STEP`, so that editing one sentence rarely changes all the others' sound; 0 where
    all is silence.
    """
    loudness = integrated_loudness(_limited(clips(), 0.0))
    if loudness == -np.inf:
        return 0.0
    gain = 0.0
    gained = 1.0  # dB of loudness for each dB of gain: fewer than one where the limiter works
    for _ in range(ROUNDS):
        if abs(TARGET - loudness) <= NEAR_ENOUGH:
            break
        more = (TARGET - loudness) / gained
        gain += more
        before, loudness = loudness, integrated_loudness(_limited(clips(), gain))
        gained = min(1.0, max(0.25, (loudness - before) / more))
    return round(gain / STEP) * STEP


def integrated_loudness(clips: Iterable[NDArray[np.floating[Any]]]) -> float:
    """The gated loudness in LUFS of clips one after the other, from their energies (see `Levels`).

    −inf for silence, which is all below −70. Sound shorter than one block is measured as if it went on.
    """
    hops, rest = [np.zeros(0)], np.zeros(0)
    for clip in clips:  # one at a time: an hour of them would fill the memory
        rest = np.concatenate([rest, clip])
        whole = len(rest) // HOP * HOP
        hops.append(rest[:whole].reshape(-1, HOP).sum(axis=1))
        rest = rest[whole:]
    sums = np.concatenate(hops)
    if len(sums) < BLOCK // HOP:
        energies = np.concatenate([np.repeat(sums / HOP, HOP), rest])
        sums = np.resize(energies if len(energies) else np.zeros(1), BLOCK).reshape(-1, HOP).sum(axis=1)
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


def _limited(clips: Iterable[Levels], gain: float) -> Iterator[NDArray[np.float64]]:
    """The energies of the clips, amplified: the limiter is slow enough for the K-weighting not to mind."""
    for clip in clips:
        factors = _factors(clip.peaks, gain)
        means = (factors[:-1] + factors[1:]) / 2 if len(factors) > 1 else factors
        yield clip.energies * means**2


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
