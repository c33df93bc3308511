"""Has an executor draw segments: the tasks go out, and their segments come back into the cache."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from storyreel.production.pool import JobsOf, Outcome, Pool, SegmentProgress
from storyreel.production.tasks.draw_task import DrawTask, draw_tasks
from storyreel.production.tasks.draw_worker import draw
from storyreel.production.tasks.executor import Answers, Executor

if TYPE_CHECKING:
    from storyreel.video.segment import VideoSegment
    from storyreel.video.segment_cache import SegmentCache


class ExecutorPool(Pool):
    """Draws with the workers of an `executor`, which stays as it is when the context ends."""

    lessons_at_once = 16

    def __init__(self, executor: Executor) -> None:
        super().__init__()
        self._executor = executor

    def draw(
        self,
        segments: "Sequence[VideoSegment]",
        jobs_of: JobsOf,
        cache: "SegmentCache",
        drawn: SegmentProgress,
    ) -> None:
        """Draw `segments` into `cache`, as every pool does; `drawn` is called for whole segments only."""
        by_name = {segment.name: segment for segment in segments}
        outcome = Outcome(segments)
        answers = Answers(self._executor, draw)
        self.at_end(answers.stop)
        for task, answer in answers.to(_tasks(segments, jobs_of)):
            for its in answer.segments:
                its.write(cache)
                outcome.done(its.name)
                drawn(by_name[its.name], by_name[its.name].frames, True)
            for place, message in answer.problems:
                outcome.fault(task.names[0], message, place)
            if answer.fault is not None:
                outcome.fault(task.names[0], answer.fault)
        outcome.require_all()


def _tasks(segments: "Sequence[VideoSegment]", jobs_of: JobsOf) -> Iterator[DrawTask]:
    for chapter, its in groupby(segments, key=lambda segment: segment.chapter):
        names = {segment.name for segment in its}
        yield from draw_tasks(job for job in jobs_of(chapter) if job.name in names)
