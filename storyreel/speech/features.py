"""What two sounds of the same words have in common: mel-frequency cepstra of each frame, and which are quiet.

Cepstra are compared relative to their mean and deviation in a sound, so that a voice, a microphone and a
level do not matter. A clean sound that is compared with a noisy one is taken as if it had the same noise.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from storyreel.speech.audio import Samples

RATE = 16000  # Hz; at which sounds are compared
HOP, WINDOW = 0.01, 0.025  # seconds
BINS, BANDS, CEPSTRA = 512, 26, 13  # of the Fourier transform, of the mel spectrum, of the cepstrum
HIGHEST = 7600.0  # Hz
QUIET = -35.0  # dB below loud frames
NOISE = 6.0  # dB above the quietest moments that count as quiet, too, where there is noise
LEAST = -12.0  # dB below loud frames; what is louder is never quiet
FAINT = 1e-5  # energy in a band that counts as none, relative to that of loud frames

Frames = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Track:
    """A sound as it is compared: a row of features for each hop, and whether it is quiet then.

    The first `CEPSTRA` features are cepstra, the others their slopes. `floor` is the level in dB below which
    it is quiet, and `noise` the energy in each band in the quietest moments, both relative to loud frames.
    """

    features: Frames
    quiet: NDArray[np.bool_]
    floor: float
    noise: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.quiet)

    def until(self, seconds: float) -> "Track":
        """The beginning of the sound."""
        count = round(seconds / HOP)
        return replace(self, features=self.features[:count], quiet=self.quiet[:count])


def track(samples: Samples, rate: int, noisy: Track | None = None) -> Track:
    """The sound at `rate` Hz as it is compared, as if it had the noise of the track `noisy`, if given."""
    from scipy.signal import resample_poly  # type: ignore[import-untyped]

    divisor = np.gcd(rate, RATE)
    sound = np.asarray(resample_poly(samples, RATE // divisor, rate // divisor), np.float32)
    levels = 10 * np.log10(np.mean(np.square(_framed(sound), dtype=np.float64), axis=1) + 1e-12)
    levels -= np.percentile(levels, 95)
    floor = max(_floor(levels), noisy.floor if noisy else QUIET)
    quiet = np.asarray(levels < floor)
    energies = _band_energies(sound)
    energies = energies / (np.percentile(energies.sum(axis=1), 95) + 1e-12)
    bands = np.log(energies + FAINT + (noisy.noise if noisy else 0.0))
    return Track(_cepstra(bands, quiet), quiet, floor, np.percentile(energies, 5, axis=0))


def _floor(levels: NDArray[np.float64]) -> float:
    """The level below which it is quiet: that of silence, or a bit more than that of the noise in pauses."""
    smooth = np.convolve(levels, np.full(5, 0.2), "valid") if len(levels) >= 5 else levels
    return float(np.clip(np.percentile(smooth, 1) + NOISE, QUIET, LEAST))


def _framed(samples: Samples) -> Frames:
    """Windows of the samples, one for each hop, around its middle."""
    hop, window = round(HOP * RATE), round(WINDOW * RATE)
    padded = np.pad(samples, (window // 2, window))
    count = max(len(samples) // hop, 1)
    return np.lib.stride_tricks.sliding_window_view(padded, window)[: count * hop : hop]


def _band_energies(samples: Samples) -> NDArray[np.float64]:
    """The energy in each band of the mel spectrum, of each frame."""
    bright = np.append(samples[:1], samples[1:] - 0.97 * samples[:-1])
    frames, window = _framed(bright), np.hamming(round(WINDOW * RATE)).astype(np.float32)
    filters, blocks = (
        _filters().T,
        range(0, len(frames), 1000),
    )  # in blocks: hours of sound would fill the memory
    spectra = (np.fft.rfft(frames[first : first + 1000] * window, BINS) for first in blocks)
    return np.concatenate([np.square(np.abs(spectrum)) @ filters for spectrum in spectra])


def _cepstra(bands: NDArray[np.float64], quiet: NDArray[np.bool_]) -> Frames:
    """Cepstra of each frame, where it is loud with mean 0 and deviation 1, and their slopes."""
    from scipy.fft import dct  # type: ignore[import-untyped]

    cepstra = dct(bands, norm="ortho")[:, :CEPSTRA]
    loud = cepstra[~quiet] if not quiet.all() else cepstra
    cepstra = (cepstra - loud.mean(axis=0)) / (loud.std(axis=0) + 1e-6)
    slopes = np.gradient(cepstra, 2.0, axis=0) if len(cepstra) > 1 else np.zeros_like(cepstra)
    return np.hstack([cepstra, slopes]).astype(np.float32)


def _filters() -> NDArray[np.float64]:
    """Triangular filters at equal distances in mel, as rows over the bins of the spectrum."""
    edges = 700 * np.expm1(np.linspace(0, np.log1p(HIGHEST / 700), BANDS + 2))
    bins = np.fft.rfftfreq(BINS, 1 / RATE)
    rise = (bins - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    fall = (edges[2:, None] - bins) / (edges[2:] - edges[1:-1])[:, None]
    return np.asarray(np.maximum(0, np.minimum(rise, fall)))
