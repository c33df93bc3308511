"""The process that draws: `python -m storyreel.studio_process`, given its work as a line of JSON.

It imports manim once, and from then on all is forked: a process for each chapter (`chapter_process`), which
forks others in its turn while cores are idle. Each tells on standard output what it has done. All of them
end with whoever started them, who holds the other end of standard input.
"""

import gc
import json
import os
import select
import signal
import sys
from collections import deque
from collections.abc import Sequence
from itertools import groupby
from multiprocessing import get_context
from pathlib import Path
from typing import NoReturn

from storyreel.chapter_process import ChapterProcess
from storyreel.piece_cache import PieceCache
from storyreel.studio_news import StudioNews
from storyreel.task import Task, task_from


def main() -> NoReturn:
    """Draw what standard input asks for, and end."""
    told = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what libraries print is for people
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started us ends us
    line = sys.stdin.buffer.readline()
    if line:
        work = json.loads(line)
        tasks = [task_from(data) for data in work["tasks"]]
        _draw(tasks, PieceCache(Path(work["cache"])), work["jobs"], StudioNews(told))
    os._exit(0)


def _draw(tasks: Sequence[Task], cache: PieceCache, jobs: int, news: StudioNews) -> None:
    """Draw all tasks, of which those of a chapter come one after the other, at most `jobs` at once."""
    slots = get_context("fork").Semaphore(jobs)
    gc.collect()
    gc.freeze()  # looking for garbage would copy every page that is shared
    by_chapter = [list(its) for _, its in groupby(tasks, key=lambda task: task.chapter)]
    # The longest first: so that in the end no process has much to do that others could have shared.
    chapters = deque(sorted(by_chapter, key=lambda its: -sum(task.frames for task in its)))
    alive: dict[int, int] = {}  # for each chapter's process, a pipe that closes when its family is gone
    while chapters or alive:
        while chapters and len(alive) < jobs:
            chapter = chapters.popleft()
            ended, held = os.pipe()
            child = os.fork()
            if not child:
                ChapterProcess(chapter, cache, slots, news).run()
            os.close(held)
            alive[ended] = child
        ready, _, _ = select.select([sys.stdin, *alive], [], [])
        if sys.stdin in ready:  # it says nothing more: it has gone
            os.killpg(0, signal.SIGKILL)
        for ended in alive.keys() & set(ready):
            os.close(ended)
            _, status = os.waitpid(alive.pop(ended), 0)
            if os.WIFSIGNALED(status):  # with a slot, if it was not waiting for one
                slots.release()


if __name__ == "__main__":
    main()
