"""A picture as video has it, in yuv420p, of which only those parts are converted that have changed."""

from collections.abc import Sequence

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace, VideoReformatter
from numpy.typing import NDArray

from storyreel.core.frame import Box, Frame
from storyreel.rendering.tiles import DirtyTiles

TILE = 64
"""Pixels. A conversion costs as much as 20,000 pixels before it has begun: a few large boxes are converted
sooner than many small ones."""
REACH = 2
"""Rows by which the colour of a pixel reaches out: a row of colour is mixed from four rows of a picture."""
MARGIN = 4
"""Rows to convert around what is needed. The reach would do, but in very low pictures swscale mixes less."""


class YuvPicture:
    """A picture of `width` × `height` pixels in BT.709's limited range, in one memory for all that it shows.

    An odd width or height, which yuv420p cannot have, is made even by repeating the last column or row.
    """

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = _even(width), _even(height)
        self.frame = av.VideoFrame(self.width, self.height, "yuv420p")
        self._planes = _planes(self.frame)
        self._convert = VideoReformatter()

    def paint(self, frame: Frame, changed: Sequence[Box] | None) -> None:
        """Take over `frame`, which has changed only inside of some boxes, or (None) anywhere.

        Each byte is what a conversion of the whole `frame` would give.
        """
        tiles = DirtyTiles(self.width, self.height, TILE)
        tiles.mark([(0, 0, self.width, self.height)] if changed is None else changed)
        for box in tiles.boxes():
            self._paint(frame, box)

    def _paint(self, frame: Frame, box: Box) -> None:
        left, right = box[0] // 2 * 2, _even(box[2])
        top, bottom = max(box[1] // 2 * 2 - REACH, 0), min(_even(box[3]) + REACH, self.height)
        # At its upper and lower edge, what is converted alone has not the colours that it has in the whole.
        above = min(MARGIN, top)
        part = frame[top - above : bottom + MARGIN, left:right]
        missing = (-part.shape[0] % 2, -part.shape[1] % 2)
        if any(missing):
            part = np.pad(part, ((0, missing[0]), (0, missing[1]), (0, 0)), mode="edge")
        converted = self._convert.reformat(
            av.VideoFrame.from_numpy_buffer(part, "rgba"),
            format="yuv420p",
            src_color_range=ColorRange.JPEG,
            dst_color_range=ColorRange.MPEG,
            dst_colorspace=Colorspace.ITU709,
            threads=1,
        )
        for plane, new, pixels in zip(self._planes, _planes(converted), (1, 2, 2), strict=True):
            rows = slice(above // pixels, (above + bottom - top) // pixels)
            plane[top // pixels : bottom // pixels, left // pixels : right // pixels] = new[rows]


def _planes(frame: av.VideoFrame) -> list[NDArray[np.uint8]]:
    """The brightness and the two colours of `frame`, as views of its memory: (rows, columns) each."""
    return [
        np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, plane.line_size)[:, : plane.width]
        for plane in frame.planes
    ]


def _even(number: int) -> int:
    return number + number % 2
