"""Jobs drawn by a pool: the same segments whatever the number of workers, and no trace of jobs that fail."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from helpers.failing_cue import FAILING, FAULT, with_failing_cue

from storyreel.core.errors import OutsideError, StoryboardError
from storyreel.core.frame import Box, Frame
from storyreel.core.quality import Quality
from storyreel.production import chapter_worker
from storyreel.production.chapter_jobs import render_jobs
from storyreel.production.chapter_worker import ChapterWorker
from storyreel.production.pool import JobsOf
from storyreel.production.production import plan
from storyreel.production.render_job import RenderJob
from storyreel.production.render_pool import RenderPool
from storyreel.production.segment_writer import SegmentWriter, draw_job
from storyreel.production.worker_messages import WorkerMessages, received
from storyreel.production.worker_slots import WorkerSlots
from storyreel.reader import load
from storyreel.video.segment import VideoSegment
from storyreel.video.segment_cache import SegmentCache

LESSON = Path(__file__).parents[1] / "small_lesson.yaml"
TINY = Quality(160, 90, 10, "ultrafast", 30)


def work(path: Path = LESSON) -> list[RenderJob]:
    production = plan(load(path), quality=TINY, voice="silent")
    return [job for chapter in production.timeline.chapters for job in render_jobs(production, chapter)]


def of(todo: list[RenderJob]) -> JobsOf:
    return lambda chapter: (job for job in todo if job.chapter == chapter)


def drawn_by(jobs: int, todo: list[RenderJob], cache: SegmentCache) -> dict[str, list[int]]:
    told: dict[str, list[int]] = {job.name: [] for job in todo}
    with RenderPool(jobs) as pool:
        segments = [job.segment for job in todo]
        pool.draw(segments, of(todo), cache, lambda segment, frames, _: told[segment.name].append(frames))
    return told


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The segments as one process draws them, each from the start of its chapter."""
    folder = tmp_path_factory.mktemp("alone")
    for job in work():
        draw_job(job, SegmentCache(folder))
    return files(folder)


@pytest.mark.parametrize("jobs", [1, 2, 8])
def test_the_number_of_processes_changes_nothing(jobs: int, alone: dict[str, bytes], tmp_path: Path) -> None:
    todo = work()
    told = drawn_by(jobs, todo, SegmentCache(tmp_path))
    assert files(tmp_path) == alone
    for job in todo:
        assert told[job.name] == sorted(told[job.name])
        assert told[job.name][-1] == job.frames


def test_the_jobs_of_a_chapter_are_requested_when_it_is_drawn(tmp_path: Path) -> None:
    todo = work()
    events: list[str] = []

    def jobs_of(chapter: str) -> list[RenderJob]:
        events.append(f"{chapter} requested")
        return [job for job in todo if job.chapter == chapter]

    def drawn(segment: VideoSegment, frames: int, is_done: bool) -> None:
        events.append(f"{segment.chapter} drawn")

    with RenderPool(1) as pool:
        pool.draw([job.segment for job in todo], jobs_of, SegmentCache(tmp_path), drawn)
    told = [event for event, _ in groupby(events)]
    first, second = told[0].split()[0], told[2].split()[0]
    assert told == [f"{first} requested", f"{first} drawn", f"{second} requested", f"{second} drawn"]


def test_a_beat_that_fails_is_named_with_its_line_and_all_others_are_drawn(tmp_path: Path) -> None:
    path = tmp_path / "lesson.yaml"
    path.write_text(with_failing_cue(LESSON.read_text("utf-8"), "forward"), "utf-8")
    todo, cache = work(path), SegmentCache(tmp_path / "segments")
    with pytest.raises(StoryboardError) as error:
        drawn_by(2, todo, cache)
    (problem,) = error.value.problems
    assert problem.source.strip() == FAILING
    assert problem.message == f"{FAULT} (chapter forward, beat 1)"
    # What comes before the cue is drawn, and the other chapter; the chapter's second beat cannot be reached.
    _, *others = (job.name for job in todo if job.chapter == "forward")
    assert cache.missing(job.name for job in todo) == set(others)


