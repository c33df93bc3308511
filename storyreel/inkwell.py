"""An inkwell: makes the inks of mobjects for a surface, those of plain shapes many at once."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from manim import Mobject
from manim.camera.camera import CAP_STYLE_MAP, LINE_JOIN_MAP
from numpy.typing import NDArray

from storyreel.cairo_paths import Path, Points, paths
from storyreel.ink import Colour, Ink, ManimInk, Shape, Stroke
from storyreel.picture import Box
from storyreel.surface import Surface

Pen = tuple[Any, ...]
"""What Manim says of a shape's outlines: width, width of that behind it, kind of joins, kind of ends."""
Edges = tuple[float, float, float, float]
"""Left, top, right and bottom, in pixels and parts of pixels."""

NO_BOX = (0, 0, 0, 0)
# Where Cairo rounds: it counts 1/256 pixels, and its extents of an outline end at its flattened curves.
MARGIN = 1.0
# Cairo's coordinates leave their 24 bits beyond: nobody knows then where a shape is seen.
FARTHEST = 1e6


class Inkwell:
    """Makes inks for `surface`."""

    def __init__(self, surface: Surface) -> None:
        self._surface = surface
        self._height, self._width, _ = surface.pixels.shape
        self._line_width = surface.camera.cairo_line_width_multiple
        matrix = surface.context.get_matrix()
        self._scale = np.array([matrix.xx, matrix.yy])
        self._origin = np.array([matrix.x0, matrix.y0])

    def whole_frame(self, mobjects: Sequence[Mobject]) -> Ink:
        """The ink of mobjects that only Manim can draw, wherever they are."""
        return ManimInk(mobjects, (0, 0, self._width, self._height))

    def shapes(
        self, points: Points, counts: NDArray[np.intp], colours: NDArray[np.float64], pens: Sequence[Pen]
    ) -> list[Ink]:
        """The inks of plain shapes: their points one after the other, how many each has, and their looks.

        `colours` is (3, shapes, 4): of what fills them, of their outlines, and of those behind.
        """
        if not len(counts):
            return []
        starts = np.cumsum(counts) - counts
        # Manim draws nothing of a shape that is anywhere infinite.
        is_finite = np.logical_and.reduceat(np.isfinite(points).all(axis=1), starts)
        points = np.where(np.repeat(is_finite, counts)[:, None], points, 0.0)
        places = points[:, :2] * self._scale + self._origin
        low, high = np.minimum.reduceat(places, starts), np.maximum.reduceat(places, starts)
        edges = np.concatenate([low, high], axis=1)
        return [
            self._shape(*shape)
            for shape in zip(
                paths(points, counts),
                is_finite.tolist(),
                edges.tolist(),
                *colours.tolist(),
                pens,
                strict=True,
            )
        ]

    def _shape(
        self, path: Path, is_finite: bool, edges: Edges, fill: Colour, front: Colour, back: Colour, pen: Pen
    ) -> Ink:
        front_width, back_width, join, cap = pen
        strokes = [
            Stroke(colour, width * self._line_width, LINE_JOIN_MAP[join], CAP_STYLE_MAP[cap])
            if width > 0 and colour[3] > 0
            else None
            for colour, width in ((back, float(back_width)), (front, float(front_width)))
        ]
        is_filled = fill[3] > 0
        inked = [edges] if is_filled else []
        if is_finite:
            inked += [self._edges(path, stroke) for stroke in strokes if stroke]
        box = self._box(inked) if is_finite and inked else NO_BOX
        return Shape(path, box, strokes[0], fill if is_filled else None, strokes[1])

    def _edges(self, path: Path, stroke: Stroke) -> Edges:
        """How far an outline reaches."""
        context = self._surface.context
        context.new_path()
        path.append_to(self._surface.address)
        stroke.set_pen(context)
        x, y, other_x, other_y = context.stroke_extents()
        (x_scale, y_scale), (x0, y0) = self._scale, self._origin
        # The surface's y grows downwards.
        return x * x_scale + x0, other_y * y_scale + y0, other_x * x_scale + x0, y * y_scale + y0

    def _box(self, inked: Sequence[Edges]) -> Box:
        left, top, right, bottom = (
            least(edge) for least, edge in zip((min, min, max, max), zip(*inked, strict=True), strict=True)
        )
        if max(-left, -top, right, bottom) > FARTHEST:
            return 0, 0, self._width, self._height
        left, top = max(math.floor(left - MARGIN), 0), max(math.floor(top - MARGIN), 0)
        right, bottom = (
            min(math.ceil(right + MARGIN), self._width),
            min(math.ceil(bottom + MARGIN), self._height),
        )
        return (left, top, right, bottom) if left < right and top < bottom else NO_BOX
