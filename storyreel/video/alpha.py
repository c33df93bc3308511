"""Converts frames with an alpha channel to yuva444p10le with straight alpha, as video editors expect it."""

from collections.abc import Sequence

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace, VideoReformatter

from storyreel.core.frame import Box, Frame


class AlphaPicture:
    """A picture of `width` × `height` pixels with alpha, in BT.709's limited range.

    Cairo's colours, and so a frame's, are premultiplied by alpha; video editors expect straight alpha.
    """

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.frame = av.VideoFrame(width, height, "yuva444p10le")
        self._convert = VideoReformatter()

    def update(self, frame: Frame, changed: Sequence[Box] | None) -> None:
        """Convert all of `frame`, whatever `changed` says."""
        opacity = frame[..., 3:].astype(np.uint16)
        straight = (frame[..., :3] * np.uint16(255) + opacity // 2) // np.maximum(opacity, 1)
        rgba = np.concatenate([np.minimum(straight, 255), opacity], axis=-1).astype(np.uint8)
        self.frame = self._convert.reformat(
            av.VideoFrame.from_ndarray(rgba, "rgba"),
            format="yuva444p10le",
            src_color_range=ColorRange.JPEG,
            dst_color_range=ColorRange.MPEG,
            dst_colorspace=Colorspace.ITU709,
            threads=1,
        )
