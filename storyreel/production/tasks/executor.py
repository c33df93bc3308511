"""What is asked of an executor, and of tasks given to one; those of `concurrent.futures` and Dask have it."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import CancelledError
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Protocol, Self, TypeVar

from storyreel.core.errors import OutsideError, StoryreelError

AT_ONCE = 2048
"""Tasks that an executor is given at once: several for each of hundreds of workers; some 50 MB of data."""

LOST = 20
"""How often a task is given again because workers died on which it was."""


class FutureAnswer(Protocol):
    """The answer to a task when there is one; a `Future` of `concurrent.futures` or of Dask."""

    def add_done_callback(self, fn: Callable[[Any], None], /) -> Any:
        """Call `fn`, in any thread, when there is an answer or will be none."""

    def result(self) -> Any:
        """The answer; raises what kept the worker from giving one."""

    def cancel(self) -> Any:
        """Do not begin the task, if it has not begun."""


class Executor(Protocol):
    """An `Executor` of `concurrent.futures`, or a client of Dask."""

    def submit(self, fn: Callable[..., Any], /, *args: Any) -> FutureAnswer:
        """Have a worker call `fn`."""


@dataclass(frozen=True, eq=False)
class Task:
    """What a worker is to do, as `data`, and the files that it may ask for, by digests of their content."""

    data: bytes
    files: Mapping[str, Path] = field(default_factory=dict)


@dataclass(frozen=True)
class MissingFiles:
    """The answer of a worker that does not have some of the files of its task: their digests."""

    digests: tuple[str, ...]


@dataclass(frozen=True)
class Refused:
    """The answer of a worker that would not do the same as this process: the line that says who, and why."""

    line: str


@dataclass(frozen=True)
class Content:
    """The content of a file on its way from a worker, with its digest."""

    data: bytes
    digest: str

    @classmethod
    def of(cls, data: bytes) -> Self:
        """A content as it is sent."""
        return cls(data, hashlib.sha256(data).hexdigest())

    def checked(self) -> bytes:
        """The content as it was sent. Raises OutsideError if it was damaged."""
        if hashlib.sha256(self.data).hexdigest() != self.digest:
            raise OutsideError("what a worker sent was damaged on its way; render again")
        return self.data


Function = Callable[[bytes, Mapping[str, bytes]], Any]
"""Does a task, given its data and the contents of files by digest; may answer `MissingFiles`."""
Frames = Mapping[str, int]
"""The number of frames drawn so far of segments, by their names."""
Given = TypeVar("Given", bound=Task)


class Answers:
    """The answers of an `executor` to tasks, as it gives them."""

    def __init__(self, executor: Executor, function: Function) -> None:
        self._executor = executor
        self._function = function
        self._news: SimpleQueue[tuple[Any, FutureAnswer] | Frames | BaseException] = SimpleQueue()
        self._pending: set[FutureAnswer] = set()
        self._lost: Counter[Task] = Counter()
        self._fetched: FutureAnswer | None = None
        self._ended: BaseException | None = None

    def to(
        self, tasks: Iterable[Given], heard: Callable[[Frames], None] = lambda _: None
    ) -> Iterator[tuple[Given, Any]]:
        """Each of the tasks, of which not all need be in memory at once, with its answer.

        `heard` is called, in between, with what `hear` is told. When the iteration ends early, what has not
        begun is cancelled. Raises OutsideError if the executor or one of its workers fails, the error of
        `stop` after that.
        """
        coming = iter(tasks)
        try:
            for task in islice(coming, AT_ONCE):
                self._submit(task, ())
            while self._pending:
                news = self._news.get()
                if isinstance(news, BaseException):
                    raise news
                if isinstance(news, Mapping):
                    heard(news)
                    continue
                task, future = news
                self._pending.discard(future)
                try:
                    answer = self._fetch(future)
                except OutsideError as error:
                    if not self._given_again(task, future, error.__cause__):
                        raise
                    continue
                if isinstance(answer, MissingFiles):
                    self._submit(task, answer.digests)
                    continue
                for following in islice(coming, 1):
                    self._submit(following, ())
                yield task, answer
        finally:
            for future in self._pending:
                with suppress(Exception):  # of a connection that is lost
                    future.cancel()

    def hear(self, frames: Frames) -> None:
        """Tell the iteration, which may be in another thread, of frames that a worker has drawn."""
        self._news.put(frames)

    def stop(self, error: BaseException | None = None) -> None:
        """End the iteration, which may be in another thread, with an error, or else CancelledError."""
        self._ended = error or CancelledError()
        self._news.put(self._ended)
        if fetched := self._fetched:  # of a worker that has died meanwhile it may never come
            with suppress(Exception):
                fetched.cancel()

    def _fetch(self, future: FutureAnswer) -> Any:
        self._fetched = future
        try:
            return _answer(future)
        except OutsideError as error:
            raise self._ended or error from error.__cause__
        finally:
            self._fetched = None

    def _submit(self, task: Task, digests: Iterable[str]) -> None:
        files = {digest: task.files[digest].read_bytes() for digest in digests}
        try:
            future = self._executor.submit(self._function, task.data, files)
        except Exception as error:
            raise _failure(error) from error
        self._await(task, future)

    def _await(self, task: Task, future: FutureAnswer) -> None:
        self._pending.add(future)
        future.add_done_callback(partial(self._put, task))

    def _given_again(self, task: Task, future: Any, error: BaseException | None) -> bool:
        """Have Dask give a task again that it has given up, because it has been on workers that died.

        Most of these tasks were only waiting there.
        """
        self._lost[task] += 1
        if type(error).__name__ != "KilledWorker" or self._lost[task] > LOST:
            return False
        future.retry()
        self._await(task, future)
        return True

    def _put(self, task: Task, future: FutureAnswer) -> None:
        self._news.put((task, future))


def _answer(future: FutureAnswer) -> Any:
    try:
        return future.result()
    except StoryreelError:
        raise
    except (Exception, CancelledError) as error:  # Dask's CancelledError is not an Exception everywhere
        raise _failure(error) from error


def _failure(error: BaseException) -> OutsideError:
    """The error of an executor, which may be anything, in one line."""
    said = f"{type(error).__name__}: {error}".strip(": ")
    return OutsideError(f"the executor failed; what is drawn so far is kept: {said}")
