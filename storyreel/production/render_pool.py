"""The studio: processes that draw tasks, as many at once as wanted, and the pieces that come out."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import groupby
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from storyreel.core.errors import OutsideError, Place, Problem, StoryboardError
from storyreel.core.threads import ONE_THREAD

if TYPE_CHECKING:
    from storyreel.production.render_job import RenderJob
    from storyreel.video.segment import VideoSegment
    from storyreel.video.segment_cache import SegmentCache

SegmentProgress = Callable[["VideoSegment", int, bool], None]
"""Told how many frames of a piece are drawn so far, and whether it is finished."""
JobsOf = Callable[[str], "Iterable[RenderJob]"]
"""All tasks of the chapter with an id, in their order."""


def cores() -> int:
    """The processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class RenderPool:
    """A process that draws, with its children, as a context manager: when it ends, so do they, at once.

    It takes a second to get ready, in which whoever made it can do other things. It may be entered again.
    """

    _process: "subprocess.Popen[bytes] | None" = None

    def __enter__(self) -> Self:
        self._process = self._process or subprocess.Popen(
            [sys.executable, *_flags(), "-m", "storyreel.production.render_worker"],
            env={**os.environ, **ONE_THREAD},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,  # so that all of them can be ended, and Ctrl-C is for us alone
        )
        return self

    def draw(
        self,
        segments: "Sequence[VideoSegment]",
        jobs_of: JobsOf,
        cache: "SegmentCache",
        workers: int,
        drawn: SegmentProgress,
    ) -> None:
        """Draw `segments` into `cache`, at most `workers` at once; `drawn` is told how far each is.

        What is to be drawn for them is asked of `jobs_of` chapter by chapter. To be called once. A task that
        fails does not keep others from being drawn. Raises StoryboardError with all cues that cannot be drawn
        as the author asks, OutsideError when something else failed.
        """
        if not segments:
            return
        by_name = {segment.name: segment for segment in segments}
        left, problems, faults = set(by_name), set[Problem](), list[str]()
        for news in self._news(segments, jobs_of, cache, workers):
            segment = by_name[news["task"]]
            if "fault" in news:
                left.discard(segment.name)
                if "place" in news:
                    problems.add(_problem(Place(*news["place"]), news["fault"]))
                else:
                    faults.append(news["fault"])
            else:
                is_done = news.get("is_done", False)
                drawn(segment, news["frames"], is_done)
                if is_done:
                    left.discard(segment.name)
        if problems:
            raise StoryboardError(list(problems))
        if faults or left:
            raise OutsideError(faults[0] if faults else "the processes that draw ended before they were done")

    def _news(
        self, segments: "Sequence[VideoSegment]", jobs_of: JobsOf, cache: "SegmentCache", workers: int
    ) -> Iterator[dict[str, Any]]:
        process = self._process
        assert process is not None and process.stdout is not None
        chapters = [
            (chapter, list(its)) for chapter, its in groupby(segments, key=lambda segment: segment.chapter)
        ]
        # The longest first: so that in the end no process has much to do that others could have shared.
        chapters.sort(key=lambda chapter: -sum(segment.frames for segment in chapter[1]))
        self._tell({"cache": str(cache.folder), "workers": workers, "chapters": len(chapters)})
        untold = iter(chapters)
        for line in process.stdout:
            news = json.loads(line)
            if news:
                yield news
            else:  # the next chapter is asked for
                chapter, its = next(untold)
                names = {segment.name for segment in its}
                found = (job for job in jobs_of(chapter) if job.name in names)
                self._tell([{"pictures": job.pictures, "places": job.places} for job in found])

    def _tell(self, data: Any) -> None:
        """Tell the process a line; if it has ended, it will tell no more, either."""
        assert self._process is not None and self._process.stdin is not None
        with suppress(BrokenPipeError):
            self._process.stdin.write(json.dumps(data).encode() + b"\n")
            self._process.stdin.flush()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        assert process.stdin is not None and process.stdout is not None
        with process:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.stdout.read()  # ends when the last of them has
            with suppress(BrokenPipeError):  # of what it was told and did not hear
                process.stdin.close()


def _problem(place: Place, message: str) -> Problem:
    """The problem with the line of the storyboard that it is about."""
    try:
        source = Path(place.file).read_text("utf-8").splitlines()[place.line - 1]
    except (OSError, IndexError, UnicodeDecodeError):
        source = ""
    return Problem(place, message, source)


def _flags() -> list[str]:
    return ["-X", "dev"] if sys.flags.dev_mode else []
