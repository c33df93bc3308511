"""A grid of tiles in which changed parts of an image are marked, so that overlapping boxes count once."""

import math
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from storyreel.core.frame import Box

SIZE = 16
"""Default width and height of a tile, in pixels."""


class DirtyTiles:
    """The tiles of an image of `width` × `height` pixels, at first unmarked.

    A tile is `size` pixels wide and high, a multiple of 8. Larger tiles give fewer and larger boxes.
    """

    def __init__(self, width: int, height: int, size: int = SIZE) -> None:
        self.width = width
        self.height = height
        self._size = size
        rows, columns = math.ceil(height / size), math.ceil(width / size)
        # All rows in one line, with an unmarked tile before each row and after the last: a run of marked
        # tiles then starts and ends within its row.
        self._line = np.zeros(rows * (columns + 1) + 1, np.bool_)
        self._marked = self._line[1:].reshape(rows, columns + 1)[:, :columns]

    def mark(self, boxes: Iterable[Box]) -> None:
        """Mark all tiles that overlap any of `boxes`."""
        size = self._size
        for left, top, right, bottom in boxes:
            self._marked[top // size : -(-bottom // size), left // size : -(-right // size)] = True

    def mark_where_unequal(self, box: Box, old: NDArray[Any], new: NDArray[Any]) -> bool:
        """Mark the tiles of `box` in which the pixels `old` and `new` differ; true if there are any.

        `box` starts at a tile's corner; `old` and `new` are (height, width) of the box.
        """
        size, (height, width) = self._size, old.shape
        differs = np.zeros((height, -(-width // size) * size), np.bool_)
        np.not_equal(old, new, out=differs[:, :width])
        # Eight pixels at a time, each one byte.
        eights = np.bitwise_or.reduceat(differs.view(np.uint64), np.arange(0, height, size), axis=0)
        tiles = eights.reshape(len(eights), -1, size // 8).any(axis=2)
        left, top, right, bottom = box
        self._marked[top // size : -(-bottom // size), left // size : -(-right // size)] |= tiles
        return bool(tiles.any())

    def boxes(self) -> list[Box]:
        """The marked tiles as boxes without common pixels, clipped to the image."""
        borders = np.flatnonzero(self._line[1:] != self._line[:-1])
        rows, columns = np.divmod(borders, self._marked.shape[1] + 1)
        tops: dict[tuple[int, int, int], int] = {}
        # A run of marked tiles extends the box that ends above it, if both have the same left and right.
        for row, left, right in zip(
            rows[::2].tolist(), columns[::2].tolist(), columns[1::2].tolist(), strict=True
        ):
            tops[left, right, row + 1] = tops.pop((left, right, row), row)
        size = self._size
        return [
            (left * size, top * size, min(right * size, self.width), min(bottom * size, self.height))
            for (left, right, bottom), top in tops.items()
        ]
