"""Builds Cairo paths from Manim's points, for many shapes at once in NumPy."""

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
Rows = NDArray[np.float64]
"""Paths as Cairo stores them: rows of 16 bytes, each a header or a point (x, y)."""

POINTS_PER_CURVE = 4
# Manim joins two curves whose ends are this near to each other.
ABSOLUTE_TOLERANCE = 1e-6
RELATIVE_TOLERANCE = 1e-5


def _header(kind: int, length: int) -> int:
    """The first half of a header's row: the kind of element, and its number of rows with this one."""
    return int(np.array([kind, length], np.int32).view(np.int64)[0])


MOVE = _header(0, 2)
CURVE = _header(2, 4)
CLOSE = _header(3, 1)


class Path:
    """A path as Cairo stores it: `count` rows from row `start` on of an array that holds many paths."""

    __slots__ = ("_built", "address", "count", "start")

    def __init__(self, built: Rows, start: int, count: int, address: int) -> None:
        self._built = built  # which must live as long as the path
        self.start = start
        self.count = count
        self.address = address
        """The memory address of the first row."""

    @property
    def rows(self) -> Rows:
        """The rows, (count, 2)."""
        return self._built[self.start : self.start + self.count]


def paths(points: Points, counts: NDArray[np.intp]) -> list[Path]:
    """The paths of shapes whose points follow each other in `points`.

    `points` is (n, 2 or 3), finite, with `counts[i]` points for shape i, a positive multiple of 4: start, two
    handles and end of each cubic Bézier curve. A curve that does not start where the one before it ended
    starts a subpath; a subpath that ends where it started is closed.
    """
    curves = np.ascontiguousarray(points[:, :2]).reshape(-1, POINTS_PER_CURVE, 2)
    starts, ends = curves[:, 0], curves[:, 3]
    first = np.zeros(len(counts), np.intp)
    np.cumsum(counts[:-1] // POINTS_PER_CURVE, out=first[1:])

    begins = np.empty(len(curves) + 1, np.bool_)  # for each curve, and after the last, if a subpath does
    begins[1:-1] = ~_meet(ends[:-1], starts[1:])
    begins[first] = begins[-1] = True
    is_first, is_last = begins[:-1], begins[1:]
    first_of_subpath, last_of_subpath = np.flatnonzero(is_first), np.flatnonzero(is_last)
    is_closed = np.zeros(len(curves), np.bool_)
    is_closed[last_of_subpath] = _meet(starts[first_of_subpath], ends[last_of_subpath])

    # A curve takes four rows: its header and three points (its start is the current point). A move takes two
    # rows, and closing takes one.
    sizes = POINTS_PER_CURVE + 2 * is_first + is_closed
    after = np.cumsum(sizes)
    row = after - is_closed - POINTS_PER_CURVE  # of the curve's header
    rows = np.empty((after[-1], 2))
    headers = rows.view(np.int64)[:, 0]
    rows[row[:, None] + np.arange(POINTS_PER_CURVE)] = curves
    headers[row] = CURVE
    headers[row[is_first] - 2] = MOVE
    rows[row[is_first] - 1] = starts[is_first]
    headers[after[is_closed] - 1] = CLOSE
    first_rows = (after - sizes)[first]
    row_counts = np.add.reduceat(sizes, first)
    addresses = rows.ctypes.data + rows.strides[0] * first_rows
    return [
        Path(rows, start, count, address)
        for start, count, address in zip(
            first_rows.tolist(), row_counts.tolist(), addresses.tolist(), strict=True
        )
    ]


def _meet(ends: Points, starts: Points) -> NDArray[np.bool_]:
    """For each pair, True if Manim considers the end and the start to be the same point."""
    near = np.abs(ends - starts) <= ABSOLUTE_TOLERANCE + RELATIVE_TOLERANCE * np.abs(starts)
    together: NDArray[np.bool_] = near[:, 0] & near[:, 1]
    return together
