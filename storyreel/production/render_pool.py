"""A pool of worker processes that draw render jobs into the segment cache."""

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
from storyreel.core.paths import PACKAGE
from storyreel.core.threads import ONE_THREAD
from storyreel.production.worker_messages import received
from storyreel.rendering.address_space import require_address_space

if TYPE_CHECKING:
    from storyreel.production.render_job import RenderJob
    from storyreel.video.segment import VideoSegment
    from storyreel.video.segment_cache import SegmentCache

SegmentProgress = Callable[["VideoSegment", int, bool], None]
"""Called with a segment, the number of its frames drawn so far, and whether it is in the cache."""
JobsOf = Callable[[str], "Iterable[RenderJob]"]
"""Gives all jobs of the chapter with an id, in order."""


def cores() -> int:
    """The number of processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class RenderPool:
    """A render worker process with its children, as a context manager that kills them at its end.

    The process takes a second to start, in which the caller can do other things. A pool that is entered may
    be entered again, which starts no other process.
    """

    _process: "subprocess.Popen[bytes] | None" = None

    def __enter__(self) -> Self:
        """Start the process. Raises OutsideError if it could not have the memory that it needs."""
        require_address_space()
        self._process = self._process or subprocess.Popen(
            [sys.executable, "-P", *_flags(), "-m", "storyreel.production.render_worker"],
            env={**os.environ, **ONE_THREAD},
            cwd=PACKAGE,  # where no file can stand for a module or for the settings of one
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,  # to kill all of them at once; Ctrl-C then reaches only this process
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
        """Draw `segments` into `cache`, at most `workers` at once; `drawn` is called with their progress.

        `jobs_of` is called for one chapter after the other. To be called once. The other jobs are drawn even
        if one fails. Raises StoryboardError with all cues that cannot be drawn as the author asks,
        OutsideError if something else failed.
        """
        if not segments:
            return
        by_name = {segment.name: segment for segment in segments}
        left, problems, faults = set(by_name), set[Problem](), list[str]()
        for message in self._messages(segments, jobs_of, cache, workers):
            segment = by_name[message["job"]]
            if "fault" in message:
                left.discard(segment.name)
                if "place" in message:
                    problems.add(_problem(Place(*message["place"]), message["fault"]))
                else:
                    faults.append(message["fault"])
            else:
                is_done = message.get("is_done", False)
                drawn(segment, message["frames"], is_done)
                if is_done:
                    left.discard(segment.name)
        if problems:
            raise StoryboardError(list(problems))
        if faults or left:
            raise OutsideError(faults[0] if faults else "the processes that draw ended before they were done")

    def _messages(
        self, segments: "Sequence[VideoSegment]", jobs_of: JobsOf, cache: "SegmentCache", workers: int
    ) -> Iterator[dict[str, Any]]:
        process = self._process
        assert process is not None and process.stdout is not None
        chapters = [
            (chapter, list(its)) for chapter, its in groupby(segments, key=lambda segment: segment.chapter)
        ]
        # The longest first, so that at the end no process has much left that others could have shared.
        chapters.sort(key=lambda chapter: -sum(segment.frames for segment in chapter[1]))
        self._send({"cache": str(cache.folder.absolute()), "workers": workers, "chapters": len(chapters)})
        unsent = iter(chapters)
        for message in received(process.stdout):
            if message:
                yield message
            else:  # a request for the next chapter
                chapter, its = next(unsent)
                names = {segment.name for segment in its}
                found = (job for job in jobs_of(chapter) if job.name in names)
                self._send([{"content": job.content, "origin": job.origin} for job in found])

    def _send(self, data: Any) -> None:
        """Send a line to the process; does nothing if that has ended, as its missing messages will show."""
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
            process.stdout.read()  # until the last of them has ended
            with suppress(BrokenPipeError):  # from data that was sent but not read
                process.stdin.close()


def _problem(place: Place, message: str) -> Problem:
    """The problem with its line of the storyboard, or an empty line if that cannot be read."""
    try:
        source = Path(place.file).read_text("utf-8").splitlines()[place.line - 1]
    except (OSError, IndexError, UnicodeDecodeError):
        source = ""
    return Problem(place, message, source)


def _flags() -> list[str]:
    return ["-X", "dev"] if sys.flags.dev_mode else []
