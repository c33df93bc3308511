"""Drawing a task: its frames become a piece of video in a cache, with the last picture beside it."""

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
"""Told how many frames of the task are drawn so far; once it is all of them, the piece is there."""


def draw_job(job: RenderJob, cache: SegmentCache, drawn: FrameProgress = lambda frames: None) -> None:
    """Draw a task in this process, the beats before it in passing.

    Raises StoryboardError where a cue cannot be drawn as the author asks, OutsideError when the disk refuses.
    """
    with SegmentWriter(job, cache, drawn) as segment:
        play_segments(
            job.performance(),
            job.quality,
            lambda _, first: segment.take if first == job.first else None,
        )


class SegmentWriter:
    """Makes the piece of a task from the frames that it is given, as a context manager.

    The piece appears with the last frame; where the block ends without that, there is none.
    """

    def __init__(self, job: RenderJob, cache: SegmentCache, drawn: FrameProgress) -> None:
        self._task = job
        self._cache = cache
        self._drawn = drawn

    def __enter__(self) -> Self:
        self._stack = ExitStack()
        self._video = self._stack.enter_context(
            VideoEncoder(self._cache.video(self._task.name), self._task.quality)
        )
        return self

    def take(self, frame: Frame, changed: Sequence[Box] | None, repeats: int) -> None:
        """Take the next frame. Raises OutsideError when the disk refuses."""
        self._video.write(frame, changed, repeats)
        if self._is_complete:
            self._stack.close()
            write_poster(self._cache.poster(self._task.name), frame)
        self._drawn(self._video.frames)

    @property
    def _is_complete(self) -> bool:
        return self._video.frames == self._task.frames

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None or self._is_complete:
            self._stack.__exit__(kind, error, trace)
            return
        with self._stack:  # which leaves nothing behind
            part = f"beat {self._task.number} of chapter {self._task.chapter!r}, from {self._task.first} on"
            raise OutsideError(f"{part}: {self._video.frames} of {self._task.frames} frames were drawn")
