"""The process that draws: `python -m storyreel.production.render_worker`, which reads work as lines of JSON.

A line of work has the folder of the `cache`, how many `workers` there may be at once, and the number of
`chapters`. The jobs of a chapter, in their order, are one line. It is sent on request, as the jobs of all
chapters would take much memory. When all are drawn there is one more request, and other work may follow.

The process imports manim once and forks a process for each chapter (`chapter_worker`), which forks others
while cores are idle. All write messages to standard output. They end when the process that started them
closes standard input.
"""

import gc
import json
import os
import select
import signal
import sys
from pathlib import Path
from typing import NoReturn

from storyreel.production.render_job import render_job_from
from storyreel.production.worker_messages import WorkerMessages
from storyreel.production.worker_slots import WorkerSlots
from storyreel.rendering.manim_import import import_manim
from storyreel.video.segment_cache import SegmentCache

RARELY = 100_000
"""New objects after which garbage is collected. A chapter has many objects that stay, and little garbage: to
collect it more often takes 4 % of the time to draw, and saves 10 MB."""


def main() -> NoReturn:
    """Draw the jobs that standard input asks for, and end."""
    pipe = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # so that what libraries print is no message
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that started this one ends it
    gc.disable()  # collecting garbage takes a tenth of the time to start
    import_manim()
    from storyreel.production import chapter_worker  # noqa: F401

    gc.freeze()  # in forked processes, collecting these objects would copy every memory page that is shared
    gc.enable()
    gc.set_threshold(RARELY)
    messages = WorkerMessages(pipe)
    while line := _line():
        work = json.loads(line)
        _draw(work["chapters"], SegmentCache(Path(work["cache"])), work["workers"], messages)
        messages.request()
    os._exit(0)


def _line() -> bytes:
    """The next line of standard input; empty if its writer ended before the line was complete."""
    line = sys.stdin.buffer.readline()
    return line if line.endswith(b"\n") else b""


def _draw(chapters: int, cache: SegmentCache, workers: int, messages: WorkerMessages) -> None:
    """Draw the jobs of so many chapters, with at most `workers` processes at once."""
    slots = WorkerSlots(workers)
    # The chapter workers, by a pipe that closes when they and their children have ended.
    alive: dict[int, int] = {}
    while chapters or alive:
        while chapters and len(alive) < workers:
            chapters -= 1
            messages.request()
            if not (chapter := _line()):
                os.killpg(0, signal.SIGKILL)
            ended, held = os.pipe()
            child = os.fork()
            if not child:
                from storyreel.production.chapter_worker import ChapterWorker

                jobs = [render_job_from(data) for data in json.loads(chapter)]
                ChapterWorker(jobs, cache, slots, messages).run()
            os.close(held)
            alive[ended] = child
        ready, _, _ = select.select([sys.stdin, *alive], [], [])
        if sys.stdin in ready:  # without a request nothing is sent: it was closed
            os.killpg(0, signal.SIGKILL)
        for ended in alive.keys() & set(ready):
            os.close(ended)
            os.waitpid(alive.pop(ended), 0)


if __name__ == "__main__":
    main()
