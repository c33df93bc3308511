"""Colours from text such as `#1a2b3c` and from arrays of numbers from 0 to 1."""

from functools import cache
from typing import Any

import numpy as np
from manim import ManimColor

from storyreel.rendering.manim_patches.patch import Patch

_init = ManimColor.__init__
_parse = vars(ManimColor)["parse"]


@cache
def _read(text: str, alpha: float) -> np.ndarray:
    colour = ManimColor.__new__(ManimColor)
    _init(colour, text, alpha)
    return colour._internal_value


def init(self: ManimColor, value: Any, alpha: float = 1.0) -> None:
    """Make a colour from any value that Manim accepts."""
    kind = type(value)
    # Only hexadecimal colours are cached: for a name, Manim changes the constant of that name.
    if kind is str and value.startswith("#"):
        self._internal_value = _read(value, alpha).copy()
    elif kind is np.ndarray and value.shape == (3,) and value.dtype == np.float64:
        rgba = np.empty(4)
        rgba[:3] = value
        rgba[3] = alpha
        self._internal_value = rgba
    elif kind is np.ndarray and value.shape == (4,) and value.dtype == np.float64:
        self._internal_value = value
    else:
        _init(self, value, alpha)


def parse(cls: type[ManimColor], color: Any, alpha: float = 1.0) -> Any:
    """A colour, or a list of colours, from any value that Manim accepts."""
    if cls is not ManimColor or isinstance(color, (list, tuple)):
        return _parse.__get__(None, cls)(color, alpha)
    return ManimColor(ManimColor(color, alpha)._internal_value)


PATCHES = (
    Patch(ManimColor, "__init__", init),
    Patch(ManimColor, "parse", classmethod(parse)),
)