class FailingWriter(SegmentWriter):
    """Cannot write the first segment of a chapter's second beat."""

    fault: Exception

    def take(self, frame: Frame, changed: Sequence[Box] | None, repeats: int) -> None:
        if (self._job.number, self._job.first) == (2, 0):
            raise self.fault
        super().take(frame, changed, repeats)


def told_by_worker(todo: list[RenderJob], cache: SegmentCache, slots: WorkerSlots) -> list[dict[str, Any]]:
    """The messages of a chapter's worker, in a process of its own, which has ended."""
    heard, told = os.pipe()
    child = os.fork()
    if not child:
        ChapterWorker(todo, cache, slots, WorkerMessages(told)).run()
    os.close(told)
    with os.fdopen(heard, "rb") as messages:
        found = list(received(messages))
    os.waitpid(child, 0)
    return found


@pytest.mark.parametrize(
    ("fault", "others_drawn"), [(ZeroDivisionError("of a moment"), True), (OutsideError("no disk"), False)]
)
def test_a_segment_that_fails_keeps_others_from_being_drawn_only_if_nothing_can_be_drawn(
    fault: Exception, others_drawn: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FailingWriter, "fault", fault, raising=False)
    monkeypatch.setattr(chapter_worker, "SegmentWriter", FailingWriter)
    todo, cache = [job for job in work() if job.chapter == "forward"], SegmentCache(tmp_path)
    told = told_by_worker(todo, cache, WorkerSlots(1))
    faults = [entry["job"] for entry in told if "fault" in entry]
    _, failing, *others = todo
    assert others
    assert faults == [failing.name, *(job.name for job in others if not others_drawn)]
    assert cache.missing(job.name for job in todo) == set(faults)


KILLED_SCENE = """
import os, signal
from storyreel.stage.stage import Stage

class Killed(Stage):
    def __init__(self, *_, **__):
        os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def watched_pool() -> Iterator[RenderPool]:
    """A pool that is killed where it does not end by itself, so that a test of it fails and does not hang."""
    with RenderPool(1) as pool:
        assert pool._process is not None
        watchdog = threading.Timer(60, os.killpg, (pool._process.pid, signal.SIGKILL))
        watchdog.start()
        yield pool
        watchdog.cancel()


def test_the_slot_of_a_chapters_worker_that_is_killed_goes_to_the_next(
    watched_pool: RenderPool, tmp_path: Path
) -> None:
    """It holds the only slot, without which no other chapter could be drawn."""
    scene = tmp_path / "killed.py"
    scene.write_text(KILLED_SCENE, "utf-8")
    todo, cache = work(), SegmentCache(tmp_path / "segments")
    # The longest chapter is drawn first.
    lengths = {job.chapter: sum(its.frames for its in todo if its.chapter == job.chapter) for job in todo}
    first = max(lengths, key=lambda chapter: lengths[chapter])
    killed = {"scene_file": [str(scene), "Killed"]}
    todo = [RenderJob(job.content, {**job.origin, **killed}) if job.chapter == first else job for job in todo]
    with pytest.raises(OutsideError, match="ended before they were done"):
        watched_pool.draw([job.segment for job in todo], of(todo), cache, lambda *_: None)
    assert cache.missing(job.name for job in todo) == {job.name for job in todo if job.chapter == first}


class KilledInChild(SegmentWriter):
    """Is killed in every process but the chapter's worker, which the `tests` process has forked."""

    tests = 0

    def take(self, frame: Frame, changed: Sequence[Box] | None, repeats: int) -> None:
        if os.getppid() != self.tests:
            os.kill(os.getpid(), signal.SIGKILL)
        super().take(frame, changed, repeats)


