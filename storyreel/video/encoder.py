"""Encodes frames as a video segment: H.264, or ProRes with alpha; equal frames give equal bytes."""

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

# x264's output depends on its number of threads, so that number must not depend on the machine. One thread
# takes up to a fifth less processor time than two, the other cores are busy drawing, and a process without
# other threads can be forked.
THREADS = 1
# Seconds. Chromium expects each picture to last as long as those before it: it shows the picture after one of
# 6 s up to 1.5 s early, after one of 1 s 0.6 s, after one of 0.1 s 0.05 s, and after one of 1/15 s on time.
LONGEST_PICTURE = Fraction(1, 15)


class VideoEncoder:
    """Writes a file with one video stream, as a context manager; it appears if the block ends without error.

        with VideoEncoder(Path("beat.mp4"), QUALITIES["hd"]) as video:
            video.write(frame)
            video.write(another, repeats=30)

    A repeated frame is stored as one picture for each fifteenth of a second, or as one for each frame if the
    quality has a constant frame rate. The video starts with a key frame and has one at least every four
    seconds; groups of pictures are closed, and pictures are stored in the order in which they are shown. It
    is yuv420p, tagged as BT.709 in limited range. An odd width or height, which yuv420p does not allow, is
    made even by repeating the last column or row.

    A transparent quality gives Apple ProRes 4444, in which every picture is a key frame.
    """

    def __init__(self, path: Path, quality: Quality) -> None:
        self.path = path
        self.quality = quality
        self.frames = 0
        """The number of frames written so far, with repetitions."""
        picture = AlphaPicture if quality.transparent else YuvPicture
        self._picture = picture(quality.width, quality.height)
        self._longest_picture = 1 if quality.constant_rate else max(1, int(LONGEST_PICTURE * quality.fps))
        self._encoded = 0  # frames given to the encoder
        self._last_key = 0  # the frame at which the last key frame starts
        self._durations: dict[int, int] = {}  # in frames, by the frame at which a picture starts

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            temporary = stack.enter_context(atomic_file(self.path, is_durable=False))
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
        """Add `frame` (height, width, 4), RGBA, `repeats` times.

        It differs from the frame before only inside the boxes `changed`; None stands for the whole frame.
        Without boxes it makes the picture before last longer. `frame` is not kept. Raises ValueError for a
        frame of another shape, OutsideError if the file cannot be written.
        """
        if frame.shape != (self.quality.height, self.quality.width, 4):
            raise ValueError(f"a frame of shape {frame.shape} in a film of {self.quality}")
        if not self.frames:
            changed = None
        if changed is None or changed:
            self._encode()
            self._picture.update(frame, changed)
        self.frames += repeats

    def _encode(self) -> None:
        """Encode the picture for all frames that it has been shown so far; the encoder copies it."""
        while self._encoded < self.frames:
            picture, start = self._picture.frame, self._encoded
            duration = min(self._longest_picture, self.frames - start)
            picture.pts, picture.time_base = start, Fraction(1, self.quality.fps)
            is_key = start == 0 or start - self._last_key >= SECONDS_BETWEEN_KEY_FRAMES * self.quality.fps
            picture.pict_type = PictureType.I if is_key else PictureType.NONE
            self._last_key = start if is_key else self._last_key
            self._durations[start] = duration
            self._encoded += duration
            self._mux(picture)

    def _mux(self, picture: av.VideoFrame | None) -> None:
        """Encode a picture (None: flush the encoder) and store the packets that are ready."""
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
        """Encode the last picture and flush the encoder, unless the block raised."""
        if kind is not None:
            return
        if not self.frames:
            raise ValueError(f"no frame was written to {self.path}")
        self._encode()
        self._mux(None)
