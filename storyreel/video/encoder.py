"""Pictures become a piece of video: H.264, or ProRes for what is transparent; the same bytes for the same."""

from collections.abc import Sequence
from contextlib import ExitStack
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self

import av
from av.codec.context import Flags
from av.video.frame import PictureType
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc

from storyreel.core.atomic_file import atomic_file
from storyreel.core.frame import Box, Frame
from storyreel.core.quality import PRORES_OPTIONS, SECONDS_BETWEEN_KEY_FRAMES, X264_OPTIONS, Quality
from storyreel.video.alpha import AlphaPicture
from storyreel.video.yuv import YuvPicture

# x264's output depends on the number of its threads, so that number must not depend on the machine. One takes
# up to a fifth less processor time than two, the other cores are busy drawing, and a process without other
# threads can be forked.
THREADS = 1
# The longest that a picture lasts, in seconds. Chromium expects each to last as long as those before it: what
# follows a picture of 6 s it shows up to 1.5 s early, of 1 s 0.6 s, of 0.1 s 0.05 s, and of this one on time.
LONGEST = Fraction(1, 15)


class VideoEncoder:
    """Writes a file with nothing but video, as a context manager; it appears when the block ends well.

        with VideoEncoder(Path("beat.mp4"), QUALITIES["hd"]) as video:
            video.write(frame)
            video.write(another, repeats=30)

    A picture that stands still is stored once for every fifteenth of a second, or for every frame where the
    quality has a constant frame rate. The video starts with a key frame and has one at least every four
    seconds; nothing refers to what is before a key frame, and pictures are stored in the order in which they
    are shown. It is yuv420p in BT.709's limited range, and says so. An odd width or height, which yuv420p
    cannot have, is made even by repeating the last column or row.

    Transparent pictures become Apple ProRes 4444, in which every picture is a key frame.
    """

    def __init__(self, path: Path, quality: Quality) -> None:
        self.path = path
        self.quality = quality
        self.frames = 0
        """How many frames have been written, counting a picture as often as it is shown."""
        picture = AlphaPicture if quality.transparent else YuvPicture
        self._picture = picture(quality.width, quality.height)
        self._longest = 1 if quality.constant_rate else max(1, int(LONGEST * quality.fps))
        self._encoded = 0  # frames that x264 has been given
        self._key = 0  # the frame at which the last key frame began
        self._durations: dict[int, int] = {}  # in frames, by the frame at which a picture begins

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            temporary = stack.enter_context(atomic_file(self.path))
            options = {"fflags": "+bitexact"}
            self._container = stack.enter_context(
                av.open(temporary, "w", format=self.quality.format, container_options=options)
            )
            self._stream = self._open_stream()
            codec = self._stream.codec_context
            codec.time_base = Fraction(1, self.quality.fps)
            codec.gop_size = SECONDS_BETWEEN_KEY_FRAMES * self.quality.fps
            codec.max_b_frames = 0
            codec.thread_count = THREADS
            codec.flags |= Flags.bitexact | Flags.closed_gop
            codec.color_range = ColorRange.MPEG
            codec.colorspace = Colorspace.ITU709
            codec.color_primaries = ColorPrimaries.BT709
            codec.color_trc = ColorTrc.BT709
            stack.push(self._finish)
            self._stack = stack.pop_all()
        return self

    def _open_stream(self) -> av.VideoStream:
        quality, picture = self.quality, self._picture
        x264 = {"preset": quality.preset, "qp": str(quality.quantizer), **X264_OPTIONS}
        stream = self._container.add_stream(
            "prores_ks" if quality.transparent else "libx264",
            rate=quality.fps,
            options=PRORES_OPTIONS if quality.transparent else x264,
            width=picture.width,
            height=picture.height,
            pix_fmt=picture.frame.format.name,
        )
        assert isinstance(stream, av.VideoStream)
        return stream

    def write(self, frame: Frame, changed: Sequence[Box] | None = None, repeats: int = 1) -> None:
        """Add `frame` `repeats` times. It differs from the one before only inside of the boxes `changed`.

        None stands for anywhere; no box makes the picture before last longer. Nothing is kept of `frame`
        itself. Raises ValueError if it is not (height, width, 4), and OutsideError when the disk is full.
        """
        if frame.shape != (self.quality.height, self.quality.width, 4):
            raise ValueError(f"a frame of shape {frame.shape} in a film of {self.quality}")
        if not self.frames:
            changed = None
        if changed is None or changed:
            self._encode()
            self._picture.paint(frame, changed)
        self.frames += repeats

    def _encode(self) -> None:
        """Give x264, which copies it, the picture for the frames that it has been shown for until now."""
        while self._encoded < self.frames:
            picture, start = self._picture.frame, self._encoded
            duration = min(self._longest, self.frames - start)
            picture.pts, picture.time_base = start, Fraction(1, self.quality.fps)
            is_key = start == 0 or start - self._key >= SECONDS_BETWEEN_KEY_FRAMES * self.quality.fps
            picture.pict_type = PictureType.I if is_key else PictureType.NONE
            self._key = start if is_key else self._key
            self._durations[start] = duration
            self._encoded += duration
            self._mux(picture)

    def _mux(self, picture: av.VideoFrame | None) -> None:
        """Store what x264 has ready, each picture with its duration."""
        for packet in self._stream.encode(picture):
            assert packet.pts is not None
            packet.duration = self._durations.pop(packet.pts)
            self._container.mux(packet)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool | None:
        return self._stack.__exit__(kind, error, trace)

    def _finish(self, kind: type[BaseException] | None, *_: object) -> None:
        """Encode what is still held back, unless the block failed."""
        if kind is not None:
            return
        if not self.frames:
            raise ValueError(f"no frame was written to {self.path}")
        self._encode()
        self._mux(None)
