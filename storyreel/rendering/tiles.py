"""Tiles: parts of a picture marked on a grid, so that many boxes one over the other cost no more than one."""

import math
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from storyreel.core.frame import Box

SIZE = 16
"""The width and height of a tile in pixels, where nobody asks for another."""


class DirtyTiles:
    """A picture of `width` × `height` pixels in tiles, none of them marked yet.

    A tile is `size` pixels wide and high, a multiple of 8. Larger ones give fewer boxes with more in them.
    """

    def __init__(self, width: int, height: int, size: int = SIZE) -> None:
        self.width = width
        self.height = height
        self._size = size
        rows, columns = math.ceil(height / size), math.ceil(width / size)
        # All rows in one, an unmarked tile before each of them and after the last.
        self._line = np.zeros(rows * (columns + 1) + 1, np.bool_)
        self._marked = self._line[1:].reshape(rows, columns + 1)[:, :columns]

    def mark(self, boxes: Iterable[Box]) -> None:
        """Mark all tiles that any of `boxes` reaches into."""
        size = self._size
        for left, top, right, bottom in boxes:
            self._marked[top // size : -(-bottom // size), left // size : -(-right // size)] = True

    def mark_where_unequal(self, box: Box, old: NDArray[Any], new: NDArray[Any]) -> bool:
        """Mark the tiles of `box`, which begins with a tile, where its `old` and `new` pixels differ.

        Returns whether any do.
        """
        size, (height, width) = self._size, old.shape
        differs = np.zeros((height, -(-width // size) * size), np.bool_)
        np.not_equal(old, new, out=differs[:, :width])
        # Eight pixels at a time.
        eights = np.bitwise_or.reduceat(differs.view(np.uint64), np.arange(0, height, size), axis=0)
        tiles = eights.reshape(len(eights), -1, size // 8).any(axis=2)
        left, top, right, bottom = box
        self._marked[top // size : -(-bottom // size), left // size : -(-right // size)] |= tiles
        return bool(tiles.any())

    def boxes(self) -> list[Box]:
        """The marked tiles as boxes that have no pixel in common, within the picture."""
        borders = np.flatnonzero(self._line[1:] != self._line[:-1])
        rows, columns = np.divmod(borders, self._marked.shape[1] + 1)
        tops: dict[tuple[int, int, int], int] = {}
        # A run of marked tiles continues the box that has ended above it, if that is as wide.
        for row, left, right in zip(
            rows[::2].tolist(), columns[::2].tolist(), columns[1::2].tolist(), strict=True
        ):
            tops[left, right, row + 1] = tops.pop((left, right, row), row)
        size = self._size
        return [
            (left * size, top * size, min(right * size, self.width), min(bottom * size, self.height))
            for (left, right, bottom), top in tops.items()
        ]
