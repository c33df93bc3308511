"""The messages of worker processes to the process that started them.

A message is JSON in one line or several, each of which tells whose it is and whether more follow.
"""

import json
import os
import select
import sys
import traceback
from collections.abc import Iterable, Iterator
from dataclasses import astuple
from typing import TYPE_CHECKING, Any

from storyreel.core.errors import StoryboardError, StoryreelError

if TYPE_CHECKING:
    from storyreel.production.render_job import RenderJob

LONGEST_PART = select.PIPE_BUF - 40
"""Characters of JSON in a line, which is written at once, so that lines of processes do not mix."""
LAST, MORE = ".", "+"


class WorkerMessages:
    """Sends messages to a pipe, by its file descriptor; all processes forked from one share it."""

    def __init__(self, pipe: int) -> None:
        self._pipe = pipe

    def send(self, job: "RenderJob", **facts: Any) -> None:
        """Send facts on a job: the number of `frames` drawn and `is_done`, or a `fault` and its `place`."""
        self._write({"job": job.name, **facts})

    def request(self) -> None:
        """Ask for the jobs of the next chapter, or after the last one for other work: an empty message."""
        self._write({})

    def send_fault(self, job: "RenderJob", error: BaseException) -> None:
        """Send why a job could not be drawn."""
        if sys.flags.dev_mode:
            traceback.print_exception(error)
        if isinstance(error, StoryboardError):
            for problem in error.problems:
                self.send(job, place=astuple(problem.place), fault=problem.message)
        elif isinstance(error, MemoryError):
            self.send(job, fault="there is not enough memory")
        else:
            name = "" if isinstance(error, StoryreelError) else f"{type(error).__name__}: "
            self.send(job, fault=f"{name}{error}")

    def _write(self, message: dict[str, Any]) -> None:
        text = json.dumps(message)  # in ASCII: a character is a byte
        parts = [text[start : start + LONGEST_PART] for start in range(0, len(text), LONGEST_PART)]
        for number, part in enumerate(parts, start=1):
            sign = LAST if number == len(parts) else MORE
            os.write(self._pipe, f"{os.getpid()} {sign} {part}\n".encode())


def received(lines: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    """The messages in the lines of a pipe that several processes write to."""
    begun: dict[bytes, bytes] = {}
    for line in lines:
        sender, sign, part = line.rstrip(b"\n").split(b" ", 2)
        begun[sender] = begun.get(sender, b"") + part
        if sign == LAST.encode():
            yield json.loads(begun.pop(sender))
