"""Digests of Python files: the files are read as syntax trees, by whichever thread asks."""

import gc
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from storyreel.core.code_digest import syntax_tree
from storyreel.core.paths import PACKAGE


class Garbage:
    """Takes a moment to go, in which another thread may run."""

    def __init__(self) -> None:
        self.cycle = self

    def __del__(self) -> None:
        sum(range(2000))


@pytest.fixture
def restless() -> Iterator[None]:
    """Threads that take turns, and garbage that is collected, as often as can be."""
    interval, thresholds = sys.getswitchinterval(), gc.get_threshold()
    sys.setswitchinterval(1e-6)
    gc.set_threshold(5, 2, 2)
    yield
    sys.setswitchinterval(interval)
    gc.set_threshold(*thresholds)


@pytest.mark.usefixtures("restless")
def test_several_threads_may_ask_for_syntax_trees() -> None:
    paths = sorted((PACKAGE / "core").glob("*.py"))

    def names(_: int) -> list[str]:
        return [type(syntax_tree(path)).__name__ for path in paths if Garbage()]

    with ThreadPoolExecutor(4) as threads:
        assert all(set(its) == {"Module"} for its in threads.map(names, range(8)))
