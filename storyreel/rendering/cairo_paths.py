"""Paths for Cairo, built from Manim's points: many at once in NumPy, and handed over in one call each.

Manim makes a call of Cairo for every curve. Cairo also takes a whole path as an array
(https://www.cairographics.org/manual/cairo-Paths.html), which pycairo does not offer; so its library is asked
itself, the same that pycairo has loaded.
"""

import ctypes
from typing import TypeAlias

import cairo
import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
Context: TypeAlias = "cairo.Context[cairo.ImageSurface]"
Rows = NDArray[np.float64]
"""A path as Cairo stores it: rows of 16 bytes, each a header or a point (x, y)."""

POINTS_PER_CURVE = 4
# Manim's: curves whose ends are as near as this are joined.
ABSOLUTE_TOLERANCE = 1e-6
RELATIVE_TOLERANCE = 1e-5


def _header(kind: int, length: int) -> int:
    """The first half of a header's row: what comes, and the number of its rows with this one."""
    return int(np.array([kind, length], np.int32).view(np.int64)[0])


MOVE = _header(0, 2)
CURVE = _header(2, 4)
CLOSE = _header(3, 1)


class _CairoPath(ctypes.Structure):
    """Cairo's `cairo_path_t`."""

    _fields_ = (("status", ctypes.c_int), ("data", ctypes.c_void_p), ("rows", ctypes.c_int))


# Through the library of pycairo the linker finds that of Cairo, wherever it is.
_append_path = ctypes.CDLL(cairo._cairo.__file__).cairo_append_path  # type: ignore[attr-defined]
_append_path.argtypes = (ctypes.c_void_p, ctypes.c_void_p)
_append_path.restype = None


def address(context: Context) -> int:
    """Where Cairo keeps what pycairo's `context` stands for; it must not be used any longer than that.

    A `PycairoContext` begins with `PyObject_HEAD cairo_t *ctx` (pycairo.h).
    """
    return ctypes.c_size_t.from_address(id(context) + object.__basicsize__).value


_path = _CairoPath()
_path_address = ctypes.addressof(_path)


class Path:
    """A path that can be handed to Cairo again and again: a part of what was built with many others."""

    __slots__ = ("_address", "_built", "_rows")

    def __init__(self, built: Rows, address: int, rows: int) -> None:
        self._built = built  # kept from being freed
        self._address = address
        self._rows = rows

    def append_to(self, context_address: int) -> None:
        """Add it to the path of the context at an `address`."""
        _path.data, _path.rows = self._address, self._rows
        _append_path(context_address, _path_address)


def paths(points: Points, counts: NDArray[np.intp]) -> list[Path]:
    """The paths of shapes whose points lie one after the other in `points`.

    `points` is (n, 2 or 3), finite, with `counts[i]` points, a multiple of 4 above 0, for shape i: start, two
    handles and end of each cubic Bézier curve. A curve that begins elsewhere than the one before it ended
    begins a subpath; a subpath that ends where it began is closed.
    """
    curves = np.ascontiguousarray(points[:, :2]).reshape(-1, POINTS_PER_CURVE, 2)
    starts, ends = curves[:, 0], curves[:, 3]
    first = np.zeros(len(counts), np.intp)
    np.cumsum(counts[:-1] // POINTS_PER_CURVE, out=first[1:])

    is_first = np.empty(len(curves), np.bool_)
    is_first[1:] = ~_meet(ends[:-1], starts[1:])
    is_first[first] = True
    is_last = np.append(is_first[1:], True)
    first_of_subpath, last_of_subpath = np.flatnonzero(is_first), np.flatnonzero(is_last)
    is_closed = np.zeros(len(curves), np.bool_)
    is_closed[last_of_subpath] = _meet(starts[first_of_subpath], ends[last_of_subpath])

    # A curve takes four rows, in the place of whose start is its header; a move takes two, closing one.
    sizes = POINTS_PER_CURVE + 2 * is_first + is_closed
    after = np.cumsum(sizes)
    row = after - is_closed - POINTS_PER_CURVE
    rows = np.empty((after[-1], 2))
    headers = rows.view(np.int64)[:, 0]
    rows[row[:, None] + np.arange(POINTS_PER_CURVE)] = curves
    headers[row] = CURVE
    headers[row[is_first] - 2] = MOVE
    rows[row[is_first] - 1] = starts[is_first]
    headers[after[is_closed] - 1] = CLOSE
    place = (after - sizes)[first]
    lengths = np.diff(place, append=after[-1])
    addresses = rows.ctypes.data + rows.strides[0] * place
    return [
        Path(rows, address, length)
        for address, length in zip(addresses.tolist(), lengths.tolist(), strict=True)
    ]


def _meet(ends: Points, starts: Points) -> NDArray[np.bool_]:
    """Which of the `ends` Manim takes to be where their `starts` are."""
    near = np.abs(ends - starts) <= ABSOLUTE_TOLERANCE + RELATIVE_TOLERANCE * np.abs(starts)
    together: NDArray[np.bool_] = near[:, 0] & near[:, 1]
    return together
