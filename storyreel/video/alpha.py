"""A picture with transparent parts, as an editor of films wants it: yuva444p10le, its colours unmixed."""

from collections.abc import Sequence

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace, VideoReformatter

from storyreel.core.frame import Box, Frame


class AlphaPicture:
    """A picture of `width` × `height` pixels in BT.709's limited range, with an opacity for each pixel.

    Cairo, and so a frame, has colours that are mixed with black where they are not opaque; editors of films
    mix them with what is behind, and want the pure colours for it.
    """

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.frame = av.VideoFrame(width, height, "yuva444p10le")
        self._convert = VideoReformatter()

    def paint(self, frame: Frame, changed: Sequence[Box] | None) -> None:
        """Take over `frame`; what has `changed` in it makes no difference."""
        opacity = frame[..., 3:].astype(np.uint16)
        pure = (frame[..., :3] * np.uint16(255) + opacity // 2) // np.maximum(opacity, 1)
        straight = np.concatenate([np.minimum(pure, 255), opacity], axis=-1).astype(np.uint8)
        self.frame = self._convert.reformat(
            av.VideoFrame.from_ndarray(straight, "rgba"),
            format="yuva444p10le",
            src_color_range=ColorRange.JPEG,
            dst_color_range=ColorRange.MPEG,
            dst_colorspace=Colorspace.ITU709,
            threads=1,
        )
