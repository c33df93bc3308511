"""Has an executor draw and speak: tasks go out, and what comes back goes into the caches."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from storyreel.core.cache_folder import speech_cache
from storyreel.core.progress import Progress
from storyreel.production.pool import JobsOf, Outcome, Pool, SegmentProgress
from storyreel.production.tasks.draw_task import DrawTask, draw_tasks
from storyreel.production.tasks.draw_worker import draw
from storyreel.production.tasks.environment import environment
from storyreel.production.tasks.executor import Answers, Executor, Function
from storyreel.production.tasks.speech_task import speech_tasks, spoken
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
        environment.cache_clear()  # the code may have changed; then the workers have to be new, too

    def speak(self, script: Script, cast: Cast, progress: Progress) -> None:
        """Have the executor speak what is not in the speech cache, if its workers have the voice.

        Raises OutsideError if the executor fails, or if a worker has another version of a voice.
        """
        cache = SpeechCache(speech_cache())
        tasks = list(speech_tasks(script, cast, cache))
        for done, (task, clip) in enumerate(self._answers(spoken).to(tasks), 1):
            if clip is not None:
                cache.write(task.name, clip.checked())
            progress("voice", done, len(tasks))

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
        for task, answer in self._answers(draw).to(_tasks(segments, jobs_of)):
            for its in answer.segments:
                its.write(cache)
                outcome.done(its.name)
                drawn(by_name[its.name], by_name[its.name].frames, True)
            for place, message in answer.problems:
                outcome.fault(task.names[0], message, place)
            if answer.fault is not None:
                outcome.fault(task.names[0], answer.fault)
        outcome.require_all()

    def _answers(self, function: Function) -> Answers:
        answers = Answers(self._executor, function)
        self.at_end(answers.stop)
        return answers


def _tasks(segments: "Sequence[VideoSegment]", jobs_of: JobsOf) -> Iterator[DrawTask]:
    for chapter, its in groupby(segments, key=lambda segment: segment.chapter):
        names = {segment.name for segment in its}
        yield from draw_tasks(job for job in jobs_of(chapter) if job.name in names)
