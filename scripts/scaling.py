"""Measures lessons on a cluster of this machine's processes, and predicts how long courses take on others.

What is assumed is in `scaling_model.py`.
"""

import argparse
import json
import os
import pickle
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from statistics import fmean, median
from typing import Any

import psutil
from scaling_model import Cluster, Course, Lesson, Task

from storyreel.core.time_format import clock

SMALLEST = Path("tests/small_lesson.yaml")
WORKERS = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)
COURSES = (10, 100, 1000)
HERE = replace(Cluster(), stragglers=0, bandwidth=1e9, latency=0.001)
"""The cluster of this machine's processes: no stragglers, and a link that is memory."""


class Measuring:
    """A client of Dask that keeps what each task took."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.tasks: list[Task] = []

    def submit(self, function: Callable[..., Any], data: bytes, files: dict[str, bytes]) -> "_Timed":
        """Have a worker call `function`, and time it there."""
        sent = len(data) + sum(map(len, files.values()))
        kind = getattr(function, "func", function).__name__  # that of a partial function is the function's
        return _Timed(self._client.submit(_timed, function, data, files), kind, sent, self.tasks)


class _Timed:
    """The answer to a task that is timed."""

    def __init__(self, future: Any, kind: str, sent: int, tasks: list[Task]) -> None:
        self._future, self._kind, self._sent, self._tasks = future, kind, sent, tasks
        self.cancel = future.cancel

    def add_done_callback(self, fn: Callable[[Any], None]) -> None:
        self._future.add_done_callback(lambda _: fn(self))

    def result(self) -> Any:
        answer, seconds, processor = self._future.result()
        self._tasks.append(Task(self._kind, seconds, processor, self._sent, len(pickle.dumps(answer))))
        return answer


def _timed(function: Callable[..., Any], data: bytes, files: dict[str, bytes]) -> tuple[Any, float, float]:
    """The answer to a task, its seconds on the clock, and those of the processor, with child processes."""

    def processor() -> float:
        own = psutil.Process()
        return sum(sum(process.cpu_times()[:4]) for process in (own, *own.children(recursive=True)))

    start, before = time.perf_counter(), processor()
    answer = function(data, files)
    return answer, time.perf_counter() - start, processor() - before


def measured(path: Path, workers: int, quality: str, voice: str | None) -> tuple[Lesson, dict[str, float]]:
    """A lesson, rendered by so many workers with empty caches; seconds of its film and of the render."""
    from distributed import Client, LocalCluster

    from storyreel.production.pipeline import render
    from storyreel.video.probe import probe

    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_CACHE_HOME"] = f"{folder}/cache"
        local = LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None)
        with local as cluster, Client(cluster) as client:
            overhead = _overhead(client)
            measuring = Measuring(client)
            begun: list[float] = []

            def progress(step: str, *_: Any) -> None:
                if step == "drawing" and not begun:
                    begun.append(time.process_time())

            start, cpu = time.perf_counter(), time.process_time()
            made = render(
                path, quality=quality, voice=voice, out=folder, executor=measuring, progress=progress
            )
            seconds, end = time.perf_counter() - start, time.process_time()
        film = probe(made.path).video_seconds
    before = (begun or [end])[0] - cpu
    lesson = Lesson(path.stem, tuple(measuring.tasks), before, end - cpu - before)
    return lesson, {"workers": workers, "seconds": seconds, "film": film, "overhead": overhead}


def _overhead(client: Any, tasks: int = 200) -> float:
    """The seconds that Dask takes for a task in which nothing is done."""
    client.submit(len, b"").result()
    start = time.perf_counter()
    client.gather(client.map(len, [b"%d" % n for n in range(tasks)]))
    return (time.perf_counter() - start) / tasks


def measure(arguments: argparse.Namespace) -> None:
    """Render lessons with numbers of workers, print what it took beside what is predicted, write it as JSON.

    What the workers took for tasks is that of the first number, and so are predictions for the others. What
    the client takes once for all lessons is what it takes for a very small one.
    """
    smallest, _ = measured(SMALLEST, 1, "draft", "silent")
    once = smallest.before + smallest.after
    entries: list[dict[str, Any]] = []
    heads = ("lesson", "film", "workers", "measured", "predicted", "tasks", "median task", "overhead a task")
    print("|", " | ".join((*heads, "sent", "received", "client")), "|")
    print("|", " | ".join(["---"] * (len(heads) + 3)), "|")
    for path in arguments.files:
        first: Lesson | None = None
        for workers in arguments.workers:
            lesson, run = measured(path, workers, arguments.quality, arguments.voice)
            lesson = _without(lesson, smallest)
            first = first or lesson
            foreseen = Course([first], workers, replace(HERE, client_start=once)).prediction().seconds
            entries.append({"lesson": asdict(lesson), "run": run, "once": once, "predicted": foreseen})
            cells = (
                lesson.name,
                f"{run['film']:.0f} s",
                str(workers),
                f"{run['seconds']:.1f} s",
                f"{foreseen:.1f} s",
                str(len(lesson.tasks)),
                f"{median(task.seconds for task in lesson.tasks):.2f} s",
                f"{1000 * run['overhead']:.0f} ms",
                f"{sum(task.sent for task in lesson.tasks) / 1e6:.2f} MB",
                f"{sum(task.received for task in lesson.tasks) / 1e6:.2f} MB",
                f"{lesson.before + lesson.after:.2f} s and once {once:.2f} s",
            )
            print("|", " | ".join(cells), "|", flush=True)
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_text(json.dumps(entries, indent=1))


def predict(arguments: argparse.Namespace) -> None:
    """Print how long courses of the measured lessons take on clusters, and how busy the client is.

    Each worker has a core to itself, however busy the machine was on which the lessons were measured.
    """
    entries = json.loads(arguments.measured.read_text())
    cluster = Cluster(client_start=entries[0]["once"])
    fewest = min(entry["run"]["workers"] for entry in entries)
    known = [
        _on_own_cores(lesson_from(entry["lesson"])) for entry in entries if entry["run"]["workers"] == fewest
    ]
    print(
        "| workers |",
        " | ".join(f"{count:,} lessons | times as fast | client busy" for count in COURSES),
        "|",
    )
    print("|", " | ".join(["---"] * (1 + 3 * len(COURSES))), "|")
    alone: dict[int, float] = {}
    for workers in WORKERS:
        cells = [str(workers)]
        for count in COURSES:
            course = [known[n % len(known)] for n in range(count)]
            runs = [Course(course, workers, cluster, seed).prediction() for seed in range(arguments.runs)]
            seconds = fmean(run.seconds for run in runs)
            alone.setdefault(count, seconds)
            busy = fmean(run.client for run in runs)
            cells += [clock(seconds), f"{alone[count] / seconds:.1f}", f"{busy:.0%}"]
        print("|", " | ".join(cells), "|", flush=True)


def _without(lesson: Lesson, smallest: Lesson) -> Lesson:
    """The lesson without what the client takes once, and takes for the smallest lesson, too."""
    before, after = lesson.before - smallest.before, lesson.after - smallest.after
    return replace(lesson, before=max(before, 0.0), after=max(after, 0.0))


def _on_own_cores(lesson: Lesson) -> Lesson:
    return replace(lesson, tasks=tuple(replace(task, seconds=task.processor) for task in lesson.tasks))


def lesson_from(data: Any) -> Lesson:
    """The lesson whose `asdict` was written as JSON."""
    return Lesson(**{**data, "tasks": tuple(Task(**task) for task in data["tasks"])})


def main() -> None:
    """Run the command that the arguments ask for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(required=True)
    one = commands.add_parser("measure", help=measure.__doc__)
    one.add_argument("files", nargs="+", type=Path)
    one.add_argument("-q", "--quality", default="draft")
    one.add_argument("--voice")
    one.add_argument("--workers", nargs="+", type=int, default=[1, 2])
    one.add_argument("--out", type=Path, default=Path("out/scaling.json"))
    one.set_defaults(run=measure)
    two = commands.add_parser("predict", help=predict.__doc__)
    two.add_argument("measured", type=Path, nargs="?", default=Path("out/scaling.json"))
    two.add_argument("--runs", type=int, default=1)
    two.set_defaults(run=predict)
    arguments = parser.parse_args()
    arguments.run(arguments)


if __name__ == "__main__":
    main()
