"""An inkwell: makes the inks of mobjects for a surface, those of plain shapes many at once."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from manim import Mobject
from manim.camera.camera import CAP_STYLE_MAP, LINE_JOIN_MAP
from numpy.typing import NDArray

from storyreel.core.frame import Box
from storyreel.rendering.cairo_paths import Path, Points, paths
from storyreel.rendering.draw_ops import Colour, DrawOp, ManimDrawOp, ShapeDrawOp, StrokeStyle
from storyreel.rendering.surface import Surface

Outline = tuple[Any, ...]
"""What Manim says of a shape's outlines: width, width of that behind it, kind of joins, kind of ends."""
Edges = tuple[float, float, float, float]
"""Left, top, right and bottom, in pixels and parts of pixels."""

NOWHERE = (math.inf, math.inf, -math.inf, -math.inf)
# Where Cairo rounds: it counts 1/256 pixels, and its extents of an outline end at its flattened curves.
MARGIN = 1.0
# Cairo's coordinates leave their 24 bits beyond: nobody knows then where a shape is seen.
FARTHEST = 1e6


class DrawOpBuilder:
    """Makes inks for `surface`."""

    def __init__(self, surface: Surface) -> None:
        self._surface = surface
        self._height, self._width, _ = surface.pixels.shape
        self._line_width = surface.camera.cairo_line_width_multiple
        matrix = surface.context.get_matrix()
        self._scale = np.array([matrix.xx, matrix.yy])
        self._origin = np.array([matrix.x0, matrix.y0])

    def whole_frame(self, mobjects: Sequence[Mobject]) -> DrawOp:
        """The ink of mobjects that only Manim can draw, wherever they are."""
        return ManimDrawOp(mobjects, (0, 0, self._width, self._height))

    def shapes(
        self,
        points: Points,
        counts: NDArray[np.intp],
        colours: NDArray[np.float64],
        pens: Sequence[Outline],
    ) -> list[ShapeDrawOp]:
        """The inks of plain shapes: their points one after the other, how many each has, and their looks.

        `colours` is (3, shapes, 4): of what fills them, of their outlines, and of those behind.
        """
        if not len(counts):
            return []
        starts = np.cumsum(counts) - counts
        # Manim draws nothing of a shape that is anywhere infinite.
        is_finite = np.logical_and.reduceat(np.isfinite(points).ravel(), starts * points.shape[1])
        if not is_finite.all():
            points = np.where(np.repeat(is_finite, counts)[:, None], points, 0.0)
        places = points[:, :2] * self._scale + self._origin
        edges = np.concatenate(
            [np.minimum.reduceat(places, starts), np.maximum.reduceat(places, starts)], axis=1
        )
        ops = [
            self._shape(*shape) for shape in zip(paths(points, counts), *colours.tolist(), pens, strict=True)
        ]
        reaches = [
            self._reach(op, its_edges) if its_finite else NOWHERE
            for op, its_edges, its_finite in zip(ops, edges.tolist(), is_finite.tolist(), strict=True)
        ]
        for op, box in zip(ops, self._boxes(np.array(reaches)), strict=True):
            op.box = box
        return ops

    def _shape(self, path: Path, fill: Colour, front: Colour, back: Colour, pen: Outline) -> ShapeDrawOp:
        front_width, back_width, join, cap = pen
        strokes = [
            StrokeStyle(colour, width * self._line_width, LINE_JOIN_MAP[join], CAP_STYLE_MAP[cap])
            if width > 0 and colour[3] > 0
            else None
            for colour, width in ((back, float(back_width)), (front, float(front_width)))
        ]
        return ShapeDrawOp(path, strokes[0], fill if fill[3] > 0 else None, strokes[1])

    def _reach(self, op: ShapeDrawOp, edges: Edges) -> Edges:
        """How far the ink of a shape reaches whose points lie between `edges`."""
        reach = edges if op.fill else NOWHERE
        context = self._surface.context
        (x_scale, y_scale), (x, y) = self._scale.tolist(), self._origin.tolist()
        for stroke in (op.back, op.front):
            if stroke:
                context.new_path()
                self._surface.append_path(op.path)
                stroke.apply(context)
                left, bottom, right, top = context.stroke_extents()
                reach = (
                    min(reach[0], left * x_scale + x),
                    min(reach[1], top * y_scale + y),
                    max(reach[2], right * x_scale + x),
                    max(reach[3], bottom * y_scale + y),
                )
        return reach

    def _boxes(self, edges: NDArray[np.float64]) -> list[Box]:
        size = (self._width, self._height, self._width, self._height)
        is_far = np.isfinite(edges).all(axis=1) & (np.abs(edges).max(axis=1) > FARTHEST)
        edges = np.concatenate([np.floor(edges[:, :2] - MARGIN), np.ceil(edges[:, 2:] + MARGIN)], axis=1)
        boxes = np.clip(edges, 0, size).astype(np.intp)
        boxes[(boxes[:, 0] >= boxes[:, 2]) | (boxes[:, 1] >= boxes[:, 3])] = 0
        boxes[is_far] = (0, 0, self._width, self._height)
        return [(left, top, right, bottom) for left, top, right, bottom in boxes.tolist()]
