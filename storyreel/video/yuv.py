"""Converts frames to yuv420p, only where they changed."""

from collections.abc import Sequence

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace, VideoReformatter
from numpy.typing import NDArray

from storyreel.core.frame import Box, Frame
from storyreel.rendering.tiles import DirtyTiles

TILE = 64
"""Pixels. A conversion has a fixed cost, that of 20,000 pixels: a few large boxes are converted faster than
many small ones."""
REACH = 2
"""Rows above and below a changed pixel whose chroma changes: a row of chroma is mixed from four rows."""
MARGIN = 4
"""Rows converted above and below the rows that are needed. `REACH` would do, but swscale mixes fewer rows in
pictures of very few rows."""


class YuvPicture:
    """A picture of `width` × `height` pixels in BT.709's limited range, updated in place.

    An odd width or height, which yuv420p does not allow, is made even by repeating the last column or row.
    """

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = _even(width), _even(height)
        self.frame = av.VideoFrame(self.width, self.height, "yuv420p")
        self._planes = _planes(self.frame)
        self._convert = VideoReformatter()

    def update(self, frame: Frame, changed: Sequence[Box] | None) -> None:
        """Convert `frame` inside the boxes `changed` (None: everywhere).

        Every byte equals that of a conversion of the whole `frame`.
        """
        tiles = DirtyTiles(self.width, self.height, TILE)
        tiles.mark([(0, 0, self.width, self.height)] if changed is None else changed)
        for box in tiles.boxes():
            self._convert_box(frame, box)

    def _convert_box(self, frame: Frame, box: Box) -> None:
        left, right = box[0] // 2 * 2, _even(box[2])
        top, bottom = max(box[1] // 2 * 2 - REACH, 0), min(_even(box[3]) + REACH, self.height)
        # In the first and last rows of a part that is converted alone the chroma differs from that of the
        # whole frame, so that more rows are converted than copied.
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
    """The luma plane and the two chroma planes of `frame`, as views of its memory: (rows, columns) each."""
    return [
        np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, plane.line_size)[:, : plane.width]
        for plane in frame.planes
    ]


def _even(number: int) -> int:
    return number + number % 2
