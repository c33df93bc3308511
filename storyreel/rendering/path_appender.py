"""Adds paths to a Cairo context: with one library call a path or, where that fails, one pycairo call a curve.

Cairo takes a whole path as an array (https://www.cairographics.org/manual/cairo-Paths.html), which pycairo
does not offer. So `cairo_append_path` is called through ctypes, in the library that pycairo has loaded. Where
that is not possible, or a test path does not look the same, pycairo's calls draw the same pixels more slowly.
"""

import ctypes
import sys
from collections.abc import Callable
from functools import cache
from typing import Any, TypeAlias

import cairo
import numpy as np

from storyreel.rendering.cairo_paths import CLOSE, CURVE, MOVE, Path, paths

Context: TypeAlias = "cairo.Context[cairo.ImageSurface]"
PathAppender = Callable[[Path], None]
"""Adds a path to the current path of a context."""


def path_appender(context: Context) -> PathAppender:
    """The faster of the two appenders for `context`, if it works here. It is valid as long as `context`."""
    return LibraryAppender(context) if library_call_works() else PycairoAppender(context)


class PycairoAppender:
    """Adds paths with pycairo's methods."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def __call__(self, path: Path) -> None:
        """Add `path` to the context's path."""
        context, rows = self._context, path.rows.tolist()
        headers = path.rows.view(np.int64)[:, 0].tolist()
        row = 0
        while row < len(rows):
            if headers[row] == MOVE:
                context.move_to(*rows[row + 1])
                row += 2
            elif headers[row] == CURVE:
                context.curve_to(*rows[row + 1], *rows[row + 2], *rows[row + 3])
                row += 4
            else:
                assert headers[row] == CLOSE
                context.close_path()
                row += 1


class _CairoPath(ctypes.Structure):
    """Cairo's `cairo_path_t`."""

    _fields_ = (("status", ctypes.c_int), ("data", ctypes.c_void_p), ("rows", ctypes.c_int))


class LibraryAppender:
    """Adds paths with `cairo_append_path`; raises OSError or AttributeError where it is not found."""

    def __init__(self, context: Context) -> None:
        self._append_path = _append_path()
        self._context = _address(context)
        self._path = _CairoPath()
        self._path_address = ctypes.addressof(self._path)

    def __call__(self, path: Path) -> None:
        """Add `path` to the context's path."""
        self._path.data, self._path.rows = path.address, path.count
        self._append_path(self._context, self._path_address)


@cache
def _append_path() -> Any:
    # A search in pycairo's library includes the Cairo library that it is linked with, wherever that is.
    function = ctypes.CDLL(cairo._cairo.__file__).cairo_append_path  # type: ignore[attr-defined]
    function.argtypes = (ctypes.c_void_p, ctypes.c_void_p)
    function.restype = None
    return function


def _address(context: Context) -> int:
    """The address of the `cairo_t` of a pycairo context; it is valid as long as `context`.

    A `PycairoContext` begins with `PyObject_HEAD cairo_t *ctx` (pycairo.h).
    """
    return ctypes.c_size_t.from_address(id(context) + object.__basicsize__).value


@cache
def library_call_works() -> bool:
    """True if a small path drawn with `LibraryAppender` has the same pixels as with `PycairoAppender`."""
    if sys.implementation.name != "cpython":  # elsewhere `id` is no address
        return False
    try:
        return _drawing(LibraryAppender) == _drawing(PycairoAppender)
    except (OSError, AttributeError):
        return False


def _drawing(appender: Callable[[Context], PathAppender]) -> bytes:
    """The pixels of a closed and an open subpath, filled and stroked."""
    closed = [[2, 2], [9, 1], [14, 6], [13, 13], [13, 13], [6, 15], [1, 9], [2, 2]]
    opened = [[4, 5], [9, 3], [6, 12], [11, 11]]
    (path,) = paths(np.array([*closed, *opened], np.float64), np.array([len(closed) + len(opened)]))
    surface = cairo.ImageSurface(cairo.FORMAT_ARGB32, 16, 16)
    context = cairo.Context(surface)
    appender(context)(path)
    context.set_source_rgba(0.2, 0.5, 0.8, 0.7)
    context.fill_preserve()
    context.set_source_rgb(1, 1, 1)
    context.stroke()
    surface.flush()
    return bytes(surface.get_data())
