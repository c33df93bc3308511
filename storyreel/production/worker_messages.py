"""What the processes that draw tell whoever started them: a line of JSON for each piece of news."""

import json
import os
import select
import sys
import traceback
from dataclasses import astuple
from typing import Any

from storyreel.core.errors import StoryboardError, StoryreelError
from storyreel.production.render_job import RenderJob

LONGEST_LINE = select.PIPE_BUF  # bytes that are written at once, so that lines do not mix


class WorkerMessages:
    """Tells, by the pipe `told`, which all that are forked from a process share."""

    def __init__(self, told: int) -> None:
        self._told = told

    def tell(self, job: RenderJob, **news: Any) -> None:
        """Tell something of a task: `frames` that are drawn, a `fault` and its `place`."""
        line = json.dumps({"task": job.name, **news}).encode()
        assert len(line) < LONGEST_LINE, "it would be mixed with what others tell"
        os.write(self._told, line + b"\n")

    def ask(self) -> None:
        """Ask for the next chapter, by telling nothing."""
        os.write(self._told, b"{}\n")

    def tell_fault(self, job: RenderJob, error: BaseException) -> None:
        """Tell what has kept a task from being drawn."""
        if sys.flags.dev_mode:
            traceback.print_exception(error)
        if isinstance(error, StoryboardError):
            for problem in error.problems:
                self.tell(job, place=astuple(problem.place), fault=problem.message)
        else:
            name = "" if isinstance(error, StoryreelError) else f"{type(error).__name__}: "
            self.tell(job, fault=f"{name}{error}")
