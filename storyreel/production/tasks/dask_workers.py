"""The workers of a Dask cluster: those with other versions are refused, and the others get the tasks.

A worker that fits declares a resource, in Dask's sense of the word, that is named by a digest of the
versions; all tasks ask for it. So the scheduler gives them to no other worker, and clients with other
versions may use the same cluster.
"""

import hashlib
import json
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from threading import Event
from types import TracebackType
from typing import Any, Self

from storyreel.core.errors import OutsideError
from storyreel.production.tasks.environment import REMEDY, difference, environment
from storyreel.production.tasks.executor import Frames, FutureAnswer
from storyreel.production.tasks.told_frames import TOPIC

PATIENCE = 10.0
"""Seconds for which there may be only workers that do not fit: others may be starting."""
MEMBERSHIP = "all"
"""The topic of Dask in which it tells of workers that come and go."""


def is_dask_client(executor: object) -> bool:
    """True for a client of Dask, which nobody can have without having imported Dask."""
    dask: Any = sys.modules.get("distributed")
    return dask is not None and isinstance(executor, dask.Client)


class DaskWorkers:
    """An executor, as a context manager: the workers of a Dask `client` that fit, also those that join later.

    `heard` is called with the frames that workers tell of, `ended` with an OutsideError when no worker is
    left that fits; both in another thread.
    """

    place = TOPIC

    def __init__(
        self, client: Any, heard: Callable[[Frames], None], ended: Callable[[OutsideError], None]
    ) -> None:
        self._client = client
        self._heard = heard
        self._ended = ended
        self._wanted = environment()
        digest = hashlib.sha256(json.dumps(self._wanted, sort_keys=True).encode()).hexdigest()
        self._resource = f"{TOPIC}-{digest[:12]}"
        self._unchecked: set[str] = set()
        self._fitting: set[str] = set()
        self._refused: dict[str, str] = {}
        self._checked_once = Event()

    def __enter__(self) -> Self:
        """Check the workers that there are, which takes a second, or longer if one of them hangs."""
        self._client.subscribe_topic(TOPIC, lambda event: self._heard(event[1]))
        self._client.subscribe_topic(MEMBERSHIP, self._member)
        self._client.loop.add_callback(self._check_new)
        self._checked_once.wait(PATIENCE)
        return self

    def submit(self, fn: Callable[..., Any], /, *args: Any) -> FutureAnswer:
        """Have a worker that fits call `fn`, now or when there is one."""
        future: FutureAnswer = self._client.submit(fn, *args, resources={self._resource: 1})
        return future

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended = lambda _: None
        for topic in (TOPIC, MEMBERSHIP):
            self._client.unsubscribe_topic(topic)

    def _member(self, event: tuple[float, Mapping[str, Any]]) -> None:
        """A worker has come or gone."""
        action, worker = event[1]["action"], event[1].get("worker")
        if action == "add-worker":
            self._client.loop.add_callback(self._check_new)
        elif action == "remove-worker":
            self._forget(str(worker))
            self._expect_one()

    async def _check_new(self) -> None:
        """Have all workers that are not known yet declare themselves, if they fit."""
        known = {*self._unchecked, *self._fitting, *self._refused}
        with suppress(OSError):  # when the render has ended, its client may be closed
            there = (await self._client.scheduler.identity(n_workers=-1))["workers"]
            if new := set(there) - known:
                self._unchecked |= new
                answers = await self._client.run(
                    _declare, self._wanted, self._resource, workers=list(new), on_error="return"
                )
                for worker in new:
                    self._checked(worker, answers.get(worker, OSError()))
                self._expect_one()
        self._checked_once.set()

    def _checked(self, worker: str, answer: str | Exception | None) -> None:
        """A worker has declared itself (None), said why it does not fit, or could not do that."""
        if worker not in self._unchecked:  # it has gone
            return
        self._unchecked.discard(worker)
        if answer is None:
            self._fitting.add(worker)
        elif not isinstance(answer, OSError):  # which its connection has when it goes
            line = (
                answer if isinstance(answer, str) else f"the worker {worker} cannot load storyreel: {answer}"
            )
            self._refused[worker] = line
            print(f"storyreel: refused: {line}", file=sys.stderr)

    def _forget(self, worker: str) -> None:
        self._unchecked.discard(worker)
        self._fitting.discard(worker)
        self._refused.pop(worker, None)

    def _expect_one(self) -> None:
        """End, after a while, if there are only workers that do not fit."""
        if self._none_fits:
            self._client.loop.call_later(PATIENCE, self._end_if_none_fits)

    @property
    def _none_fits(self) -> bool:
        return bool(self._refused) and not self._fitting and not self._unchecked

    def _end_if_none_fits(self) -> None:
        if self._none_fits:
            lines = "; ".join(self._refused.values())
            error = OutsideError(f"no worker is left that fits: {lines}; {REMEDY}")
            self._client.loop.run_in_executor(None, self._ended, error)  # it may wait for this loop


async def _declare(wanted: Mapping[str, str], resource: str, dask_worker: Any = None) -> str | None:
    """Have this worker offer `resource`, once for each of its threads; or say why it does not fit."""
    if line := difference(wanted):
        return line
    await dask_worker.set_resources(**{resource: dask_worker.state.nthreads})
    running = dask_worker.status
    if running.name == "running":
        # Dask looks at tasks that no worker could do only when a worker begins to run.
        dask_worker.status = type(running).paused
        dask_worker.status = running
    return None
