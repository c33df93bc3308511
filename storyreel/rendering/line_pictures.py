"""Draws many lines that run, fade or change from a picture of them, which is drawn once and kept.

Lines that run are then a part of that picture, so that a thousand of them cost little more than one. The ends
of a part are straight across all lines, and colours may differ by a few parts of 255 from those of lines that
are drawn one by one, as the picture has colours of 8 bits, too.
"""

from typing import Any

import cairo
import numpy as np
from manim import CapStyleType, LineJointType

from storyreel.core.frame import Box
from storyreel.rendering.draw_op_builder import DrawOpBuilder
from storyreel.rendering.draw_ops import DrawOp
from storyreel.rendering.path_appender import path_appender
from storyreel.rendering.surface import TOLERANCE, Surface


class _Sheet:
    """The picture of lines in a box of the frame, without anything below them."""

    def __init__(self, box: Box, matrix: cairo.Matrix) -> None:
        left, top, right, bottom = self.box = box
        self._pixels = np.zeros((max(1, bottom - top), max(1, right - left), 4), np.uint8)
        height, width, _ = self._pixels.shape
        data: Any = self._pixels.data
        self.image = cairo.ImageSurface.create_for_data(data, cairo.FORMAT_ARGB32, width, height)
        self.context = cairo.Context(self.image)
        xx, yy, x0, y0 = matrix.xx, matrix.yy, matrix.x0 - left, matrix.y0 - top
        self.context.set_matrix(cairo.Matrix(xx, 0, 0, yy, x0, y0))
        self.context.set_tolerance(TOLERANCE)
        self.append_path = path_appender(self.context)


class LinePictureOp:
    """Draws what is in `box` of a sheet, with some opacity."""

    def __init__(self, sheet: _Sheet, box: Box, light: float) -> None:
        self.box = box
        self._sheet = sheet
        self._light = light

    def draw(self, surface: Surface) -> None:
        """Draw onto the surface."""
        left, top, right, bottom = self.box
        context = surface.context
        context.save()
        context.identity_matrix()
        context.new_path()
        context.rectangle(left, top, right - left, bottom - top)
        context.clip()
        context.set_source_surface(self._sheet.image, *self._sheet.box[:2])
        context.paint_with_alpha(self._light)
        context.restore()


class _UnseenOp:
    """Draws nothing: what has faded out stays on stage until its animation ends."""

    box: Box = (0, 0, 0, 0)

    def draw(self, surface: Surface) -> None:
        """Do nothing."""


UNSEEN = _UnseenOp()


class LinePictures:
    """The sheets and the operations of the pictures of a frame; those that stay the same are kept."""

    def __init__(self, surface: Surface, builder: DrawOpBuilder) -> None:
        self._surface = surface
        self._builder = builder
        self._before: dict[Any, tuple[int, _Sheet, tuple[Any, ...], LinePictureOp]] = {}
        self._now = self._before

    def begin(self) -> None:
        """Begin a frame: what was not drawn in the one before is forgotten."""
        self._before, self._now = self._now, {}

    def follow_camera(self) -> None:
        """Draw all pictures anew, in the part of the stage that the surface now shows."""
        self._before, self._now = {}, {}

    def op(self, picture: Any, light: float) -> DrawOp:
        """The operation that draws a `LinePicture` with some light: the same as in the frame before where it
        looks the same."""
        if light <= 0:
            return UNSEEN
        version, sheet, state, op = self._before.get(picture, (-1, None, None, None))
        if sheet is None or version != picture.version:
            version, sheet, op = picture.version, self._sheet(picture), None
        now = (*picture.edges, light)
        if op is None or state != now:
            op = LinePictureOp(sheet, self._box(sheet.box, *picture.edges), light)
        self._now[picture] = version, sheet, now, op
        return op

    def _sheet(self, picture: Any) -> _Sheet:
        points, counts, strokes, widths = picture.drawn()
        colours = np.stack([np.zeros_like(strokes), strokes, np.zeros_like(strokes)])
        outlines = [(width, 0.0, LineJointType.AUTO, CapStyleType.AUTO) for width in widths.tolist()]
        ops = self._builder.shapes(points, counts, colours, outlines)
        boxes = np.array([op.box for op in ops if op.box[2] > op.box[0]] or [(0, 0, 0, 0)])
        left, top = boxes[:, :2].min(axis=0).tolist()
        right, bottom = boxes[:, 2:].max(axis=0).tolist()
        sheet = _Sheet((left, top, right, bottom), self._surface.matrix)
        for op in ops:
            op.draw(sheet)  # type: ignore[arg-type]
        sheet.image.flush()
        return sheet

    def _box(self, box: Box, left: float, right: float) -> Box:
        """The part of a box of the frame between two distances from the left of the stage."""
        matrix = self._surface.matrix
        first, last = (
            int(np.clip(round(matrix.xx * x + matrix.x0) if np.isfinite(x) else end, box[0], box[2]))
            for x, end in ((left, box[0]), (right, box[2]))
        )
        return (first, box[1], last, box[3]) if first < last else (0, 0, 0, 0)
