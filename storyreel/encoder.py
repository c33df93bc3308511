"""Pictures become a piece of video: H.264 at a constant frame rate, the same bytes for the same pictures."""

from contextlib import ExitStack
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self

import av
import numpy as np
from av.codec.context import Flags
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc, VideoReformatter
from numpy.typing import NDArray

from storyreel.quality import Quality
from storyreel.whole_file import whole_file

# x264's output depends on the number of its threads, so that number must not depend on the machine.
THREADS = 4
SECONDS_BETWEEN_KEY_FRAMES = 4


class VideoEncoder:
    """Writes one MP4 with nothing but video, as a context manager; the file appears when the block ends well.

        with VideoEncoder(Path("beat.mp4"), QUALITIES["hd"]) as video:
            video.write(frame)
            video.write(frame, repeats=30)

    The video starts with a key frame, has one at least every four seconds, refers to nothing before a
    key frame (closed groups of pictures), is yuv420p in BT.709's limited range, and says so. An odd width
    or height, which yuv420p cannot have, is made even by repeating the last column or row.
    """

    def __init__(self, path: Path, quality: Quality) -> None:
        self.path = path
        self.quality = quality
        self.frames = 0
        self._to_yuv = VideoReformatter()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            temporary = stack.enter_context(whole_file(self.path))
            options = {"fflags": "+bitexact"}
            self._container = stack.enter_context(
                av.open(temporary, "w", format="mp4", container_options=options)
            )
            self._stream = self._container.add_stream(
                "libx264",
                rate=self.quality.fps,
                options={"preset": self.quality.preset, "crf": str(self.quality.crf)},
                width=self.quality.width + self.quality.width % 2,
                height=self.quality.height + self.quality.height % 2,
            )
            codec = self._stream.codec_context
            codec.time_base = Fraction(1, self.quality.fps)
            codec.gop_size = SECONDS_BETWEEN_KEY_FRAMES * self.quality.fps
            codec.thread_count = THREADS
            codec.flags |= Flags.bitexact | Flags.closed_gop
            codec.color_range = ColorRange.MPEG
            codec.colorspace = Colorspace.ITU709
            codec.color_primaries = ColorPrimaries.BT709
            codec.color_trc = ColorTrc.BT709
            stack.push(self._finish)
            self._stack = stack.pop_all()
        return self

    def write(self, frame: NDArray[np.uint8], repeats: int = 1) -> None:
        """Add `frame` `repeats` times: (height, width, 3 or 4), RGB, or RGBA whose alpha is ignored.

        Raises ValueError for another shape, and OutsideError when the disk is full.
        """
        height, width, channels = frame.shape
        if (width, height) != (self.quality.width, self.quality.height) or channels not in (3, 4):
            raise ValueError(f"a frame of shape {frame.shape} in a film of {self.quality}")
        source = av.VideoFrame.from_numpy_buffer(_even(frame), "rgba" if channels == 4 else "rgb24")
        picture = self._to_yuv.reformat(
            source,
            format="yuv420p",
            src_color_range=ColorRange.JPEG,
            dst_color_range=ColorRange.MPEG,
            dst_colorspace=Colorspace.ITU709,
        )
        picture.time_base = Fraction(1, self.quality.fps)
        for _ in range(repeats):
            picture.pts = self.frames
            self._container.mux(self._stream.encode(picture))
            self.frames += 1

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool | None:
        return self._stack.__exit__(kind, error, trace)

    def _finish(self, kind: type[BaseException] | None, *_: object) -> None:
        """Encode what x264 still holds back, unless the block failed."""
        if kind is not None:
            return
        if not self.frames:
            raise ValueError(f"no frame was written to {self.path}")
        self._container.mux(self._stream.encode())


def _even(frame: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """`frame` in rows of memory, with its last column and row repeated where their number is odd."""
    height, width, _ = frame.shape
    if height % 2 or width % 2:
        return np.pad(frame, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")
    return np.ascontiguousarray(frame)
