"""Rotation matrices, and unit vectors."""

from math import cos, isfinite, sin, sqrt
from typing import Any

import numpy as np
from manim.mobject import mobject as mobject_module
from manim.mobject.geometry import polygram
from manim.utils import paths, space_ops

from storyreel.rendering.manim_patches.patch import Patch

_rotation_matrix = space_ops.rotation_matrix
_normalize = space_ops.normalize

SMALL = 1e-3  # radians


def rotation_matrix(angle: Any, axis: Any, homogeneous: bool = False) -> np.ndarray:
    """The matrix (3, 3) of a rotation by `angle` (radians) about `axis`, from its quaternion as SciPy does.

    See https://en.wikipedia.org/wiki/Quaternions_and_spatial_rotation.
    """
    if homogeneous or not isinstance(angle, float | int) or not isfinite(angle) or len(axis) != 3:
        return _rotation_matrix(angle, axis, homogeneous)
    a, b, c = (angle * normalize(axis)).tolist()
    turn = sqrt(a * a + b * b + c * c)
    square = turn * turn
    near_zero = 1 / 2 - square / 48 + square * square / 3840  # Taylor series of sin(turn / 2) / turn
    scale = sin(turn / 2) / turn if turn > SMALL else near_zero
    x, y, z, w = scale * a, scale * b, scale * c, cos(turn / 2)
    xx, yy, zz, ww = x * x, y * y, z * z, w * w
    xy, xz, yz, xw, yw, zw = x * y, x * z, y * z, x * w, y * w, z * w
    return np.array(
        [
            [xx - yy - zz + ww, 2 * (xy - zw), 2 * (xz + yw)],
            [2 * (xy + zw), -xx + yy - zz + ww, 2 * (yz - xw)],
            [2 * (xz - yw), 2 * (yz + xw), -xx - yy + zz + ww],
        ]
    )


def normalize(vect: Any, fall_back: Any = None) -> np.ndarray:
    """The unit vector in the direction of `vect`."""
    if type(vect) is not np.ndarray or vect.dtype != np.float64 or vect.ndim != 1:
        return _normalize(vect, fall_back)
    norm = sqrt(vect.dot(vect))
    if norm > 0:
        return vect / norm
    return np.zeros(len(vect)) if fall_back is None else fall_back


PATCHES = (
    *(Patch(module, "rotation_matrix", rotation_matrix) for module in (space_ops, mobject_module, paths)),
    *(Patch(module, "normalize", normalize) for module in (space_ops, mobject_module, polygram)),
)
