"""The versions that a worker must share with whoever gives it tasks, so that it draws the same frames."""

import os
import platform
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version

from storyreel.core.errors import OutsideError
from storyreel.lesson.program_digest import program_files_digest
from storyreel.production.picture_digest import libraries

REMEDY = "give all workers the same versions"


@cache
def environment() -> Mapping[str, str]:
    """The versions of Python, of what draws and encodes, and of storyreel, with a hash of its files."""
    own = f"{version('storyreel')} ({program_files_digest()[:8]})"
    return {"Python": platform.python_version(), **libraries(), "storyreel": own}


def require_same(wanted: Mapping[str, str]) -> None:
    """Raise OutsideError, naming this worker and what differs, unless it has the versions in `wanted`."""
    if line := difference(wanted):
        raise OutsideError(f"{line}; {REMEDY}")


def difference(wanted: Mapping[str, str]) -> str | None:
    """What this worker, which is named, has in other versions than those in `wanted`; None if nothing."""
    own = environment()
    differences = [
        f"{name} {own.get(name, '-')} and not {needed}"
        for name, needed in wanted.items()
        if own.get(name) != needed
    ]
    return f"{this_worker()} has {', '.join(differences)}" if differences else None


def this_worker() -> str:
    """How messages call this process."""
    return f"the worker {platform.node()} (process {os.getpid()})"
