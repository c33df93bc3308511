"""Caches the arcs of the unit circle, from which circles, dots and rounded corners are made."""

from functools import lru_cache

import numpy as np
from manim import Arc

from storyreel.rendering.manim_patches.patch import Patch

_set_pre_positioned_points = Arc._set_pre_positioned_points


@lru_cache(maxsize=1024)
def _unit_arc(start_angle: str, angle: str, num_components: int) -> np.ndarray:
    """The angles are given as hexadecimal text, which distinguishes 0.0 and -0.0."""
    arc = Arc.__new__(Arc)
    arc.start_angle, arc.angle = float.fromhex(start_angle), float.fromhex(angle)
    arc.num_components = num_components
    arc.n_points_per_cubic_curve, arc.dim = 4, 3
    _set_pre_positioned_points(arc)
    return arc.points


def unit_arc(start_angle: float, angle: float, num_components: int) -> np.ndarray:
    """The points of an arc of the unit circle, (4 * num_components, 3); the array must not be changed."""
    return _unit_arc(float(start_angle).hex(), float(angle).hex(), num_components)


def set_pre_positioned_points(self: Arc) -> None:
    """Set the points of an arc to those of the unit circle."""
    if self.dim == 3 and self.n_points_per_cubic_curve == 4:
        self.points = unit_arc(self.start_angle, self.angle, self.num_components).copy()
    else:
        _set_pre_positioned_points(self)


PATCHES = (Patch(Arc, "_set_pre_positioned_points", set_pre_positioned_points),)
