"""The messages of worker processes to the process that started them, each a line of JSON."""

import json
import os
import select
import sys
import traceback
from dataclasses import astuple
from typing import Any

from storyreel.core.errors import StoryboardError, StoryreelError
from storyreel.production.render_job import RenderJob

LONGEST_LINE = select.PIPE_BUF  # bytes that are written at once, so that lines of processes do not mix


class WorkerMessages:
    """Sends messages to a pipe, by its file descriptor; all processes forked from one share it."""

    def __init__(self, pipe: int) -> None:
        self._pipe = pipe

    def send(self, job: RenderJob, **facts: Any) -> None:
        """Send facts on a job: the number of `frames` drawn and `is_done`, or a `fault` and its `place`."""
        line = json.dumps({"job": job.name, **facts}).encode()
        assert len(line) < LONGEST_LINE, "lines of other processes could mix with it"
        os.write(self._pipe, line + b"\n")

    def request_chapter(self) -> None:
        """Ask for the jobs of the next chapter, with an empty message."""
        os.write(self._pipe, b"{}\n")

    def send_fault(self, job: RenderJob, error: BaseException) -> None:
        """Send why a job could not be drawn."""
        if sys.flags.dev_mode:
            traceback.print_exception(error)
        if isinstance(error, StoryboardError):
            for problem in error.problems:
                self.send(job, place=astuple(problem.place), fault=problem.message)
        else:
            name = "" if isinstance(error, StoryreelError) else f"{type(error).__name__}: "
            self.send(job, fault=f"{name}{error}")
