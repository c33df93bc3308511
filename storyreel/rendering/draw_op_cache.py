"""A sketchbook: keeps the ink of mobjects from frame to frame, and makes it anew for those that changed.

Hardly any mobject is so large that its numbers cost more than the calls of NumPy that compare them. So all
are compared at once: the points of all mobjects are one array, and so are their colours.
"""

from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any

import numpy as np
from manim import Mobject, VMobject
from numpy.typing import NDArray

from storyreel.rendering.cairo_paths import ABSOLUTE_TOLERANCE, POINTS_PER_CURVE
from storyreel.rendering.draw_op_builder import DrawOpBuilder, Outline
from storyreel.rendering.draw_ops import DrawOp
from storyreel.rendering.surface import Surface

LOOK = attrgetter(
    "points",
    "fill_rgbas",
    "stroke_rgbas",
    "background_stroke_rgbas",
    "stroke_width",
    "background_stroke_width",
    "joint_type",
    "cap_style",
    "background_image",
    "tolerance_for_point_equality",
)


class _Snapshot:
    """How plain shapes looked at one moment, and the inks that they had."""

    def __init__(self, shapes: list[VMobject], looks: Sequence[tuple[Any, ...]]) -> None:
        arrays: Sequence[Sequence[Any]] = list(zip(*looks, strict=True)) or [[]] * 8
        self.shapes = shapes
        self.counts: NDArray[np.intp] = np.array(list(map(len, arrays[0])), np.intp)
        self.starts: NDArray[np.intp] = np.cumsum(self.counts) - self.counts
        self.points: NDArray[np.float64] = np.concatenate([np.empty((0, 3)), *arrays[0]])
        colours = np.concatenate([np.empty((0, 4)), *arrays[1], *arrays[2], *arrays[3]])
        self.colours: NDArray[np.float64] = colours.reshape(3, len(shapes), 4)
        self.pens: list[Outline] = list(zip(*arrays[4:8], strict=True))
        self.ops: Sequence[DrawOp] = ()

    def only(
        self, chosen: NDArray[np.bool_]
    ) -> tuple[NDArray[np.float64], NDArray[np.intp], NDArray[np.float64], list[Outline]]:
        """The points of the chosen shapes, how many each has, their colours and their pens."""
        pens = [self.pens[place] for place in np.flatnonzero(chosen)]
        points = self.points[np.repeat(chosen, self.counts)]
        return points, self.counts[chosen], self.colours[:, chosen], pens

    def changed_since(self, page: "_Snapshot") -> tuple[NDArray[np.bool_], NDArray[np.intp]]:
        """Which of its shapes do not look as they did on `page`, and the places of the others on that."""
        if not page.shapes:
            return np.ones(len(self.shapes), np.bool_), np.zeros(len(self.shapes), np.intp)
        if self.shapes == page.shapes:
            places = np.arange(len(self.shapes))
            is_new = np.zeros(len(self.shapes), np.bool_)
            pens = page.pens
        else:
            place = {shape: place for place, shape in enumerate(page.shapes)}
            places = np.array([place.get(shape, -1) for shape in self.shapes], np.intp)
            is_new = places < 0
            places[is_new] = 0
            pens = [page.pens[place] for place in places]
        changed = is_new | (self.counts != page.counts[places])
        changed |= (self.colours != page.colours[:, places]).any(axis=(0, 2))
        if pens != self.pens:
            changed |= [pen != other for pen, other in zip(self.pens, pens, strict=True)]
        # Where each point was, if its shape is still one of as many points.
        shifts = np.where(changed, -self.starts, page.starts[places] - self.starts)
        rows = np.arange(len(self.points)) + np.repeat(shifts, self.counts)
        moved = self.points != page.points[np.minimum(rows, len(page.points) - 1)]
        changed |= np.logical_or.reduceat(moved.ravel(), self.starts * moved.shape[1])
        return changed, places


class DrawOpCache:
    """The inks of a list of mobjects, which is not the same from one frame to the next."""

    def __init__(self, surface: Surface) -> None:
        self._builder = DrawOpBuilder(surface)
        self._page = _Snapshot([], [])

    def ops(self, mobjects: Iterable[Mobject]) -> list[DrawOp]:
        """The inks of `mobjects`, all with points, in their order; one that looks as before has the same.

        Only of plain shapes is it known that they look as before; others have another ink each time.
        """
        mobjects = list(mobjects)
        looks = list(map(_plain_look, mobjects))
        shapes = [mobject for mobject, look in zip(mobjects, looks, strict=True) if look]
        shape_inks = self._shape_inks(shapes, [look for look in looks if look])
        if len(shapes) == len(mobjects):
            return list(shape_inks)
        ops: list[DrawOp] = []
        next_shape = iter(shape_inks)
        for is_plain, run in groupby(zip(mobjects, looks, strict=True), key=lambda pair: bool(pair[1])):
            if is_plain:
                ops += [next(next_shape) for _ in run]
            else:
                ops.append(self._builder.whole_frame([mobject for mobject, _ in run]))
        return ops

    def _shape_inks(self, shapes: list[Any], looks: list[tuple[Any, ...]]) -> Sequence[DrawOp]:
        before, page = self._page, _Snapshot(shapes, looks)
        self._page = page
        if shapes:
            changed, places = page.changed_since(before)
            made = iter(self._builder.shapes(*page.only(changed)))
            page.ops = [
                next(made) if is_changed else before.ops[place]
                for is_changed, place in zip(changed.tolist(), places.tolist(), strict=True)
            ]
        return page.ops


def _plain_look(mobject: Any) -> tuple[Any, ...] | None:
    """All that a shape's picture depends on, or None for one that is not plain and for what is no shape.

    Shapes of one colour (a fill, an outline and an outline behind, each) are plain, and of whole curves.
    """
    if not isinstance(mobject, VMobject):
        return None
    try:
        look: tuple[Any, ...] = LOOK(mobject)
    except AttributeError:
        return None
    points, fill, front, back, _, _, _, _, image, tolerance = look
    is_plain = (
        len(points) % POINTS_PER_CURVE == 0
        and len(fill) == len(front) == len(back) == 1
        and image is None
        and tolerance == ABSOLUTE_TOLERANCE
    )
    return look if is_plain else None
