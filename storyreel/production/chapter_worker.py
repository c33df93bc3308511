"""The process that draws the segments of a chapter, and forks others for some while cores are idle."""

import os
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from typing import NoReturn

from storyreel.core.errors import OutsideError
from storyreel.core.frame import TakeFrame
from storyreel.production.render_job import RenderJob
from storyreel.production.segment_writer import SegmentWriter
from storyreel.production.worker_messages import WorkerMessages
from storyreel.production.worker_slots import WorkerSlots
from storyreel.rendering.play import play_segments
from storyreel.timing.beats import TimedBeat
from storyreel.timing.performance import Performance
from storyreel.video.segment_cache import SegmentCache

FRAMES_PER_MESSAGE = 10


class ChapterWorker:
    """Draws `jobs` of one chapter, in their order, into a cache, and reports progress and faults.

    All workers share `slots`, one for each process that may work at a time. If a slot is free when a segment
    starts, a process is forked there to draw it, which has all that is on stage at that moment.
    """

    def __init__(
        self, jobs: Sequence[RenderJob], cache: SegmentCache, slots: WorkerSlots, messages: WorkerMessages
    ) -> None:
        self._jobs = jobs
        self._cache = cache
        self._slots = slots
        self._messages = messages
        self._pending = {(job.number, job.first): job for job in jobs}
        self._children: dict[int, RenderJob] = {}
        self._writer = ExitStack()  # of the segment that this process draws
        self._drawing: RenderJob | None = None

    def run(self) -> NoReturn:
        """Draw all jobs and end the process."""
        self._slots.acquire()
        while self._pending:
            try:
                with self._writer:
                    play_segments(self._performance(), self._jobs[-1].quality, self._before_segment)
                break
            except _AllDrawnError:
                break
            except BaseException as error:
                # If one segment failed, the others may succeed when the chapter is played again without it.
                failed = [self._drawing] if self._drawing else []
                if not self._drawing or isinstance(error, OutsideError):
                    failed += self._pending.values()
                    self._pending.clear()
                for job in failed:
                    self._messages.send_fault(job, error)
                self._drawing = None
        self._slots.release()
        self._wait_for_children()
        os._exit(0)

    def _performance(self) -> Performance:
        """The chapter up to the last job, with only those beats drawn that have pending segments."""
        performance = self._jobs[-1].performance()
        beats = {beat.number: beat for beat in performance.chapter.beats}
        beats |= {number: job.beat for (number, _), job in self._pending.items()}
        chapter = replace(performance.chapter, beats=tuple(beats.values()))
        return replace(performance, chapter=chapter, drawn={number for number, _ in self._pending})

    def _before_segment(self, beat: TimedBeat, first: int) -> TakeFrame | None:
        job = self._pending.pop((beat.number, first), None)
        if job is None:
            return None
        self._writer.close()  # of the segment before
        if self._pending and self._slots.is_free():
            child = self._fork()
            if child:
                self._children[child] = job
                return None
        self._drawing = job
        writer = SegmentWriter(job, self._cache, partial(self._frames_drawn, job))
        return self._writer.enter_context(writer).take

    def _fork(self) -> int | None:
        """Fork a process that draws one segment, with a slot of its own; returns its number, 0 in itself.

        Returns None if the slot that was free had gone to another process before this one could take it.
        """
        answer, told = os.pipe()
        child = os.fork()
        if not child:
            if not self._slots.try_acquire():
                os._exit(0)
            os.write(told, b"!")
            self._children.clear()
            self._pending.clear()
        os.close(told)
        has_slot = not child or os.read(answer, 1)
        os.close(answer)
        if has_slot:
            return child
        os.waitpid(child, 0)
        return None

    def _frames_drawn(self, job: RenderJob, frames: int) -> None:
        is_done = frames == job.frames
        if is_done or frames % FRAMES_PER_MESSAGE == 0:
            self._messages.send(job, frames=frames, is_done=is_done)
        if is_done:
            self._drawing = None
            if not self._pending:
                raise _AllDrawnError

    def _wait_for_children(self) -> None:
        for child, job in self._children.items():
            _, status = os.waitpid(child, 0)
            if os.WIFSIGNALED(status):
                fault = f"the process that drew beat {job.number} of chapter {job.chapter!r} was ended"
                self._messages.send_fault(job, OutsideError(f"{fault} by signal {os.WTERMSIG(status)}"))


class _AllDrawnError(BaseException):
    """Ends the play of a chapter when no job is pending."""
