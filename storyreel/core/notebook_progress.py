"""How far long work has come, as a bar in the output of a notebook's cell."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from storyreel.core.progress import Progress

SECONDS_BETWEEN_UPDATES = 0.2


def in_notebook() -> bool:
    """True in a kernel of Jupyter, whose cells can show HTML; false in a terminal, IPython's included."""
    ipython = sys.modules.get("IPython")
    return ipython is not None and hasattr(ipython.get_ipython(), "kernel")


@contextmanager
def notebook_progress(clock: Callable[[], float] = time.monotonic) -> "Iterator[Progress]":
    """What shows progress below the cell that runs; the bar goes when the context ends.

    `clock` tells the time in seconds.
    """
    from IPython import display

    ipython: Any = display  # which is not typed throughout
    bar = ipython.DisplayHandle()
    bar.display(_content(""), raw=True)
    updated = -SECONDS_BETWEEN_UPDATES

    def show(step: str, done: int, total: int, piece: str = "") -> None:
        nonlocal updated
        if done < total and clock() - updated < SECONDS_BETWEEN_UPDATES:
            return
        updated = clock()
        text = f"{step}: {done} of {total}{', ' if piece else ''}{piece}"
        bar.update(_content(text, f'<progress value="{done}" max="{total}"></progress> '), raw=True)

    try:
        yield show
    finally:
        bar.update(_content(""), raw=True)


def _content(text: str, before: str = "") -> dict[str, str]:
    """A text with HTML before it, where HTML can be shown, as kinds of content."""
    return {"text/plain": text, "text/html": f"{before}{escape(text)}"}
