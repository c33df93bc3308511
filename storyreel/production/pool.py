"""What draws render jobs: worker processes of this machine (`render_pool`), or an executor (`tasks`)."""

import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from storyreel.core.errors import OutsideError, Place, Problem, StoryboardError

if TYPE_CHECKING:
    from storyreel.core.progress import Progress
    from storyreel.production.render_job import RenderJob
    from storyreel.speech.cast import Cast
    from storyreel.speech.script import Script
    from storyreel.video.segment import VideoSegment
    from storyreel.video.segment_cache import SegmentCache

SegmentProgress = Callable[["VideoSegment", int, bool], None]
"""Called with a segment, the number of its frames drawn so far, and whether it is in the cache."""
JobsOf = Callable[[str], "Iterable[RenderJob]"]
"""Gives all jobs of the chapter with an id, in order."""


def cores() -> int:
    """The number of processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Pool(ABC):
    """Draws render jobs into the segment cache, as a context manager that ends what is unfinished.

    `lessons_at_once` lessons may have it draw at the same time, each from a thread of its own.
    """

    lessons_at_once: int

    def __init__(self) -> None:
        self._ended = False
        self._at_end: list[Callable[[], None]] = []

    def at_end(self, stop: Callable[[], None]) -> None:
        """Have `stop`, which ends work in another thread, called when the context ends, or now if it has."""
        self._at_end.append(stop)
        if self._ended:
            stop()

    @abstractmethod
    def draw(
        self,
        segments: "Sequence[VideoSegment]",
        jobs_of: JobsOf,
        cache: "SegmentCache",
        drawn: SegmentProgress,
    ) -> None:
        """Draw `segments` into `cache`; `drawn` is called with their progress.

        `jobs_of` is called for one chapter after the other. The other jobs are drawn even if one fails.
        Raises StoryboardError with all cues that cannot be drawn as the author asks, OutsideError if
        something else failed.
        """

    @abstractmethod
    def speak(self, script: "Script", cast: "Cast", progress: "Progress") -> None:
        """Speak into the speech cache what this pool can, if anything; all else is spoken by this process.

        Raises OutsideError if that fails.
        """

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended = True
        for stop in self._at_end:
            stop()


class Outcome:
    """What became of `segments` as they are drawn."""

    def __init__(self, segments: "Iterable[VideoSegment]") -> None:
        self._left = {segment.name for segment in segments}
        self._problems: set[Problem] = set()
        self._faults: list[str] = []

    def done(self, segment: str) -> None:
        """A segment, by its name, is in the cache."""
        self._left.discard(segment)

    def fault(self, segment: str, fault: str, place: Sequence[str | int] | None = None) -> None:
        """A segment cannot be drawn; if that is because of what the author wrote, there is a place of it."""
        self._left.discard(segment)
        if place is None:
            self._faults.append(fault)
        else:
            self._problems.add(_problem(Place(*place), fault))  # type: ignore[arg-type]

    def require_all(self) -> None:
        """Raise StoryboardError or OutsideError unless all segments are done."""
        if self._problems:
            raise StoryboardError(list(self._problems))
        if self._faults or self._left:
            ended = "the processes that draw ended before they were done"
            raise OutsideError(self._faults[0] if self._faults else ended)


def _problem(place: Place, message: str) -> Problem:
    """The problem with its line of the storyboard, or an empty line if that cannot be read."""
    try:
        source = Path(place.file).read_text("utf-8").splitlines()[place.line - 1]
    except (OSError, IndexError, UnicodeDecodeError):
        source = ""
    return Problem(place, message, source)
