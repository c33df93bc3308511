"""Has an executor draw and speak: tasks go out, and what comes back goes into the caches."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from itertools import groupby
from types import TracebackType
from typing import TYPE_CHECKING, Self

from storyreel.core.cache_folder import speech_cache
from storyreel.core.errors import OutsideError
from storyreel.core.progress import Progress
from storyreel.production.pool import JobsOf, Outcome, Pool, SegmentProgress
from storyreel.production.tasks.dask_workers import DaskWorkers, is_dask_client
from storyreel.production.tasks.draw_task import DrawTask, draw_tasks
from storyreel.production.tasks.draw_worker import draw
from storyreel.production.tasks.environment import environment
from storyreel.production.tasks.executor import Answers, Executor, Frames, Function, Refused
from storyreel.production.tasks.speech_task import speech_tasks, spoken
from storyreel.production.tasks.told_frames import frames_heard
from storyreel.speech.cache import SpeechCache
from storyreel.speech.cast import Cast
from storyreel.speech.script import Script

if TYPE_CHECKING:
    from storyreel.video.segment import VideoSegment
    from storyreel.video.segment_cache import SegmentCache


class ExecutorPool(Pool):
    """Draws and speaks with the workers of an `executor`, which is not shut down when the context ends."""

    lessons_at_once = 16

    def __init__(self, executor: Executor) -> None:
        super().__init__()
        self._executor = executor
        self._place = ""
        self._links = ExitStack()
        self._asked: list[Answers] = []
        self._failure: OutsideError | None = None
        environment.cache_clear()  # the code may have changed; then the workers have to be new, too

    def __enter__(self) -> Self:
        """Look at the workers, if they are Dask's, and begin to hear from them."""
        if is_dask_client(self._executor):
            dask = self._links.enter_context(DaskWorkers(self._executor, self._hear, self._fail))
            self._executor, self._place = dask, dask.place
        else:
            self._place = self._links.enter_context(frames_heard(self._hear))
        return self

    def speak(self, script: Script, cast: Cast, progress: Progress) -> None:
        """Have the executor speak what is not in the speech cache, if its workers have the voice.

        What they cannot speak as this process does is left to it. Raises OutsideError if the executor fails.
        """
        cache = SpeechCache(speech_cache())
        tasks = list(speech_tasks(script, cast, cache))
        refused: set[str] = set()
        with self._answers(spoken) as answers:
            for done, (task, clip) in enumerate(answers.to(tasks), 1):
                if isinstance(clip, Refused):
                    refused.add(clip.line)
                elif clip is not None:
                    cache.write(task.name, clip.checked())
                progress("voice", done, len(tasks))
        for line in sorted(refused):
            print(f"storyreel: refused to speak: {line}", file=sys.stderr)

    def draw(
        self,
        segments: "Sequence[VideoSegment]",
        jobs_of: JobsOf,
        cache: "SegmentCache",
        drawn: SegmentProgress,
    ) -> None:
        """Draw `segments` into `cache`, as every pool does."""
        by_name = {segment.name: segment for segment in segments}
        told = dict.fromkeys(by_name, 0)
        outcome = Outcome(segments)

        def heard(frames: Frames) -> None:
            for name, count in frames.items():
                if count > told.get(name, count):  # a segment of another lesson, or begun again
                    told[name] = count
                    drawn(by_name[name], count, False)

        with self._answers(partial(draw, place=self._place)) as answers:
            for task, answer in answers.to(_tasks(segments, jobs_of), heard):
                for its in answer.segments:
                    its.write(cache)
                    outcome.done(its.name)
                    told[its.name] = by_name[its.name].frames
                    drawn(by_name[its.name], by_name[its.name].frames, True)
                for place, message in answer.problems:
                    outcome.fault(task.names[0], message, place)
                if answer.fault is not None:
                    outcome.fault(task.names[0], answer.fault)
        outcome.require_all()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        super().__exit__(kind, error, trace)
        self._links.close()

    @contextmanager
    def _answers(self, function: Function) -> Iterator[Answers]:
        """Answers of the executor; as long as the context lasts, it is told what the workers tell."""
        answers = Answers(self._executor, function)
        self._asked.append(answers)
        self.at_end(answers.stop)
        if self._failure:
            answers.stop(self._failure)
        try:
            yield answers
        finally:
            self._asked.remove(answers)

    def _hear(self, frames: Frames) -> None:
        for answers in tuple(self._asked):
            answers.hear(frames)

    def _fail(self, error: OutsideError) -> None:
        self._failure = error
        for answers in tuple(self._asked):
            answers.stop(error)


def _tasks(segments: "Sequence[VideoSegment]", jobs_of: JobsOf) -> Iterator[DrawTask]:
    for chapter, its in groupby(segments, key=lambda segment: segment.chapter):
        names = {segment.name for segment in its}
        yield from draw_tasks(job for job in jobs_of(chapter) if job.name in names)
