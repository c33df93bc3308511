"""What the tests of executors share: a lesson as it is made at home, and an empty cache."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from helpers.executors import LESSON, SMALL, files

from storyreel.production.pipeline import render


@pytest.fixture(scope="module")
def at_home(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """All files of the small lesson, as this machine makes them."""
    out = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(out / "cache"))
        render(LESSON, quality=SMALL, out=out / "out", progress=False)
    return files(out / "out")


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache of this process; gives the folder with it."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path


@pytest.fixture
def run(empty: Path) -> Callable[..., "subprocess.CompletedProcess[str]"]:
    """Run `storyreel` in a process of its own, with the empty cache."""

    def run(*arguments: object, python: tuple[str, ...] = ("-m", "storyreel")) -> Any:
        return subprocess.run(
            [sys.executable, *python, *map(str, arguments)], capture_output=True, text=True, timeout=300
        )

    return run
