"""The palette of a GIF, which has at most 256 colours."""

from collections.abc import Iterable

import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray
from PIL import Image
from scipy.spatial import KDTree  # type: ignore[import-untyped]

from storyreel.exports.film_frames import RGB

LEVELS = 64  # of red, green and blue; colours with the same levels are treated as equal
WIDTH = 256 // LEVELS
COLOURS = 255  # one palette entry is left for pixels that do not change
COMMON = 64  # the number of the most common colours that are kept exactly; the others are merged


class Palette:
    """One palette for all pictures of a film, computed from some of them."""

    def __init__(self, chosen: Iterable[RGB]) -> None:
        places, counts, means = _most_common(chosen)
        # Weighted by the square root of their counts: small objects keep their colours beside large areas.
        others = np.repeat(means[COMMON:], np.ceil(np.sqrt(counts[COMMON:])).astype(int), axis=0)
        colours = np.concatenate([means[:COMMON], _median_cut(others, COLOURS - COMMON)])
        grid = np.indices((LEVELS,) * 3).reshape(3, -1).T * WIDTH + WIDTH / 2
        self._nearest = KDTree(colours).query(grid)[1].astype(np.uint8)
        self._nearest[places[:COMMON]] = np.arange(len(places[:COMMON]))
        self._argb = np.zeros((256, 4), np.uint8)
        self._argb[: len(colours)] = np.insert(colours, 0, 255, axis=1)

    def applied_to(self, picture: RGB) -> VideoFrame:
        """The `picture` with each pixel in the nearest colour of the palette."""
        pixels = self._nearest[_places(picture)]
        # PyAV accepts pixels with a palette; its type annotations do not.
        return VideoFrame.from_ndarray((pixels, self._argb), format="pal8")  # type: ignore[arg-type]


def _places(picture: RGB) -> NDArray[np.intp]:
    """For each pixel (height, width) the index of its colour among the LEVELS³ colours."""
    red, green, blue = np.moveaxis(picture.astype(np.intp) // WIDTH, -1, 0)
    return np.asarray((red * LEVELS + green) * LEVELS + blue)


def _most_common(chosen: Iterable[RGB]) -> tuple[NDArray[np.intp], NDArray[np.float64], RGB]:
    """The colours of the pictures, the most common first: indices, counts, and mean values (number, 3)."""
    sums = np.zeros((4, LEVELS**3))  # of 1, of red, of green, of blue
    for picture in chosen:
        places = _places(picture).ravel()
        for row, weights in zip(sums, (None, *picture.reshape(-1, 3).T), strict=True):
            row += np.bincount(places, weights, minlength=LEVELS**3)
    counts = sums[0]
    ranked = np.argsort(-counts, kind="stable")[: np.count_nonzero(counts)]
    return ranked, counts[ranked], np.rint(sums[1:, ranked] / counts[ranked]).T.astype(np.uint8)


def _median_cut(colours: RGB, number: int) -> RGB:
    """At most `number` colours that represent these colours; both have the shape (number, 3)."""
    if not len(colours):
        return colours
    image = Image.fromarray(colours[np.newaxis])
    few = image.quantize(number, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    return np.array(few.getpalette(), np.uint8).reshape(-1, 3)
