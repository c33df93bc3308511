"""The process that draws: `python -m storyreel.production.render_worker`, given its work as lines of JSON.

The first tells the `cache`, how many `workers` there may be at once, and how many `chapters` there are. The
tasks of a chapter, in their order, are a line, which is asked for in its turn: all would take much memory.

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
from multiprocessing import get_context
from pathlib import Path
from typing import NoReturn

from storyreel.production.render_job import render_job_from
from storyreel.production.worker_messages import WorkerMessages
from storyreel.rendering.lazy_scipy import import_manim
from storyreel.video.segment_cache import SegmentCache


def main() -> NoReturn:
    """Draw what standard input asks for, and end."""
    told = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what libraries print is for people
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started us ends us
    gc.disable()  # looking for garbage takes a tenth of the time to get ready
    import_manim()
    from storyreel.production import chapter_worker  # noqa: F401

    gc.freeze()  # and in all processes that are forked from this one, it would copy every page that is shared
    gc.enable()
    if line := _line():
        work = json.loads(line)
        _draw(work["chapters"], SegmentCache(Path(work["cache"])), work["workers"], WorkerMessages(told))
    os._exit(0)


def _line() -> bytes:
    """The next line of standard input; empty if whoever writes it has ended before its end."""
    line = sys.stdin.buffer.readline()
    return line if line.endswith(b"\n") else b""


def _draw(chapters: int, cache: SegmentCache, workers: int, news: WorkerMessages) -> None:
    """Draw the tasks of so many chapters, one after the other, at most `workers` at once."""
    slots = get_context("fork").Semaphore(workers)
    alive: dict[int, int] = {}  # for each chapter's process, a pipe that closes when its family is gone
    while chapters or alive:
        while chapters and len(alive) < workers:
            chapters -= 1
            news.ask()
            if not (chapter := _line()):
                os.killpg(0, signal.SIGKILL)
            ended, held = os.pipe()
            child = os.fork()
            if not child:
                from storyreel.production.chapter_worker import ChapterWorker

                jobs = [render_job_from(data) for data in json.loads(chapter)]
                ChapterWorker(jobs, cache, slots, news).run()
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
