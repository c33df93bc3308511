"""A limit on the number of processes that work at a time."""

import fcntl
import os
import time
from tempfile import TemporaryFile

PAUSE = 0.01
"""Seconds between two attempts to get a slot."""


class WorkerSlots:
    """`count` slots, for this process and those forked from it; each process has at most one.

    A slot is a byte of a nameless file, locked by the process that has it. The system unlocks it when that
    process ends, however it ends, so that no slot is lost with a process that is killed. A semaphore would
    be lost, and needs a shared-memory device.
    """

    def __init__(self, count: int) -> None:
        self._count = count
        self._file = _nameless_file()
        self._owner, self._own = 0, 0

    def acquire(self) -> None:
        """Wait for a slot, and take it."""
        while not self.try_acquire():
            time.sleep(PAUSE)

    def try_acquire(self) -> bool:
        """Take a slot if one is free."""
        free = self._lock_other()
        if free is None:
            return False
        self._owner, self._own = os.getpid(), free
        return True

    def is_free(self) -> bool:
        """True if another process could take a slot now."""
        free = self._lock_other()
        if free is not None:
            self._unlock(free)
        return free is not None

    def release(self) -> None:
        """Give back the slot of this process."""
        self._unlock(self._own)
        self._owner = 0

    def _lock_other(self) -> int | None:
        """Lock a slot that no process has; returns its number, or None if all are taken."""
        for number in range(self._count):
            if (self._owner, self._own) != (os.getpid(), number):  # a process is not kept out by its own lock
                try:
                    fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, number)
                    return number
                except (BlockingIOError, PermissionError):
                    continue
        return None

    def _unlock(self, number: int) -> None:
        fcntl.lockf(self._file, fcntl.LOCK_UN, 1, number)


def _nameless_file() -> int:
    """The descriptor of a file, in memory if possible, that is open until the last of the processes ends."""
    if hasattr(os, "memfd_create"):
        return os.memfd_create("storyreel-slots")
    with TemporaryFile() as file:
        return os.dup(file.fileno())
