"""A picture dissolves into another one, which has some shapes in common with it."""

from collections.abc import Iterable, Sequence

import numpy as np
from manim import Mobject, VMobject
from manim.utils import family
from manim.utils.rate_functions import smoothstep

from storyreel.graphics.parts.raster import Raster

SAME = 0.02
"""The greatest difference, in Manim units and in parts of a colour's range, of shapes that are the same."""
SAME_WIDTH = 0.2
"""The same for the widths of their strokes, in 1/100 unit."""

OVERLAP = 0.7
"""The share of its time in which each of two pictures fades: together they are never dark."""


def shapes_of(mobjects: Iterable[Mobject]) -> list[Mobject]:
    """All shapes and images among mobjects and their parts, in drawing order."""
    return list(family.extract_mobject_family_members(mobjects, True, only_those_with_points=True))


def bare_copy(shape: Mobject) -> Mobject:
    """A copy of a shape without those that are its parts."""
    parts, shape.submobjects = shape.submobjects, []
    copy = shape.copy()
    shape.submobjects = parts
    return copy


class Dissolve:
    """Shapes that only the picture `before` has fade out, and those that only the one `after` has fade in;
    what both have stays.

    The shapes of both must be on stage: which of them is seen depends on the share of the time alone.
    """

    def __init__(self, before: Sequence[Mobject], after: Sequence[Mobject]) -> None:
        pairs = list(_pairs(before, after))
        stays, is_there = {id(shape) for shape, _ in pairs}, {id(shape) for _, shape in pairs}
        self._before = [(_Paint(shape), id(shape) in stays) for shape in before]
        self._after = [(_Paint(shape), id(shape) in is_there) for shape in after]
        self._is_both = len(stays) < len(before) and len(is_there) < len(after)

    def show(self, share: float) -> None:
        """Give all shapes the opacities that they have after a share of the time, 0 to 1."""
        own = OVERLAP if self._is_both else 1.0
        gone, come = smoothstep(min(1.0, share / own)), smoothstep(max(0.0, 1 - (1 - share) / own))
        for paint, stays in self._before:
            paint.show(float(share < 1) if stays else 1 - gone)
        for paint, is_there in self._after:
            paint.show(float(share >= 1) if is_there else come)


class _Paint:
    """The colours of a shape, whose opacities can be multiplied."""

    def __init__(self, shape: Mobject) -> None:
        self._shape = shape
        self._opacities = [colours[:, 3].copy() for colours in _colours(shape)]
        self._image = shape.opacity if isinstance(shape, Raster) else 1.0

    def show(self, share: float) -> None:
        """Give the shape this share of its opacity."""
        for colours, opacities in zip(_colours(self._shape), self._opacities, strict=True):
            colours[:, 3] = opacities * share
        if isinstance(self._shape, Raster):
            self._shape.opacity = self._image * share


def _colours(shape: Mobject) -> list[np.ndarray]:
    """The colours of a shape's fill and strokes, (n, 4) each."""
    if not isinstance(shape, VMobject):
        return []
    return [shape.fill_rgbas, shape.stroke_rgbas, shape.background_stroke_rgbas]


def _pairs(before: Sequence[Mobject], after: Sequence[Mobject]) -> Iterable[tuple[Mobject, Mobject]]:
    """The shapes of two pictures that look the same in the same place."""
    free: dict[tuple[bool, int], list[Mobject]] = {}
    for shape in before:
        free.setdefault(_form(shape), []).append(shape)
    for shape in after:
        others = free.get(_form(shape), [])
        if (found := next((other for other in others if _is_same(other, shape)), None)) is not None:
            others.remove(found)
            yield found, shape


def _form(shape: Mobject) -> tuple[bool, int]:
    return isinstance(shape, Raster), len(shape.points)


def _is_same(one: Mobject, other: Mobject) -> bool:
    if np.abs(one.points - other.points).max() > SAME:
        return False
    if isinstance(one, Raster) and isinstance(other, Raster):
        return np.array_equal(one.pixel_array, other.pixel_array) and one.opacity == other.opacity
    if isinstance(one, VMobject) and isinstance(other, VMobject):
        widths = abs(one.get_stroke_width() - other.get_stroke_width())
        return widths <= SAME_WIDTH and bool(np.abs(_paint(one) - _paint(other)).max() <= SAME)
    return False


def _paint(shape: VMobject) -> np.ndarray:
    """The colours of fill and stroke, each multiplied by its opacity."""
    fill, stroke = shape.get_fill_rgbas()[0].copy(), shape.get_stroke_rgbas()[0].copy()
    stroke[3] *= shape.get_stroke_width() > 0
    for colour in (fill, stroke):
        colour[:3] *= colour[3]
    return np.concatenate([fill, stroke])
