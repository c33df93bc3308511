"""Builds the draw operations of mobjects, for many plain shapes at once."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from cairo import LineCap, LineJoin
from manim import CapStyleType, LineJointType, Mobject
from manim.camera.camera import CAP_STYLE_MAP, LINE_JOIN_MAP
from numpy.typing import NDArray

from storyreel.core.frame import Box
from storyreel.rendering.cairo_paths import Path, Points, paths
from storyreel.rendering.draw_ops import Colour, DrawOp, ManimDrawOp, ShapeDrawOp, StrokeStyle
from storyreel.rendering.surface import Surface

Outline = tuple[Any, ...]
"""A shape's outlines in Manim's terms: stroke width, background stroke width, joint type, cap style."""
Edges = tuple[float, float, float, float]
"""Left, lower, right and upper edge in Manim units."""

# Joints and ends of strokes are round where a shape does not say; Manim's own camera, which draws what is no
# plain shape, has the same.
LINE_JOIN_MAP[LineJointType.AUTO] = LineJoin.ROUND
CAP_STYLE_MAP[CapStyleType.AUTO] = LineCap.ROUND

NOWHERE = (math.inf, math.inf, -math.inf, -math.inf)
MARGIN = 1.0
"""Pixels added on each side for Cairo's rounding: to 1/256 pixel, and of curves to polygons."""
FARTHEST = 1e6
"""Pixels from which on Cairo's 24-bit coordinates may overflow, so that a shape can appear anywhere."""


class DrawOpBuilder:
    """Builds operations that draw on surfaces with the size and the units of `surface`."""

    def __init__(self, surface: Surface) -> None:
        self._surface = surface
        self._height, self._width, _ = surface.pixels.shape
        self._line_width = surface.camera.cairo_line_width_multiple

    def whole_frame(self, mobjects: Sequence[Mobject]) -> DrawOp:
        """The operation of mobjects that only Manim can draw; its box is the whole frame."""
        return ManimDrawOp(mobjects, (0, 0, self._width, self._height))

    def shapes(
        self,
        points: Points,
        counts: NDArray[np.intp],
        colours: NDArray[np.float64],
        outlines: Sequence[Outline],
    ) -> list[ShapeDrawOp]:
        """The operations of n plain shapes.

        `points` (m, 2 or 3) are the points of all shapes, of which shape i has `counts[i]`. `colours`
        (3, n, 4) are those of fills, strokes and background strokes, RGBA from 0 to 1.
        """
        if not len(counts):
            return []
        starts = np.cumsum(counts) - counts
        # Manim does not draw a shape with a point that is not finite.
        is_finite = np.logical_and.reduceat(np.isfinite(points).ravel(), starts * points.shape[1])
        if not is_finite.all():
            points = np.where(np.repeat(is_finite, counts)[:, None], points, 0.0)
        corners = points[:, :2]
        point_edges = np.concatenate(
            [np.minimum.reduceat(corners, starts), np.maximum.reduceat(corners, starts)], axis=1
        )
        ops = [
            self._shape(*shape)
            for shape in zip(paths(points, counts), *colours.tolist(), outlines, strict=True)
        ]
        for op, its_points, its_finite in zip(ops, point_edges.tolist(), is_finite.tolist(), strict=True):
            op.edges = self._edges(op, its_points) if its_finite else NOWHERE
        self._set_boxes(ops)
        return ops

    def moved(self, ops: Sequence[ShapeDrawOp]) -> list[ShapeDrawOp]:
        """Operations that draw the same shapes in the part of the stage that the surface now shows."""
        moved = [op.copy() for op in ops]
        self._set_boxes(moved)
        return moved

    def _shape(self, path: Path, fill: Colour, front: Colour, back: Colour, outline: Outline) -> ShapeDrawOp:
        front_width, back_width, join, cap = outline
        strokes = [
            StrokeStyle(colour, width * self._line_width, LINE_JOIN_MAP[join], CAP_STYLE_MAP[cap])
            if width > 0 and colour[3] > 0
            else None
            for colour, width in ((back, float(back_width)), (front, float(front_width)))
        ]
        return ShapeDrawOp(path, strokes[0], fill if fill[3] > 0 else None, strokes[1])

    def _edges(self, op: ShapeDrawOp, point_edges: Edges) -> Edges:
        """The edges of all that a shape draws, given those of its points."""
        edges = point_edges if op.fill else NOWHERE
        for stroke in (op.back, op.front):
            if stroke:
                left, bottom, right, top = self._stroke_edges(op.path, stroke, point_edges)
                edges = (
                    min(edges[0], left),
                    min(edges[1], bottom),
                    max(edges[2], right),
                    max(edges[3], top),
                )
        return edges

    def _stroke_edges(self, path: Path, stroke: StrokeStyle, point_edges: Edges) -> Edges:
        """The edges of a stroke. Where all is round, it is within half its width of its curves, and so of
        their points; asking Cairo takes much longer."""
        if stroke.join is LineJoin.ROUND and stroke.cap is not LineCap.SQUARE:
            left, bottom, right, top = point_edges
            half = stroke.width / 2
            return left - half, bottom - half, right + half, top + half
        context = self._surface.context
        context.new_path()
        self._surface.append_path(path)
        stroke.apply(context)
        return context.stroke_extents()

    def _set_boxes(self, ops: Sequence[ShapeDrawOp]) -> None:
        """Set the box of each operation: the pixels around its edges, as the surface now shows them."""
        if not ops:
            return
        matrix = self._surface.matrix
        scale, origin = (matrix.xx, matrix.yy) * 2, (matrix.x0, matrix.y0) * 2
        left_top_right_bottom = np.array([op.edges for op in ops])[:, [0, 3, 2, 1]]
        edges = left_top_right_bottom * scale + origin
        for op, box in zip(ops, self._boxes(edges), strict=True):
            op.box = box

    def _boxes(self, edges: NDArray[np.float64]) -> list[Box]:
        """The boxes in whole pixels, within the frame, around edges in fractional pixels: (n, 4), left, top,
        right and bottom. Empty ones are (0, 0, 0, 0)."""
        size = (self._width, self._height, self._width, self._height)
        is_far = np.isfinite(edges).all(axis=1) & (np.abs(edges).max(axis=1) > FARTHEST)
        edges = np.concatenate([np.floor(edges[:, :2] - MARGIN), np.ceil(edges[:, 2:] + MARGIN)], axis=1)
        boxes = np.clip(edges, 0, size).astype(np.intp)
        boxes[(boxes[:, 0] >= boxes[:, 2]) | (boxes[:, 1] >= boxes[:, 3])] = 0
        boxes[is_far] = (0, 0, self._width, self._height)
        return [(left, top, right, bottom) for left, top, right, bottom in boxes.tolist()]
