"""Progress of long work: a bar on a terminal and in a notebook, plain lines elsewhere."""

import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from threading import Lock
from typing import Protocol, TextIO

from storyreel.core import time_format
from storyreel.core.notebook_progress import in_notebook, notebook_progress


class Progress(Protocol):
    """A function to which long work reports its progress."""

    def __call__(self, step: str, done: int, total: int, piece: str = "") -> None:
        """Report that `done` of `total` pieces of a `step` are done; `piece` names the one just finished."""


class JointProgress:
    """The progress of several lessons as that of one: for each step the sums of what each has told."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._told: dict[str, dict[int, tuple[int, int]]] = {}
        self._lessons = 0
        self._lock = Lock()  # lessons are made in threads
        self._stopped = False

    def of_another(self, name: str = "") -> Progress:
        """The progress of one more lesson, which has a `name` where there are several."""
        self._lessons += 1
        return partial(self._tell, self._lessons, f"{name} " if name else "")

    def stop(self) -> None:
        """End the work that still tells of its progress: it is answered with CancelledError."""
        self._stopped = True

    def _tell(self, lesson: int, name: str, step: str, done: int, total: int, piece: str = "") -> None:
        if self._stopped:
            raise CancelledError
        with self._lock:
            told = self._told.setdefault(step, {})
            told[lesson] = (done, total)
            done, total = (sum(numbers) for numbers in zip(*told.values(), strict=True))
            self._progress(step, done, total, f"{name}{piece}" if piece else "")


def no_progress(step: str, done: int, total: int, piece: str = "") -> None:
    """Show nothing."""


def shown_progress(progress: Progress | bool) -> AbstractContextManager[Progress]:
    """What shows progress for as long as the context lasts.

    That is `progress` itself, or nothing (False), or what suits the place (True): a bar in a notebook, else
    what `progress_on` gives standard error.
    """
    if not isinstance(progress, bool):
        return nullcontext(progress)
    if not progress:
        return nullcontext(no_progress)
    return notebook_progress() if in_notebook() else progress_on(sys.stderr)


@contextmanager
def progress_on(stream: TextIO, clock: Callable[[], float] = time.monotonic) -> Iterator[Progress]:
    """Yield a function that shows progress on `stream`; `clock` gives the time in seconds.

    A terminal gets one bar for each step, with the time left. Anything else gets a line for each named piece;
    without names, a line at the start of a step and after each tenth of it.
    """
    if not stream.isatty():
        yield _lines_on(stream, clock)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    columns = (
        TextColumn("{task.description:<12}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[piece]}"),
    )
    with Bars(*columns, console=Console(file=stream)) as bars:
        tasks: dict[str, TaskID] = {}

        def show(step: str, done: int, total: int, piece: str = "") -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(step, total=total, piece="")
            bars.update(tasks[step], completed=done, total=total)
            if piece:
                bars.update(tasks[step], piece=piece)

        yield show


def _lines_on(stream: TextIO, clock: Callable[[], float]) -> Progress:
    last_tenth: dict[str, int] = {}
    started: dict[str, float] = {}

    def show(step: str, done: int, total: int, piece: str = "") -> None:
        tenth = 10 * done // max(total, 1)
        start = started.setdefault(step, clock())
        if not piece and tenth <= last_tenth.get(step, -1):
            return
        last_tenth[step] = tenth
        line = f"{step}: {done} of {total}"
        if piece:
            left = (clock() - start) * (total - done) / max(done, 1)
            line += f", {piece}, {time_format.clock(left)} left"
        print(line, file=stream, flush=True)

    return show
