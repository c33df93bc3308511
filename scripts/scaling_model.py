"""How long a course takes on a cluster: a simulation of what `storyreel render --on` does.

One process, the client, reads each storyboard, speaks it and lays it out in time, takes what comes back and
joins the films; of its Python only one thread runs at a time. A scheduler hands tasks to workers, one after
the other; all that moves goes through one link. A worker does one task at a time, and takes a while to start.
The lengths of tasks, and what the client takes, are measured; some tasks take several times as long, as on
machines that others use, too.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import simpy

from storyreel.production.tasks.executor_pool import ExecutorPool

Events = Iterator[simpy.Event]


@dataclass(frozen=True)
class Task:
    """What a worker took for a task, and the bytes that were sent to it and came back.

    `seconds` are those on the clock, `processor` those of its processor: what a core of its own would take.
    """

    kind: str  # "spoken" or "draw"
    seconds: float
    processor: float
    sent: int
    received: int


@dataclass(frozen=True)
class Lesson:
    """The tasks of a lesson; the client's processor time in seconds before the first is drawn, and after."""

    name: str
    tasks: tuple[Task, ...]
    before: float
    after: float

    def of(self, kind: str) -> list[Task]:
        """The tasks of a kind."""
        return [task for task in self.tasks if task.kind == kind]


@dataclass(frozen=True)
class Cluster:
    """What is assumed of a cluster besides its workers: seconds, and bytes a second."""

    scheduling: float = 0.001  # of the scheduler for a task; the most that Dask names
    bandwidth: float = 100e6  # of the link to the client, as gigabit Ethernet has
    latency: float = 0.005  # from one process to another and back
    start: float = 3.0  # until a new worker has loaded what it draws with
    client_start: float = 0.0  # of the client's processor, once for all lessons
    stragglers: float = 0.01  # the share of tasks that take longer, and how many times as long
    slowness: float = 5.0


@dataclass(frozen=True)
class Prediction:
    """The seconds that a course takes; for which part of them the client is busy, and a worker on average."""

    seconds: float
    client: float
    workers: float


class Course:
    """Lessons that are rendered in one go by so many workers."""

    def __init__(self, lessons: Sequence[Lesson], workers: int, cluster: Cluster, seed: int = 0) -> None:
        self._lessons = lessons
        self._cluster = cluster
        self._chance = random.Random(seed)
        self._clock = simpy.Environment()
        self._client = simpy.PriorityResource(self._clock)
        self._scheduler = simpy.Resource(self._clock)
        self._link = simpy.Resource(self._clock)
        self._workers = simpy.Resource(self._clock, workers)
        self._room = simpy.Resource(self._clock, ExecutorPool.lessons_at_once)
        self._unstarted = workers
        self._client_seconds = self._worker_seconds = 0.0

    def prediction(self) -> Prediction:
        """How long it takes."""
        self._clock.process(self._on_client(self._cluster.client_start, 0))
        for lesson in self._lessons:
            self._clock.process(self._made(lesson))
        self._clock.run()
        seconds, workers = self._clock.now, self._workers.capacity
        return Prediction(seconds, self._client_seconds / seconds, self._worker_seconds / seconds / workers)

    def _made(self, lesson: Lesson) -> Events:
        after_each = lesson.after / (len(lesson.tasks) + 1)
        with self._room.request() as room:
            yield room
            for kind in ("spoken", "draw"):
                # To read, and to lay out in time.
                yield self._clock.process(self._on_client(lesson.before / 2, 1))
                tasks = [self._clock.process(self._done(task, after_each)) for task in lesson.of(kind)]
                yield self._clock.all_of(tasks)
            yield self._clock.process(self._on_client(after_each, 0))

    def _on_client(self, seconds: float, priority: int) -> Events:
        with self._client.request(priority) as turn:
            yield turn
            self._client_seconds += seconds
            yield self._clock.timeout(seconds)

    def _done(self, task: Task, after: float) -> Events:
        with self._workers.request() as worker:
            yield worker
            yield self._clock.process(self._in_turn(self._scheduler, self._cluster.scheduling))
            yield self._clock.process(self._in_turn(self._link, task.sent / self._cluster.bandwidth))
            seconds = self._seconds(task)
            self._worker_seconds += seconds
            yield self._clock.timeout(self._cluster.latency + seconds)
        yield self._clock.process(self._in_turn(self._link, task.received / self._cluster.bandwidth))
        yield self._clock.process(self._on_client(after, 0))

    def _in_turn(self, resource: simpy.Resource, seconds: float) -> Events:
        with resource.request() as turn:
            yield turn
            yield self._clock.timeout(seconds)

    def _seconds(self, task: Task) -> float:
        """Those that a worker takes for a task, in which it may have to start, or be slow."""
        slow = self._chance.random() < self._cluster.stragglers
        seconds = task.seconds * (self._cluster.slowness if slow else 1)
        if self._unstarted:
            self._unstarted -= 1
            seconds += self._cluster.start
        return seconds
