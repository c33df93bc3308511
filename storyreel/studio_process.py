"""The process that draws: `python -m storyreel.studio_process`, given its work as a line of JSON.

It imports manim once, and from then on all is forked: a process for each chapter plays it in passing, and
forks one for each beat that has to be drawn, which then has the state before that beat without having
played anything again. Each tells on standard output, a line of JSON at a time, what it has done. All of
them end with whoever started them, who holds the other end of standard input.
"""

import gc
import json
import os
import select
import signal
import sys
import traceback
from collections import deque
from collections.abc import Sequence
from dataclasses import astuple, replace
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any, NoReturn

from storyreel.drawing import take_from
from storyreel.errors import OutsideError, StoryboardError, StoryreelError
from storyreel.piece_cache import PieceCache
from storyreel.renderer import DrawBeat, play_in_passing
from storyreel.slots import Slots
from storyreel.task import Task, task_from
from storyreel.timeline import TimedBeat

TELL_EVERY = 10  # frames
LONGEST_LINE = select.PIPE_BUF  # bytes that are written at once, so that lines do not mix


def main() -> NoReturn:
    """Draw what standard input asks for, and end."""
    told = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what libraries print is for people
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started us ends us
    line = sys.stdin.buffer.readline()
    if line:
        work = json.loads(line)
        cache = PieceCache(Path(work["cache"]))
        _Family(told, cache, work["jobs"]).draw([task_from(data) for data in work["tasks"]])
    os._exit(0)


class _Family:
    """This process and all that it forks, which share slots, the cache, and the pipe that they tell by."""

    def __init__(self, told: int, cache: PieceCache, jobs: int) -> None:
        self.told = told
        self.cache = cache
        self.jobs = jobs
        self.slots = Slots(jobs)

    def draw(self, tasks: Sequence[Task]) -> None:
        """Draw all tasks, those of one chapter one after the other in the list."""
        gc.collect()
        gc.freeze()  # looking for garbage would copy every page that is shared
        by_chapter = [list(its) for _, its in groupby(tasks, key=lambda task: task.chapter)]
        # The longest first: so that in the end no process has much to do that others could have shared.
        chapters = deque(sorted(by_chapter, key=lambda its: -sum(task.frames for task in its)))
        alive: dict[int, int] = {}  # for each chapter's process, a pipe that closes when its family is gone
        while chapters or alive:
            # As many as may draw: while one waits for a slot, a beat of it is being drawn.
            while chapters and len(alive) < self.jobs:
                chapter = chapters.popleft()
                ended, held = os.pipe()
                child = os.fork()
                if not child:
                    self._play_chapter(chapter)
                os.close(held)
                alive[ended] = child
            ready, _, _ = select.select([sys.stdin, *alive], [], [])
            if sys.stdin in ready:  # it says nothing more: it has gone
                os.killpg(0, signal.SIGKILL)
            for ended in alive.keys() & set(ready):
                os.close(ended)
                _, status = os.waitpid(alive.pop(ended), 0)
                if os.WIFSIGNALED(status):  # with a slot, if it was not waiting for one
                    self.slots.give_back()

    def _play_chapter(self, tasks: Sequence[Task]) -> NoReturn:
        """In a process of its own: play a chapter in passing, forking a process for each of its tasks."""
        wanted = {task.number: task for task in tasks}
        drawing: dict[int, Task] = {}

        def before_beat(beat: TimedBeat, draw: DrawBeat) -> None:
            task = wanted.pop(beat.number, None)
            if task:
                child = os.fork()
                if not child:
                    self._draw_beat(task, draw)
                drawing[child] = task
                if not wanted:
                    raise _AllForked
                self.slots.take()  # the child has ours

        self.slots.take()
        try:
            performance = replace(tasks[-1].performance(), drawn=())
            play_in_passing(performance, tasks[-1].quality, before_beat)
        except _AllForked:
            pass
        except BaseException as error:
            self.slots.give_back()
            for task in wanted.values():
                self._tell_fault(task, error)
        for child, task in drawing.items():
            _, status = os.waitpid(child, 0)
            if os.WIFSIGNALED(status):
                self.slots.give_back()
                signal_number = os.WTERMSIG(status)
                fault = f"the process that drew beat {task.number} of chapter {task.chapter!r} was ended"
                self._tell_fault(task, OutsideError(f"{fault} by signal {signal_number}"))
        os._exit(0)

    def _draw_beat(self, task: Task, draw: DrawBeat) -> NoReturn:
        """In a process of its own: draw the beat that comes next."""

        def drawn(frames: int) -> None:
            if frames % TELL_EVERY == 0:
                self._tell(task, frames=frames)

        try:
            take_from(partial(draw, task.beat), task, self.cache, drawn)
            self._tell(task, frames=task.frames, is_done=True)
        except BaseException as error:
            self._tell_fault(task, error)
        self.slots.give_back()
        os._exit(0)

    def _tell_fault(self, task: Task, error: BaseException) -> None:
        if sys.flags.dev_mode:
            traceback.print_exception(error)
        if isinstance(error, StoryboardError):
            for problem in error.problems:
                self._tell(task, place=astuple(problem.place), fault=problem.message)
        else:
            name = "" if isinstance(error, StoryreelError) else f"{type(error).__name__}: "
            self._tell(task, fault=f"{name}{error}")

    def _tell(self, task: Task, **news: Any) -> None:
        line = json.dumps({"task": task.name, **news}).encode()
        assert len(line) < LONGEST_LINE, "it would be mixed with what others tell"
        os.write(self.told, line + b"\n")


class _AllForked(Exception):
    """Ends a chapter that is played in passing when nobody needs the rest of it."""


if __name__ == "__main__":
    main()
