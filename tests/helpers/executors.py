"""Executors for tests: one that does a task where it is given, and a cluster of Dask."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from storyreel.core.quality import Quality

LESSON = Path(__file__).parents[1] / "small_lesson.yaml"
SMALL = Quality(160, 90, 15, "ultrafast", 30)


class AtOnce(Executor):
    """Does each task as it is submitted, and keeps what it was given."""

    def __init__(self) -> None:
        self.given: list[tuple[Any, ...]] = []

    def submit(self, function: Callable[..., Any], /, *arguments: Any, **_: Any) -> "Future[Any]":
        self.given.append(arguments)
        future: Future[Any] = Future()
        try:
            future.set_result(function(*arguments))
        except Exception as error:
            future.set_exception(error)
        return future


class Cluster:
    """A scheduler of Dask, and workers that are processes, each with an empty cache in its own folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.workers: list[subprocess.Popen[bytes]] = []
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / "scheduler.json"
        options = ["--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(file)]
        self._scheduler = self._start("dask_scheduler", options, folder)
        self._file = str(file)

    def client(self) -> Any:
        """A client of the cluster, which waits until the scheduler is there."""
        from distributed import Client

        return Client(scheduler_file=self._file, timeout=60)

    def add_worker(self, **environment: str) -> "subprocess.Popen[bytes]":
        """Start another worker with variables in its environment."""
        folder = self._folder / f"worker{len(self.workers) + 1}"
        folder.mkdir()
        options = ["--scheduler-file", self._file, "--nthreads", "1", "--no-dashboard", "--no-nanny"]
        worker = self._start("dask_worker", options, folder, **environment)
        self.workers.append(worker)
        return worker

    def cache(self, number: int) -> Path:
        """The cache of the worker with a number, from 1."""
        return self._folder / f"worker{number}/cache/storyreel"

    def close(self) -> None:
        """Kill all."""
        for process in (*self.workers, self._scheduler):
            process.kill()
            process.wait()

    def _start(
        self, module: str, options: list[str], folder: Path, **environment: str
    ) -> "subprocess.Popen[bytes]":
        with (folder / "log").open("wb") as log:
            return subprocess.Popen(
                [sys.executable, "-m", f"distributed.cli.{module}", *options],
                cwd=folder,
                env={**os.environ, "XDG_CACHE_HOME": str(folder / "cache"), **environment},
                stdout=log,
                stderr=log,
            )


@contextmanager
def cluster(folder: Path, workers: int) -> Iterator[Cluster]:
    """A cluster with so many workers, which is killed when the context ends."""
    made = Cluster(folder)
    try:
        for _ in range(workers):
            made.add_worker()
        yield made
    finally:
        made.close()


def files(folder: Path) -> dict[str, bytes]:
    """The content of all files in a folder, by their paths in it."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def wait_until(condition: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)
