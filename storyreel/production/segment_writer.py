"""Writes the frames of a render job to the cache, as a video segment with its poster beside it."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import Self

from storyreel.core.errors import OutsideError
from storyreel.core.frame import Box, Frame
from storyreel.production.render_job import RenderJob
from storyreel.rendering.play import play_segments
from storyreel.video.encoder import VideoEncoder
from storyreel.video.poster import write_poster
from storyreel.video.segment_cache import SegmentCache

FrameProgress = Callable[[int], None]
"""Called with the number of frames drawn so far; after the last frame, the segment is in the cache."""


def draw_job(job: RenderJob, cache: SegmentCache, drawn: FrameProgress = lambda frames: None) -> None:
    """Draw the segment of a job in this process.

    Raises StoryboardError if a cue cannot be drawn as the author asks, OutsideError if a file cannot be
    written.
    """
    with SegmentWriter(job, cache, drawn) as segment:
        play_segments(
            job.performance(),
            job.quality,
            lambda _, first: segment.take if first == job.first else None,
        )


class SegmentWriter:
    """Writes the segment of a job from the frames that it is given, as a context manager.

    The segment appears in the cache with the last frame, and the poster is the last one before the picture
    turns into that of the next chapter. If the block ends before that, no file is left.
    """

    def __init__(self, job: RenderJob, cache: SegmentCache, drawn: FrameProgress) -> None:
        self._job = job
        self._cache = cache
        self._drawn = drawn
        self._poster: Frame | None = None

    def __enter__(self) -> Self:
        self._stack = ExitStack()
        self._video = self._stack.enter_context(
            VideoEncoder(self._cache.video(self._job.name), self._job.quality)
        )
        return self

    def take(self, frame: Frame, changed: Sequence[Box] | None, repeats: int) -> None:
        """Add the next frame (see `TakeFrame`). Raises OutsideError if a file cannot be written."""
        self._video.write(frame, changed, repeats)
        if self._poster is None and self._video.frames >= max(1, self._job.poster_frame):
            self._poster = frame.copy()
        if self._is_complete:
            self._stack.close()
            assert self._poster is not None
            write_poster(self._cache.poster(self._job.name), self._poster)
            self._cache.add_video(self._job.name)
        self._drawn(self._video.frames)

    @property
    def _is_complete(self) -> bool:
        return self._video.frames == self._job.frames

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None or self._is_complete:
            self._stack.__exit__(kind, error, trace)
            return
        with self._stack:  # removes the temporary file
            part = f"beat {self._job.number} of chapter {self._job.chapter!r}, from {self._job.first} on"
            raise OutsideError(f"{part}: {self._video.frames} of {self._job.frames} frames were drawn")
