"""The studio: processes that draw tasks, as many at once as wanted, and the pieces that come out."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import groupby
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from storyreel.errors import OutsideError, Place, Problem, StoryboardError
from storyreel.one_thread import ONE_THREAD

if TYPE_CHECKING:
    from storyreel.piece_cache import PieceCache
    from storyreel.task import Task

Drawn = Callable[["Task", int, bool], None]
"""Told how many frames of a task are drawn so far, and whether its piece is finished."""


def cores() -> int:
    """The processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Studio:
    """A process that draws, with its children, as a context manager: when it ends, so do they, at once.

    It takes a second to get ready, in which whoever made it can do other things. It may be entered again.
    """

    _process: "subprocess.Popen[bytes] | None" = None

    def __enter__(self) -> Self:
        self._process = self._process or subprocess.Popen(
            [sys.executable, *_flags(), "-m", "storyreel.studio_process"],
            env={**os.environ, **ONE_THREAD},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,  # so that all of them can be ended, and Ctrl-C is for us alone
        )
        return self

    def draw(self, tasks: "Sequence[Task]", cache: "PieceCache", jobs: int, drawn: Drawn) -> None:
        """Draw `tasks` into `cache`, at most `jobs` at once; `drawn` is told how far each is.

        To be called once. A task that fails does not keep others from being drawn. Raises StoryboardError
        with all cues that cannot be drawn as the author asks, OutsideError when something else failed.
        """
        if not tasks:
            return
        by_name = {task.name: task for task in tasks}
        left, problems, faults = set(by_name), set[Problem](), list[str]()
        for news in self._news(tasks, cache, jobs):
            task = by_name[news["task"]]
            if "fault" in news:
                left.discard(task.name)
                if "place" in news:
                    problems.add(_problem(Place(*news["place"]), news["fault"]))
                else:
                    faults.append(news["fault"])
            else:
                is_done = news.get("is_done", False)
                drawn(task, news["frames"], is_done)
                if is_done:
                    left.discard(task.name)
        if problems:
            raise StoryboardError(list(problems))
        if faults or left:
            raise OutsideError(faults[0] if faults else "the processes that draw ended before they were done")

    def _news(self, tasks: "Sequence[Task]", cache: "PieceCache", jobs: int) -> Iterator[dict[str, Any]]:
        process = self._process
        assert process is not None and process.stdin is not None and process.stdout is not None
        chapters = [list(its) for _, its in groupby(tasks, key=lambda task: task.chapter)]
        # The longest first: so that in the end no process has much to do that others could have shared.
        chapters.sort(key=lambda its: -sum(task.frames for task in its))
        try:
            process.stdin.write(_line({"cache": str(cache.folder), "jobs": jobs, "chapters": len(chapters)}))
            for chapter in chapters:
                process.stdin.write(
                    _line([{"pictures": task.pictures, "places": task.places} for task in chapter])
                )
            process.stdin.flush()
        except BrokenPipeError:
            return
        for line in process.stdout:
            yield json.loads(line)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        assert process.stdout is not None
        with process:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.stdout.read()  # ends when the last of them has


def _problem(place: Place, message: str) -> Problem:
    """The problem with the line of the storyboard that it is about."""
    try:
        source = Path(place.file).read_text("utf-8").splitlines()[place.line - 1]
    except (OSError, IndexError, UnicodeDecodeError):
        source = ""
    return Problem(place, message, source)


def _line(data: Any) -> bytes:
    return json.dumps(data).encode() + b"\n"


def _flags() -> list[str]:
    return ["-X", "dev"] if sys.flags.dev_mode else []
