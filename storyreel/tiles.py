"""Tiles: parts of a picture marked on a grid, so that many boxes one over the other cost no more than one."""

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from storyreel.picture import Box

SIZE = 16
"""The width and height of a tile, in pixels."""


class Tiles:
    """A picture of `width` × `height` pixels in tiles, none of them marked yet."""

    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self.height = height
        self._marked = np.zeros((math.ceil(height / SIZE), math.ceil(width / SIZE)), np.bool_)

    def mark(self, boxes: Iterable[Box]) -> None:
        """Mark all tiles that any of `boxes` reaches into."""
        for left, top, right, bottom in boxes:
            self._marked[top // SIZE : -(-bottom // SIZE), left // SIZE : -(-right // SIZE)] = True

    def mark_where(self, box: Box, differs: NDArray[np.bool_]) -> None:
        """Mark the tiles of `box`, which begins with a tile, where a pixel `differs` (of its shape)."""
        left, top, right, bottom = box
        rows = np.logical_or.reduceat(differs, np.arange(0, bottom - top, SIZE), axis=0)
        tiles = np.logical_or.reduceat(rows, np.arange(0, right - left, SIZE), axis=1)
        self._marked[top // SIZE : -(-bottom // SIZE), left // SIZE : -(-right // SIZE)] |= tiles

    def meeting(self, boxes: NDArray[np.intp]) -> NDArray[np.intp]:
        """Which of `boxes`, (n, 4), reach into a marked tile: their places, in order."""
        sums = np.zeros((self._marked.shape[0] + 1, self._marked.shape[1] + 1), np.int32)
        sums[1:, 1:] = self._marked.cumsum(axis=0, dtype=np.int32).cumsum(axis=1)
        left, top = boxes[:, 0] // SIZE, boxes[:, 1] // SIZE
        right, bottom = -(-boxes[:, 2] // SIZE), -(-boxes[:, 3] // SIZE)
        marked = sums[bottom, right] - sums[top, right] - sums[bottom, left] + sums[top, left]
        return np.flatnonzero(marked)

    def boxes(self) -> list[Box]:
        """The marked tiles as boxes that have no pixel in common, within the picture."""
        boxes: list[Box] = []
        open_runs: dict[tuple[int, int], int] = {}
        rows = [*map(_runs, self._marked), set[tuple[int, int]]()]
        for row, runs in enumerate(rows):
            for run in [run for run in open_runs if run not in runs]:
                left, right = run
                top = open_runs.pop(run)
                boxes.append(
                    (
                        left * SIZE,
                        top * SIZE,
                        min(right * SIZE, self.width),
                        min(row * SIZE, self.height),
                    )
                )
            for run in runs:
                open_runs.setdefault(run, row)
        return boxes


def _runs(marked: NDArray[np.bool_]) -> set[tuple[int, int]]:
    """Where the tiles of a row are marked, from and to."""
    if not marked.any():
        return set()
    borders = np.flatnonzero(np.diff(marked, prepend=False, append=False)).tolist()
    return set(zip(borders[::2], borders[1::2], strict=True))
