"""Rotates, scales and moves a path so that it starts and ends at two given points."""

from math import sqrt
from typing import Any

import numpy as np
from manim import OUT, Mobject
from numpy.typing import NDArray

from storyreel.rendering.manim_patches.patch import Patch
from storyreel.rendering.manim_patches.rotation import normalize

Points = NDArray[np.float64]

_put_start_and_end_on = Mobject.put_start_and_end_on


def cross(a: Points, b: Points) -> Points:
    """The cross product of two vectors."""
    (ax, ay, az), (bx, by, bz) = a.tolist(), b.tolist()
    return np.array([ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx])


def length(vector: Points) -> float:
    """The length of a vector."""
    return sqrt(vector.dot(vector))


def angle_between(a: Points, b: Points) -> float:
    """The angle between two vectors, in radians."""
    here, there = normalize(a), normalize(b)
    angle: float = 2 * np.arctan2(length(here - there), length(here + there))
    return angle


def put_start_and_end_on(self: Mobject, start: Any, end: Any) -> Mobject:
    """Rotate, scale and move a path so that it starts at `start` and ends at `end`."""
    here, there = self.get_start_and_end()
    current, target = there - here, np.asarray(end) - np.asarray(start)
    if not (_is_vector(current) and _is_vector(target) and length(current) > 0):
        return _put_start_and_end_on(self, start, end)
    across = cross(current, target)
    self.scale(length(target) / length(current), about_point=here)
    axis = normalize(across) if length(across) else OUT
    self.rotate(angle_between(current, target), about_point=here, axis=axis)
    return self.shift(np.asarray(start) - here)


def _is_vector(vector: Points) -> bool:
    return vector.shape == (3,) and vector.dtype == np.float64


PATCHES = (Patch(Mobject, "put_start_and_end_on", put_start_and_end_on),)
