"""Paths reach Cairo by a library call where that works, and by pycairo's calls elsewhere."""

from collections.abc import Callable, Iterator
from types import SimpleNamespace

import cairo
import numpy as np
import pytest

from storyreel.rendering import path_appender as module
from storyreel.rendering.cairo_paths import paths
from storyreel.rendering.path_appender import (
    LibraryAppender,
    PycairoAppender,
    library_call_works,
    path_appender,
)


@pytest.fixture(autouse=True)
def tested_anew() -> Iterator[None]:
    library_call_works.cache_clear()
    yield
    library_call_works.cache_clear()


def new_context() -> "cairo.Context[cairo.ImageSurface]":
    return cairo.Context(cairo.ImageSurface(cairo.FORMAT_ARGB32, 8, 8))


def test_the_library_call_is_used_where_it_works() -> None:
    """As on the machines on which these tests run: elsewhere films would be drawn more slowly unnoticed."""
    assert isinstance(path_appender(new_context()), LibraryAppender)


def test_the_self_test_draws_something() -> None:
    assert len(set(module._drawing(PycairoAppender))) > 10


def missing_library() -> object:
    raise OSError("cannot open shared object file")


def missing_function() -> object:
    raise AttributeError("undefined symbol: cairo_append_path")


def function_without_effect() -> object:
    return lambda context, path: None


@pytest.mark.parametrize("found", [missing_library, missing_function, function_without_effect])
def test_without_a_library_call_that_works_pycairo_is_used(
    found: Callable[[], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_append_path", found)
    assert isinstance(path_appender(new_context()), PycairoAppender)


def test_addresses_are_not_read_in_other_implementations_of_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "sys", SimpleNamespace(implementation=SimpleNamespace(name="pypy")))
    assert isinstance(path_appender(new_context()), PycairoAppender)


def test_both_appenders_leave_the_same_path() -> None:
    """For many random shapes built together, some of them closed, or of several subpaths."""
    random = np.random.default_rng(5)
    counts = 4 * random.integers(1, 12, 200)
    curves = random.normal(size=(counts.sum() // 4, 4, 3))
    for number in range(1, len(curves)):
        if random.random() < 0.7:
            curves[number, 0] = curves[number - 1, 3]
        elif random.random() < 0.5:
            curves[number, 3] = curves[number, 0]
    for path in paths(curves.reshape(-1, 3), counts):
        one, other = new_context(), new_context()
        LibraryAppender(one)(path)
        PycairoAppender(other)(path)
        assert list(one.copy_path()) == list(other.copy_path())
        assert len(list(one.copy_path())) >= 2
