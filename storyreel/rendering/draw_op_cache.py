"""Keeps the draw operations of mobjects from frame to frame and builds new ones for mobjects that changed.

For small arrays a NumPy call costs more than the numbers that it compares. So all mobjects are compared at
once, with the points of all in one array, and their colours in another.
"""

from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import Any

import numpy as np
from manim import Mobject, VMobject
from numpy.typing import NDArray

from storyreel.rendering.cairo_paths import ABSOLUTE_TOLERANCE, POINTS_PER_CURVE
from storyreel.rendering.draw_op_builder import DrawOpBuilder, Outline
from storyreel.rendering.draw_ops import DrawOp, ShapeDrawOp
from storyreel.rendering.line_pictures import LinePictures
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
    """The points, colours and outlines of plain shapes in one frame, and their operations."""

    def __init__(self, shapes: list[VMobject], looks: Sequence[tuple[Any, ...]]) -> None:
        arrays: Sequence[Sequence[Any]] = list(zip(*looks, strict=True)) or [[]] * 8
        self.shapes = shapes
        self.counts: NDArray[np.intp] = np.array(list(map(len, arrays[0])), np.intp)
        self.starts: NDArray[np.intp] = np.cumsum(self.counts) - self.counts
        self.points: NDArray[np.float64] = np.concatenate([np.empty((0, 3)), *arrays[0]])
        colours = np.concatenate([np.empty((0, 4)), *arrays[1], *arrays[2], *arrays[3]])
        self.colours: NDArray[np.float64] = colours.reshape(3, len(shapes), 4)
        self.outlines: list[Outline] = list(zip(*arrays[4:8], strict=True))
        self.ops: Sequence[ShapeDrawOp] = ()

    def only(
        self, chosen: NDArray[np.bool_]
    ) -> tuple[NDArray[np.float64], NDArray[np.intp], NDArray[np.float64], list[Outline]]:
        """The points of the chosen shapes, the number of points of each, their colours and their outlines."""
        outlines = [self.outlines[index] for index in np.flatnonzero(chosen)]
        points = self.points[np.repeat(chosen, self.counts)]
        return points, self.counts[chosen], self.colours[:, chosen], outlines

    def changed_since(self, before: "_Snapshot") -> tuple[NDArray[np.bool_], NDArray[np.intp]]:
        """Which shapes look different from `before`, and the index in `before` of each of the others."""
        if not before.shapes:
            return np.ones(len(self.shapes), np.bool_), np.zeros(len(self.shapes), np.intp)
        outlines: Sequence[Outline]
        if self.shapes == before.shapes and np.array_equal(self.counts, before.counts):
            # So it is in most frames, and no row has to be looked up.
            indices = np.arange(len(self.shapes))
            changed = np.zeros(len(self.shapes), np.bool_)
            points, colours, outlines = before.points, before.colours, before.outlines
        else:
            index_of = {shape: index for index, shape in enumerate(before.shapes)}
            indices = np.array([index_of.get(shape, -1) for shape in self.shapes], np.intp)
            is_new = indices < 0
            indices[is_new] = 0
            changed = is_new | (self.counts != before.counts[indices])
            # The row of each point in `before`; the rows of shapes that changed are not used.
            shifts = np.where(changed, -self.starts, before.starts[indices] - self.starts)
            rows = np.arange(len(self.points)) + np.repeat(shifts, self.counts)
            points = before.points[np.minimum(rows, len(before.points) - 1)]
            colours = before.colours[:, indices]
            outlines = [before.outlines[index] for index in indices]
        changed |= (self.colours != colours).any(axis=(0, 2))
        if outlines != self.outlines:
            changed |= [outline != other for outline, other in zip(self.outlines, outlines, strict=True)]
        moved = self.points != points
        changed |= np.logical_or.reduceat(moved.ravel(), self.starts * moved.shape[1])
        return changed, indices


class DrawOpCache:
    """The draw operations of each frame's mobjects; those that look as in the frame before keep theirs.

    With `keeps_pictures`, a `LinePicture` that moves has one in place of those of its shapes.
    """

    def __init__(self, surface: Surface, keeps_pictures: bool = True) -> None:
        self._keeps_pictures = keeps_pictures
        self._builder = DrawOpBuilder(surface)
        self._snapshot = _Snapshot([], [])
        self._pictures = LinePictures(surface, self._builder)

    def follow_camera(self) -> None:
        """Take the part of the stage that the surface now shows."""
        self._snapshot.ops = self._builder.moved(self._snapshot.ops)
        self._pictures.follow_camera()

    def ops(self, mobjects: Iterable[Mobject]) -> list[DrawOp]:
        """The operations that draw `mobjects`, which all have points, in their order.

        A plain shape that looks as in the last call has the same operation. Mobjects of other kinds are not
        compared: they have a new operation each time.
        """
        mobjects = list(mobjects)
        kinds = set(map(type, mobjects))
        has_pictures = self._keeps_pictures and any(hasattr(kind, "line_picture") for kind in kinds)
        pictures = [vars(mobject).get("line_picture") for mobject in mobjects] if has_pictures else []
        lights = _lights(mobjects, pictures) if has_pictures else {}
        self._pictures.begin()
        if lights:
            looks = [
                None if picture in lights else _plain_look(mobject)
                for mobject, picture in zip(mobjects, pictures, strict=True)
            ]
        else:
            looks = list(map(_plain_look, mobjects))
        shapes = [mobject for mobject, look in zip(mobjects, looks, strict=True) if look]
        shape_ops = self._shape_ops(shapes, [look for look in looks if look])
        if len(shapes) == len(mobjects):
            return list(shape_ops)
        ops: list[DrawOp] = []
        next_shape = iter(shape_ops)
        drawn = zip(mobjects, looks, pictures or [None] * len(mobjects), strict=True)
        for (is_plain, picture), run in groupby(drawn, key=lambda one: (bool(one[1]), one[2])):
            if is_plain:
                ops += [next(next_shape) for _ in run]
            elif picture in lights:
                ops.append(self._pictures.op(picture, lights[picture]))
            else:
                ops.append(self._builder.whole_frame([mobject for mobject, *_ in run]))
        return ops

    def _shape_ops(self, shapes: list[Any], looks: list[tuple[Any, ...]]) -> Sequence[ShapeDrawOp]:
        before, now = self._snapshot, _Snapshot(shapes, looks)
        self._snapshot = now
        if shapes:
            changed, indices = now.changed_since(before)
            built = iter(self._builder.shapes(*now.only(changed)) if changed.any() else ())
            now.ops = [
                next(built) if is_changed else before.ops[index]
                for is_changed, index in zip(changed.tolist(), indices.tolist(), strict=True)
            ]
        return now.ops


def _lights(mobjects: Iterable[Mobject], pictures: Iterable[Any]) -> dict[Any, float]:
    """The light of each `LinePicture` that is to be drawn in place of its shapes; `pictures` are those that
    mobjects are part of, None where they are of none."""
    lights: dict[Any, float] = {}
    for picture, run in groupby(zip(mobjects, pictures, strict=True), key=itemgetter(1)):
        light = None if picture is None else picture.light_of([shape for shape, _ in run])
        if light is not None:
            lights[picture] = light
    return lights


def _plain_look(mobject: Any) -> tuple[Any, ...] | None:
    """All attributes that the pixels of a plain shape depend on; None for other shapes and other mobjects.

    A plain shape has whole curves, no image, and one colour each for fill, stroke and background stroke.
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
