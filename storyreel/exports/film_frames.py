"""The pictures of a finished film, as arrays of RGB (height, width, 3)."""

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
"""By how many of 255 levels a pixel may differ and not have changed, because of the film's encoder."""


def last_picture(path: Path) -> RGB:
    """The last picture of the film at `path`, in its full size. Raises OutsideError if it cannot be read."""
    with _opened(path) as (film, video):
        film.seek(video.duration or 0, stream=video)
        *_, last = film.decode(video)
        return np.asarray(last.to_ndarray(format="rgb24"), np.uint8)


def pictures(path: Path, side: int, rate: int) -> Iterator[tuple[RGB, int]]:
    """The film at `rate` pictures a second: each that is not like the one before, and for how many it stands.

    Neither side of a picture is longer than `side` pixels. What changed by no more than `NOISE` is as it was
    in the picture before. Raises OutsideError if the film cannot be read.
    """
    standing: RGB | None = None
    times = 0
    for picture, more in _sampled(path, side, rate):
        if standing is None:
            standing, times = picture, more
            continue
        apart = np.maximum(picture, standing) - np.minimum(picture, standing) > NOISE
        changed = apart[..., 0] | apart[..., 1] | apart[..., 2]
        if changed.any():
            yield standing, times
            standing, times = standing.copy(), more
            standing[changed] = picture[changed]
        else:
            times += more
    if standing is not None:
        yield standing, times


def _sampled(path: Path, side: int, rate: int) -> Iterator[tuple[RGB, int]]:
    """Each picture that is there at a multiple of 1/`rate` seconds, and how many of these it is there for."""
    with _opened(path) as (film, video):
        smaller, taken = _Smaller(side), 0
        for frame, until in _timed(film, video):
            times = max(0, ceil(until * rate) - taken)
            if times:
                yield smaller(frame), times
                taken += times


def _timed(film: InputContainer, video: VideoStream) -> Iterator[tuple[VideoFrame, Fraction]]:
    """Each picture of the film and when it ends, in seconds."""
    tick = video.time_base or Fraction(0)
    standing: VideoFrame | None = None
    for frame in film.decode(video):
        if standing is not None:
            yield standing, (frame.pts or 0) * tick
        standing = frame
    if standing is not None:
        yield standing, (video.duration or 0) * tick


class _Smaller:
    """Makes pictures RGB, and so small that no side is longer than `side` pixels."""

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
