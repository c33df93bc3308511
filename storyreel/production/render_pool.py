"""A pool of worker processes that draw render jobs into the segment cache."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import groupby
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from storyreel.core.paths import PACKAGE
from storyreel.core.threads import ONE_THREAD
from storyreel.production.pool import JobsOf, Outcome, Pool, SegmentProgress, cores
from storyreel.production.worker_messages import received
from storyreel.rendering.address_space import require_address_space

if TYPE_CHECKING:
    from storyreel.core.progress import Progress
    from storyreel.speech.cast import Cast
    from storyreel.speech.script import Script
    from storyreel.video.segment import VideoSegment
    from storyreel.video.segment_cache import SegmentCache


class RenderPool(Pool):
    """A render worker process with its children, as a context manager that kills them at its end.

    At most `workers` segments are drawn at once (None: one for each core). The process takes a second to
    start, in which the caller can do other things. It imports what is in the folder `packages`, too.
    """

    lessons_at_once = 2
    """One is drawn while the next is read and spoken, or the one before joined."""

    def __init__(self, workers: int | None = None, packages: Path | None = None) -> None:
        super().__init__()
        self._drawing = Lock()
        self._workers = workers or cores()
        self._packages = packages
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Start the process. Raises OutsideError if it could not have the memory that it needs."""
        require_address_space()
        self._process = subprocess.Popen(
            [sys.executable, "-P", *_flags(), "-m", "storyreel.production.render_worker"],
            env={**os.environ, **ONE_THREAD, **self._path()},
            cwd=PACKAGE,  # where no file can stand for a module or for the settings of one
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,  # to kill all of them at once; Ctrl-C then reaches only this process
        )
        return self

    def _path(self) -> dict[str, str]:
        if self._packages is None:
            return {}
        more = os.environ.get("PYTHONPATH", "").split(os.pathsep)
        return {"PYTHONPATH": os.pathsep.join(filter(None, [str(self._packages), *more]))}

    def speak(self, script: "Script", cast: "Cast", progress: "Progress") -> None:
        """Do nothing: a voice speaks in threads of the process that asks for it."""

    def draw(
        self,
        segments: "Sequence[VideoSegment]",
        jobs_of: JobsOf,
        cache: "SegmentCache",
        drawn: SegmentProgress,
    ) -> None:
        """Draw `segments` into `cache`, as every pool does; another thread that wants to draw, too, waits."""
        if not segments:
            return
        with self._drawing:
            self._draw(segments, jobs_of, cache, drawn)

    def _draw(
        self,
        segments: "Sequence[VideoSegment]",
        jobs_of: JobsOf,
        cache: "SegmentCache",
        drawn: SegmentProgress,
    ) -> None:
        by_name = {segment.name: segment for segment in segments}
        outcome = Outcome(segments)
        for message in self._messages(segments, jobs_of, cache):
            segment = by_name[message["job"]]
            if "fault" in message:
                outcome.fault(segment.name, message["fault"], message.get("place"))
            else:
                is_done = message.get("is_done", False)
                drawn(segment, message["frames"], is_done)
                if is_done:
                    outcome.done(segment.name)
        outcome.require_all()

    def _messages(
        self, segments: "Sequence[VideoSegment]", jobs_of: JobsOf, cache: "SegmentCache"
    ) -> Iterator[dict[str, Any]]:
        process = self._process
        assert process is not None and process.stdout is not None
        chapters = [
            (chapter, list(its)) for chapter, its in groupby(segments, key=lambda segment: segment.chapter)
        ]
        # The longest first, so that at the end no process has much left that others could have shared.
        chapters.sort(key=lambda chapter: -sum(segment.frames for segment in chapter[1]))
        self._send(
            {"cache": str(cache.folder.absolute()), "workers": self._workers, "chapters": len(chapters)}
        )
        unsent = iter(chapters)
        for message in received(process.stdout):
            if message:
                yield message
                continue
            # A request for the next chapter, or for other work.
            chapter, its = next(unsent, ("", []))
            if not its:
                return
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
        super().__exit__(kind, error, trace)
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


def _flags() -> list[str]:
    return ["-X", "dev"] if sys.flags.dev_mode else []
