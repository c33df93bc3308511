"""Rotations: the matrix that turns points about an axis, remembered for the few turns that come often."""

from functools import lru_cache
from math import sqrt
from typing import Any

import numpy as np
from manim.mobject import mobject as mobject_module
from manim.mobject.geometry import polygram
from manim.utils import paths, space_ops

from storyreel.manim_speed.replacement import Replacement

_rotation_matrix = space_ops.rotation_matrix
_normalize = space_ops.normalize


@lru_cache(maxsize=1024)
def _matrix(angle: str, axis: bytes) -> np.ndarray:
    """Found by the very bits, as nothing else tells the two zeros apart."""
    return _rotation_matrix(float.fromhex(angle), np.frombuffer(axis))


def _is_axis(axis: Any) -> bool:
    return type(axis) is np.ndarray and axis.shape == (3,) and axis.dtype == np.float64


def rotation_matrix(angle: float, axis: Any, homogeneous: bool = False) -> np.ndarray:
    """The matrix of a turn by `angle`, in radians, about `axis`."""
    if homogeneous or not isinstance(angle, float) or not _is_axis(axis):
        return _rotation_matrix(angle, axis, homogeneous)
    return _matrix(angle.hex(), axis.tobytes()).copy()


def normalize(vect: Any, fall_back: Any = None) -> np.ndarray:
    """The vector of length 1 in the direction of another."""
    if type(vect) is not np.ndarray or vect.dtype != np.float64 or vect.ndim != 1:
        return _normalize(vect, fall_back)
    norm = sqrt(vect.dot(vect))
    if norm > 0:
        return vect / norm
    return np.zeros(len(vect)) if fall_back is None else fall_back


REPLACEMENTS = (
    *(
        Replacement(module, "rotation_matrix", rotation_matrix)
        for module in (space_ops, mobject_module, paths)
    ),
    *(Replacement(module, "normalize", normalize) for module in (space_ops, mobject_module, polygram)),
)
