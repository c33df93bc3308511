"""The frames of a film, as RGB arrays of the shape (height, width, 3)."""

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from math import ceil
from pathlib import Path

import av
import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter
from av.video.stream import VideoStream
from numpy.typing import NDArray

from storyreel.core.errors import OutsideError

RGB = NDArray[np.uint8]
NOISE = 4
"""The difference, in levels of 255, up to which a pixel counts as unchanged: it comes from the encoder."""


def last_frame(path: Path) -> RGB:
    """The last frame of the film at `path`, in full size. Raises OutsideError if it cannot be read."""
    with _opened(path) as (film, video):
        film.seek(video.duration or 0, stream=video)
        *_, last = film.decode(video)
        return np.asarray(last.to_ndarray(format="rgb24"), np.uint8)


def pictures(path: Path, side: int, rate: int) -> Iterator[tuple[RGB, int]]:
    """The film at `rate` pictures a second: each that differs from the one before, with its repetitions.

    No side of a picture is longer than `side` pixels. Pixels that differ by no more than `NOISE` from the
    picture before keep its values. Raises OutsideError if the film cannot be read.
    """
    current: RGB | None = None
    times = 0
    for picture, more in _sampled(path, side, rate):
        if current is None:
            current, times = picture, more
            continue
        differs = np.maximum(picture, current) - np.minimum(picture, current) > NOISE
        changed = differs[..., 0] | differs[..., 1] | differs[..., 2]
        if changed.any():
            yield current, times
            current, times = current.copy(), more
            current[changed] = picture[changed]
        else:
            times += more
    if current is not None:
        yield current, times


def _sampled(path: Path, side: int, rate: int) -> Iterator[tuple[RGB, int]]:
    """Each frame that is shown at a multiple of 1/`rate` seconds, and at how many of these."""
    with _opened(path) as (film, video):
        smaller, taken = _Smaller(side), 0
        for frame, until in _timed(film, video):
            times = max(0, ceil(until * rate) - taken)
            if times:
                yield smaller(frame), times
                taken += times


def _timed(film: InputContainer, video: VideoStream) -> Iterator[tuple[VideoFrame, Fraction]]:
    """Each frame of the film and the time at which it ends, in seconds."""
    tick = video.time_base or Fraction(0)
    current: VideoFrame | None = None
    for frame in film.decode(video):
        if current is not None:
            yield current, (frame.pts or 0) * tick
        current = frame
    if current is not None:
        yield current, (video.duration or 0) * tick


class _Smaller:
    """Converts frames to RGB arrays, reduced so that no side is longer than `side` pixels."""

    def __init__(self, side: int) -> None:
        self._side = side
        self._reformatter = VideoReformatter()

    def __call__(self, frame: VideoFrame) -> RGB:
        scale = min(1.0, self._side / max(frame.width, frame.height))
        width, height = round(frame.width * scale), round(frame.height * scale)
        small = self._reformatter.reformat(frame, width, height, "rgb24", interpolation="LANCZOS")
        return np.asarray(small.to_ndarray(), np.uint8)


@contextmanager
def _opened(path: Path) -> Iterator[tuple[InputContainer, VideoStream]]:
    try:
        with av.open(path) as film:
            video = film.streams.video[0]
            video.thread_type = "AUTO"
            yield film, video
    except (OSError, ValueError, IndexError) as error:
        raise OutsideError(f"cannot read the film {path}: {error}") from error
