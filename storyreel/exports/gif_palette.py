"""The colours of a GIF, which has 256 at most, and the pictures in them."""

from collections.abc import Iterable

import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray
from PIL import Image
from scipy.spatial import KDTree  # type: ignore[import-untyped]

from storyreel.exports.film_frames import RGB

LEVELS = 64  # of red, of green and of blue; colours that differ in none of them are taken for one
WIDTH = 256 // LEVELS
COLOURS = 255  # one more means that a pixel stays as it was
COMMON = 64  # of these are the most common ones; the others stand for several each


class Palette:
    """The colours of some pictures of a film, for all of them."""

    def __init__(self, chosen: Iterable[RGB]) -> None:
        places, counts, means = _most_common(chosen)
        # By the roots of how often they occur, so that a small thing has its colour beside a wide one.
        others = np.repeat(means[COMMON:], np.ceil(np.sqrt(counts[COMMON:])).astype(int), axis=0)
        colours = np.concatenate([means[:COMMON], _median_cut(others, COLOURS - COMMON)])
        grid = np.indices((LEVELS,) * 3).reshape(3, -1).T * WIDTH + WIDTH / 2
        self._nearest = KDTree(colours).query(grid)[1].astype(np.uint8)
        self._nearest[places[:COMMON]] = np.arange(len(places[:COMMON]))
        self._argb = np.zeros((256, 4), np.uint8)
        self._argb[: len(colours)] = np.insert(colours, 0, 255, axis=1)

    def applied_to(self, picture: RGB) -> VideoFrame:
        """The `picture`, each pixel in the nearest of the colours."""
        pixels = self._nearest[_places(picture)]
        # PyAV takes a palette with the pixels, and its types do not know.
        return VideoFrame.from_ndarray((pixels, self._argb), format="pal8")  # type: ignore[arg-type]


def _places(picture: RGB) -> NDArray[np.intp]:
    """For each pixel (height, width): which of the LEVELS³ colours it has."""
    red, green, blue = np.moveaxis(picture.astype(np.intp) // WIDTH, -1, 0)
    return np.asarray((red * LEVELS + green) * LEVELS + blue)


def _most_common(chosen: Iterable[RGB]) -> tuple[NDArray[np.intp], NDArray[np.float64], RGB]:
    """The colours in the pictures, the most common first: their places, counts, and means (number, 3)."""
    sums = np.zeros((4, LEVELS**3))  # of 1, of red, of green, of blue
    for picture in chosen:
        places = _places(picture).ravel()
        for row, weights in zip(sums, (None, *picture.reshape(-1, 3).T), strict=True):
            row += np.bincount(places, weights, minlength=LEVELS**3)
    counts = sums[0]
    ranked = np.argsort(-counts, kind="stable")[: np.count_nonzero(counts)]
    return ranked, counts[ranked], np.rint(sums[1:, ranked] / counts[ranked]).T.astype(np.uint8)


def _median_cut(colours: RGB, number: int) -> RGB:
    """At most `number` colours that stand for these (number, 3)."""
    if not len(colours):
        return colours
    image = Image.fromarray(colours[np.newaxis])
    few = image.quantize(number, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    return np.array(few.getpalette(), np.uint8).reshape(-1, 3)