def test_the_slot_of_a_segments_worker_that_is_killed_is_free_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(KilledInChild, "tests", os.getpid())
    monkeypatch.setattr(chapter_worker, "SegmentWriter", KilledInChild)
    todo, slots = [job for job in work() if job.chapter == "forward"], WorkerSlots(2)
    told = told_by_worker(todo, SegmentCache(tmp_path), slots)
    first = todo[0].name  # the worker has a slot, the first segment's worker the other
    assert [entry["fault"] for entry in told if entry["job"] == first] == [
        "the process that drew beat 1 of chapter 'forward' was ended by signal 9"
    ]
    # Its slot is free at once, so that another process may be forked, which is killed as well.
    assert {entry["job"] for entry in told if entry.get("is_done") or "fault" in entry} == {
        job.name for job in todo
    }
    assert any(entry.get("is_done") for entry in told)
    assert [slots.try_acquire(), slots.try_acquire()] == [True, True]


def test_a_pool_that_has_ended_is_an_error_that_says_so(tmp_path: Path) -> None:
    todo = work()
    with pytest.raises(OutsideError, match="ended before they were done"), RenderPool() as pool:
        assert pool._process is not None
        os.killpg(pool._process.pid, signal.SIGKILL)
        pool._process.wait()
        pool.draw([job.segment for job in todo], of(todo), SegmentCache(tmp_path), lambda *_: None)


SLOW_DRAWER = """
import sys; from pathlib import Path
sys.path[:0] = [{here!r}, {tests!r}]
from test_render_pool import of, work, SegmentCache, RenderPool
todo = work()
with RenderPool(2) as pool:
    pool.draw(
        [job.segment for job in todo],
        of(todo),
        SegmentCache(Path(sys.argv[1])),
        lambda segment, frames, _: print(frames, flush=True),
    )
"""


def processes() -> Iterator[tuple[int, str, int, int]]:
    """All processes: number, state, parent's number, session."""
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(FileNotFoundError, ProcessLookupError):
            number, rest = status.read_text().split(" ", 1)
            state, parent, _, session = rest.rsplit(") ", 1)[1].split()[:4]
            yield int(number), state, int(parent), int(session)


def session_of_workers(process: subprocess.Popen[str]) -> int:
    """The session of the worker processes of `process`, which is their own."""
    return next(session for number, _, parent, session in processes() if parent == process.pid)


def alive_in(session: int) -> list[int]:
    return [number for number, state, _, its in processes() if its == session and state != "Z"]


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="counts processes in /proc")
def test_when_a_render_is_killed_no_process_is_left_and_the_next_render_finishes(
    alone: dict[str, bytes], tmp_path: Path
) -> None:
    program = SLOW_DRAWER.format(here=str(Path(__file__).parent), tests=str(Path(__file__).parents[1]))
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    process.stdout.readline()  # it has begun
    session = session_of_workers(process)
    assert len(alive_in(session)) >= 2
    process.kill()
    process.wait()
    deadline = time.monotonic() + 10
    while alive_in(session) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not alive_in(session)
    cache = SegmentCache(tmp_path)
    cache.tidy(0)
    todo = [job for job in work() if job.name in cache.missing(job.name for job in work())]
    drawn_by(2, todo, cache)
    assert files(tmp_path) == alone


def test_a_pool_draws_again_with_the_same_process(alone: dict[str, bytes], tmp_path: Path) -> None:
    todo = work()
    with RenderPool(2) as pool:
        process = pool._process
        for chapter in ("loss", "forward"):
            its = [job for job in todo if job.chapter == chapter]
            pool.draw([job.segment for job in its], of(its), SegmentCache(tmp_path), lambda *_: None)
        assert pool._process is process
    assert files(tmp_path) == alone


def test_the_process_of_a_pool_is_killed_when_the_pool_is_left() -> None:
    with RenderPool() as pool:
        process = pool._process
        assert process is not None
    assert process.returncode == -signal.SIGKILL
