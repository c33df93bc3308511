"""How workers tell of the frames that they draw, before they answer; what is lost on its way costs nothing.

On Dask it is an event of a topic, which the scheduler passes on. Any other executor's workers write to a
socket in a folder of this machine: from another machine nothing comes, and progress is then that of whole
tasks.
"""

import json
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any

from storyreel.production.tasks.executor import Frames

TOPIC = "storyreel"
"""The place of which Dask tells; it is the same for all, so that equal tasks have equal keys."""
PAUSE = 0.5
"""Seconds between two messages of a worker: hundreds of workers must not keep a scheduler busy."""


class FrameTeller:
    """Tells of frames at a `place`: the topic, or the path of a socket."""

    def __init__(self, place: str) -> None:
        self._place = place
        self._untold: dict[str, int] = {}
        self._last = time.monotonic()

    def drawn(self, segment: str, frames: int) -> None:
        """So many frames of a segment are drawn; it is told now, or with what comes later."""
        self._untold[segment] = frames
        if self._place and time.monotonic() - self._last >= PAUSE:
            self._last = time.monotonic()
            with suppress(Exception):  # whoever asked may be gone, or busy
                self._tell(self._untold)
            self._untold = {}

    def _tell(self, frames: Frames) -> None:
        if self._place == TOPIC:
            dask: Any = sys.modules["distributed"]
            dask.get_worker().log_event(TOPIC, dict(frames))
            return
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.setblocking(False)
            sender.sendto(json.dumps(frames).encode(), self._place)


@contextmanager
def frames_heard(heard: Callable[[Frames], None]) -> Iterator[str]:
    """A place to tell of frames, of which `heard` is called in another thread; "" if there cannot be one."""
    with TemporaryDirectory(prefix="storyreel-") as folder:
        path = str(Path(folder) / "frames")
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
            try:
                listener.bind(path)
            except OSError:  # such as a path that is too long
                yield ""
                return
            thread = Thread(target=_hear, args=(listener, heard), daemon=True)
            thread.start()
            try:
                yield path
            finally:
                with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as own:
                    own.sendto(b"", path)
                thread.join()


def _hear(listener: socket.socket, heard: Callable[[Frames], None]) -> None:
    while message := listener.recv(1 << 16):
        with suppress(ValueError):  # of whatever else writes there
            heard(json.loads(message))
