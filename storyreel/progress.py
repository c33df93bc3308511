"""How far long work has come: a bar with the time left on a terminal, plain lines elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

Progress = Callable[[str, int, int], None]
"""Called as `progress(step, done, total)`: what is being done, how many pieces are done, and of how many."""


@contextmanager
def progress_on(stream: TextIO) -> Iterator[Progress]:
    """What shows progress on `stream`, for as long as the context lasts.

    A terminal gets one bar a step, with the time left. Anything else gets a line when a step begins, and
    then one at most for each tenth of it.
    """
    if not stream.isatty():
        yield _lines_on(stream)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    columns = TextColumn("{task.description:<12}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Bars(*columns, console=Console(file=stream)) as bars:
        tasks: dict[str, TaskID] = {}

        def show(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(step, total=total)
            bars.update(tasks[step], completed=done, total=total)

        yield show


def _lines_on(stream: TextIO) -> Progress:
    written: dict[str, int] = {}

    def show(step: str, done: int, total: int) -> None:
        tenth = 10 * done // max(total, 1)
        if tenth > written.get(step, -1):
            written[step] = tenth
            print(f"{step}: {done} of {total}", file=stream, flush=True)

    return show
