"""The colours and stroke widths of a shape between those of two others."""

import numpy as np
from manim import VMobject

from storyreel.rendering.manim_patches.patch import Patch

_interpolate_color = VMobject.interpolate_color

_ATTRIBUTES = (
    "fill_rgbas",
    "stroke_rgbas",
    "background_stroke_rgbas",
    "stroke_width",
    "background_stroke_width",
    "sheen_direction",
    "sheen_factor",
)


def interpolate_color(self: VMobject, mobject1: VMobject, mobject2: VMobject, alpha: float) -> VMobject:
    """Interpolate colours and stroke widths; at `alpha` 1 they are exactly those of `mobject2`."""
    if alpha != 1.0:
        rest = 1 - alpha
        for name in _ATTRIBUTES:
            setattr(self, name, rest * getattr(mobject1, name) + alpha * getattr(mobject2, name))
        return self
    if mobject2 is self or not _are_aligned(mobject1, mobject2):
        return _interpolate_color(self, mobject1, mobject2, alpha)
    for name in _ATTRIBUTES:
        value = getattr(mobject2, name)
        setattr(self, name, value.copy() if isinstance(value, np.ndarray) else value)
    return self


def _are_aligned(mobject1: VMobject, mobject2: VMobject) -> bool:
    return (
        mobject1.fill_rgbas.shape == mobject2.fill_rgbas.shape
        and mobject1.stroke_rgbas.shape == mobject2.stroke_rgbas.shape
        and mobject1.background_stroke_rgbas.shape == mobject2.background_stroke_rgbas.shape
    )


PATCHES = (Patch(VMobject, "interpolate_color", interpolate_color),)
