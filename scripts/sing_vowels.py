"""Sing the vowels of `assets/storyboards/vowels.npz`: the spectra of three vowels, of many voices.

A vowel is a buzz whose tones the throat and the mouth make louder near a few frequencies, the formants: the
source-filter model of speech (Fant, 1960). The formants are the means of 28 women in Peterson and Barney,
"Control methods used in a study of the vowels" (1952); those of each voice here are all higher or lower than
these by a share, and each tone is a little louder or quieter. Run twice, this writes the same bytes.
"""

import io
from pathlib import Path

import numpy as np

from storyreel.core.arrays import Array
from storyreel.exports.deterministic_zip import write_package

FILE = Path(__file__).parents[1] / "assets" / "storyboards" / "vowels.npz"
FORMANTS = {"ah": (850, 1220, 2810), "ee": (310, 2790, 3310), "oo": (370, 950, 2670)}
"""The first three formants of each vowel, in hertz."""
FIRST = "ee"
"""The vowel that the lesson begins with, in the mean voice."""
BANDWIDTHS = 80, 90, 120
"""How wide the formants are, in hertz."""
PITCH, TONES = 200.0, 16
"""The frequency of the lowest tone, in hertz, of which the others are multiples, and their number."""
TILT = 0.5
"""The buzz of a loud voice: a tone's strength falls with this power of its frequency."""
VOICES, LOUDNESS = 0.06, 0.3
"""The standard deviations of the logarithms of a voice's share and of a tone's strength."""
TO_TRAIN_ON, TO_TEST_ON = 20, 10
"""How many of each vowel are written."""
SEED, DECIMALS = 7, 3


def main() -> None:
    """Write the file, and print its size."""
    random = np.random.default_rng(SEED)
    classes = np.eye(len(FORMANTS))
    arrays = {"spectrum": spectrum(FORMANTS[FIRST]), "target": classes[[*FORMANTS].index(FIRST)]}
    for name, count in (("train", TO_TRAIN_ON), ("test", TO_TEST_ON)):
        sung = [one_voice(formants, random) for _ in range(count) for formants in FORMANTS.values()]
        arrays |= {f"{name}_spectra": np.array(sung), f"{name}_targets": np.tile(classes, (count, 1))}
    entries: dict[str, bytes | Path] = {}
    for name, array in arrays.items():
        stream = io.BytesIO()
        np.lib.format.write_array(stream, np.ascontiguousarray(array))
        entries[f"{name}.npy"] = stream.getvalue()
    write_package(FILE, entries)
    print(f"{FILE.name}: {FILE.stat().st_size:,} bytes")


def spectrum(formants: tuple[int, ...], higher: float = 1.0, louder: Array | float = 1.0) -> Array:
    """The strengths of the tones, of which the largest is 1, with formants that are `higher` by a factor;
    each tone is `louder` by one of its own."""
    frequencies = PITCH * np.arange(1, TONES + 1)
    gain = np.ones(TONES, dtype=complex)
    for formant, bandwidth in zip(formants, BANDWIDTHS, strict=True):
        pole = -np.pi * bandwidth + 2j * np.pi * higher * formant
        at = 2j * np.pi * frequencies
        gain *= np.abs(pole) ** 2 / ((at - pole) * (at - np.conj(pole)))
    strengths: Array = np.abs(gain) * frequencies**-TILT * louder
    return np.round(strengths / strengths.max(), DECIMALS)


def one_voice(formants: tuple[int, ...], random: np.random.Generator) -> Array:
    """The spectrum of a vowel in a voice of its own."""
    higher = float(np.exp(random.normal(0, VOICES)))
    return spectrum(formants, higher, np.exp(random.normal(0, LOUDNESS, TONES)))


if __name__ == "__main__":
    main()
