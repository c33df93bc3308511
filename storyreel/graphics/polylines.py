"""Straight lines as cubic curves, the form in which Manim keeps all outlines."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

_SHARES = np.linspace(0, 1, 4)[:, None]


def polyline(corners: ArrayLike) -> NDArray[np.float64]:
    """The points of straight lines from corner to corner, in Manim units.

    `corners` has the shape (…, corners, 3), the result (…, 4 × (corners − 1), 3).
    """
    ends = np.asarray(corners, float)
    steps = np.diff(ends, axis=-2)[..., None, :] * _SHARES
    points: NDArray[np.float64] = ends[..., :-1, None, :] + steps
    return points.reshape(*ends.shape[:-2], -1, 3)


def polygons(corners: NDArray[np.float64]) -> NDArray[np.float64]:
    """The points of closed polygons, in Manim units; `corners` has the shape (polygons, corners, 2)."""
    following = np.roll(corners, -1, axis=1)
    curves = (corners[:, :, None] * (1 - _SHARES) + following[:, :, None] * _SHARES).reshape(-1, 2)
    return np.concatenate([curves, np.zeros((len(curves), 1))], axis=1)
