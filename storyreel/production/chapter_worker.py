"""The process of a chapter: it draws what is wanted of it, and has others draw parts while cores are idle."""

import os
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from multiprocessing.synchronize import Semaphore
from typing import NoReturn

from storyreel.core.errors import OutsideError
from storyreel.core.frame import TakeFrame
from storyreel.production.render_job import RenderJob
from storyreel.production.segment_writer import SegmentWriter
from storyreel.production.worker_messages import WorkerMessages
from storyreel.rendering.play import play_segments
from storyreel.timing.beats import TimedBeat
from storyreel.timing.performance import Performance
from storyreel.video.segment_cache import SegmentCache

TELL_EVERY = 10  # frames


class ChapterWorker:
    """Draws `jobs` of one chapter, in their order, into a cache, and tells the news of each.

    It is one of many that share `slots`, one for each process that may work: a part for which a slot is free
    is drawn by a process forked as it begins, which then has all that is on stage.
    """

    def __init__(
        self, jobs: Sequence[RenderJob], cache: SegmentCache, slots: Semaphore, news: WorkerMessages
    ) -> None:
        self._jobs = jobs
        self._cache = cache
        self._slots = slots
        self._news = news
        self._wanted = {(job.number, job.first): job for job in jobs}
        self._children: dict[int, RenderJob] = {}
        self._segment = ExitStack()
        self._drawing: RenderJob | None = None

    def run(self) -> NoReturn:
        """Draw all of it, in a process that does nothing else."""
        self._slots.acquire()
        while self._wanted:
            try:
                with self._segment:
                    play_segments(self._performance(), self._jobs[-1].quality, self._before_segment)
                break
            except _AllDrawn:
                break
            except BaseException as error:
                # Where it was the fault of one part, a stage that begins again may reach the others.
                failed = [self._drawing] if self._drawing else []
                if not self._drawing or isinstance(error, OutsideError):
                    failed += self._wanted.values()
                    self._wanted.clear()
                for job in failed:
                    self._news.tell_fault(job, error)
                self._drawing = None
        self._slots.release()
        self._wait()
        os._exit(0)

    def _performance(self) -> Performance:
        """The chapter up to the last of the tasks, with those beats drawn of which parts are wanted."""
        performance = self._jobs[-1].performance()
        beats = {beat.number: beat for beat in performance.chapter.beats}
        beats |= {number: job.beat for (number, _), job in self._wanted.items()}
        chapter = replace(performance.chapter, beats=tuple(beats.values()))
        return replace(performance, chapter=chapter, drawn={number for number, _ in self._wanted})

    def _before_segment(self, beat: TimedBeat, first: int) -> TakeFrame | None:
        job = self._wanted.pop((beat.number, first), None)
        if job is None:
            return None
        self._segment.close()  # that of the part before
        if self._wanted and self._slots.acquire(block=False):
            child = os.fork()
            if child:
                self._children[child] = job
                return None
            self._children.clear()
            self._wanted.clear()
        self._drawing = job
        return self._segment.enter_context(SegmentWriter(job, self._cache, partial(self._drawn, job))).take

    def _drawn(self, job: RenderJob, frames: int) -> None:
        is_done = frames == job.frames
        if is_done or frames % TELL_EVERY == 0:
            self._news.tell(job, frames=frames, is_done=is_done)
        if is_done:
            self._drawing = None
            if not self._wanted:
                raise _AllDrawn

    def _wait(self) -> None:
        for child, job in self._children.items():
            _, status = os.waitpid(child, 0)
            if os.WIFSIGNALED(status):
                self._slots.release()
                fault = f"the process that drew beat {job.number} of chapter {job.chapter!r} was ended"
                self._news.tell_fault(job, OutsideError(f"{fault} by signal {os.WTERMSIG(status)}"))


class _AllDrawn(BaseException):
    """Ends a chapter of which nothing more is wanted."""
