"""Films that an executor draws: the same bytes as at home, whoever comes and goes meanwhile."""

import multiprocessing
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from helpers.executors import LESSON, SMALL, AtOnce, cluster, files, wait_until
from helpers.failing_cue import FAILING, with_failing_cue

from storyreel.core.errors import StoryboardError, UsageError
from storyreel.production.pipeline import render, render_all
from storyreel.production.tasks import draw_task, told_frames
from storyreel.speech.voices import VOICES
from storyreel.speech.voices.silent import SilentVoice


@pytest.fixture
def short_tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each segment is a task of its own."""
    monkeypatch.setattr(draw_task, "SECONDS", 0.1)


def cached(folder: Path) -> dict[str, bytes]:
    return {name: content for name, content in files(folder).items() if not name.endswith(".npz")}


def test_a_process_pool_draws_the_same_files_and_fills_the_cache(
    empty: Path, at_home: dict[str, bytes]
) -> None:
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as processes:
        told: list[tuple[Any, ...]] = []
        render(
            LESSON, quality=SMALL, out=empty / "out", executor=processes, progress=lambda *it: told.append(it)
        )
    assert files(empty / "out") == at_home
    steps = {step for step, *_ in told}
    assert steps == {"voice", "drawing"}
    done, total = [(done, total) for step, done, total, *_ in told if step == "drawing"][-1]
    assert done == total
    # Everything is in the cache now: another executor is asked for nothing.
    idle = AtOnce()
    render(LESSON, quality=SMALL, out=empty / "again", executor=idle, progress=False)
    assert files(empty / "again") == at_home
    assert idle.given == []


@pytest.mark.parametrize("allowed", [3, 0])  # deaths on which Dask gives up what was on the worker
@pytest.mark.usefixtures("short_tasks")
def test_a_cluster_draws_the_same_files_though_one_worker_is_killed_and_another_joins_late(
    empty: Path, at_home: dict[str, bytes], allowed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES", str(allowed))
    with cluster(empty / "cluster", workers=2) as made:

        def first_segment_is_there(step: str, *_: Any) -> None:
            if step == "drawing" and len(made.workers) == 2:
                made.workers[0].kill()
                made.add_worker()

        with made.client() as client:
            client.wait_for_workers(2, timeout=60)
            render(LESSON, quality=SMALL, out=empty / "out", executor=client, progress=first_segment_is_there)
        assert len(made.workers) == 3
        assert files(empty / "out") == at_home
        drawn = [cached(made.cache(number)) for number in (1, 2, 3) if made.cache(number).exists()]
        home = cached(empty / "cache/storyreel")
        assert all(home[name] == content for each in drawn for name, content in each.items() if name in home)
        assert len(drawn) >= 2


def told_of_drawing(render_it: Callable[..., Any]) -> list[tuple[int, int, str]]:
    told: list[tuple[int, int, str]] = []

    def tell(step: str, done: int, total: int, piece: str = "") -> None:
        if step == "drawing":
            told.append((done, total, piece))

    render_it(progress=tell)
    return told


def test_progress_comes_between_segments_as_at_home(empty: Path) -> None:
    with cluster(empty / "cluster", workers=1) as made, made.client() as client:
        client.wait_for_workers(1, timeout=60)
        client.run(lambda: setattr(told_frames, "PAUSE", 0))
        on_dask = told_of_drawing(partial(render, LESSON, quality=SMALL, out=empty / "out", executor=client))
    os.rename(empty / "cache", empty / "cache of dask")
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as processes:
        processes.submit(without_pause).result()
        in_processes = told_of_drawing(
            partial(render, LESSON, quality=SMALL, out=empty / "more", executor=processes)
        )
    os.rename(empty / "cache", empty / "cache of processes")
    at_home = told_of_drawing(partial(render, LESSON, quality=SMALL, out=empty / "home", workers=1))
    for told in (at_home, on_dask, in_processes):
        frames = [0, *(done for done, *_ in told)]
        assert frames == sorted(frames)
        assert frames[-1] == told[-1][1]
        assert pieces(told) == pieces(at_home)
        # Some messages may be lost on a busy machine; without any there would be as many as pieces.
        assert len(told) > 2 * pieces(told).total()


def pieces(told: list[tuple[int, int, str]]) -> Counter[str]:
    return Counter(piece for *_, piece in told if piece)


def without_pause() -> None:
    told_frames.PAUSE = 0


def test_a_key_of_dask_is_a_digest_of_the_task(empty: Path, at_home: dict[str, bytes]) -> None:
    from distributed import Client

    with Client(processes=False, n_workers=1, threads_per_worker=1, dashboard_address=None) as client:
        one, same, other = (client.submit(len, data) for data in (b"one", b"one", b"two"))
        assert one.key == same.key != other.key


def test_the_command_renders_on_a_cluster_made_here(run, empty: Path) -> None:  # type: ignore[no-untyped-def]
    at_home = run("render", LESSON, "-q", "draft", "--out", empty / "home")
    os.rename(empty / "cache", empty / "cache of home")
    on_dask = run("render", LESSON, "-q", "draft", "--out", empty / "out", "--on", "dask", "--jobs", 2)
    assert (on_dask.returncode, on_dask.stdout) == (0, f"{empty}/out/small_lesson/lesson.mp4\n")
    assert files(empty / "out") == files(empty / "home")
    lines = on_dask.stderr.splitlines()
    assert all(line.startswith(("voice: ", "drawing: ")) for line in lines)
    pieces = [line.split(", ")[1] for line in at_home.stderr.splitlines() if "left" in line]
    assert sorted(line.split(", ")[1] for line in lines if "left" in line) == sorted(pieces)


@pytest.mark.parametrize(
    ("place", "status", "line"),
    [
        ("slurm", 2, "storyreel: --on 'slurm' is no cluster; write dask, or dask://HOST:PORT"),
        ("dask://127.0.0.1:1", 3, "storyreel: no Dask scheduler answers at 127.0.0.1:1"),
    ],
)
def test_a_cluster_that_there_is_not_is_one_line(
    run, place: str, status: int, line: str, monkeypatch
) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setenv("DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT", "1s")
    done = run("render", LESSON, "--on", place)
    assert (done.returncode, done.stderr.count("\n")) == (status, 1)
    assert done.stderr.startswith(line)


WITHOUT_DASK = """
import sys
class NoDask:
    def find_spec(self, name, *_):
        if name.split(".")[0] in ("dask", "distributed"):
            raise ImportError(name)
sys.meta_path.insert(0, NoDask())
from storyreel.commands.cli import main
main()
"""


def test_without_the_extra_dask_is_neither_imported_nor_missed(run, empty: Path) -> None:  # type: ignore[no-untyped-def]
    without = ("-c", WITHOUT_DASK)
    done = run("render", LESSON, "-q", "draft", "--out", empty / "out", python=without)
    assert done.returncode == 0
    done = run("render", LESSON, "--on", "dask", python=without)
    assert (done.returncode, done.stderr) == (
        3,
        "storyreel: --on dask needs Dask: pip install 'storyreel[cluster]'\n",
    )


def test_ctrl_c_ends_a_render_on_a_cluster_and_leaves_no_half_written_file(empty: Path) -> None:
    with cluster(empty / "cluster", workers=1) as made, made.client() as client:
        client.wait_for_workers(1, timeout=60)
        address = client.scheduler.address.removeprefix("tcp://")
        arguments = ["-q", "full", "--out", str(empty / "out"), "--on", f"dask://{address}"]
        process = subprocess.Popen(
            [sys.executable, "-m", "storyreel", "render", str(LESSON), *arguments],
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stderr is not None
        process.stderr.readline()  # it speaks
        wait_until(lambda: bool(client.processing()) and any(client.processing().values()))
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=60)
        assert process.returncode == 130
        assert "Traceback" not in told
        assert list((empty / "out").rglob("*.part")) == []
        # What it had asked for is not begun any more.
        wait_until(lambda: not client.who_has() and not any(client.processing().values()))


def test_ctrl_c_in_a_terminal_is_quiet_with_a_cluster_made_here(empty: Path) -> None:
    """A terminal tells all processes that were started in it."""
    arguments = ["-q", "full", "--on", "dask", "--jobs", "1", "--out", str(empty / "out")]
    process = subprocess.Popen(
        [sys.executable, "-m", "storyreel", "render", str(LESSON), *arguments],
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stderr is not None
    next(line for line in process.stderr if line.startswith("drawing: "))
    pressed = time.monotonic()
    os.killpg(process.pid, signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 130
    assert time.monotonic() - pressed < 4  # which Dask alone gives a worker to end
    assert [line for line in told.splitlines() if not line.startswith(("voice: ", "drawing: "))] == []


def test_a_cue_that_fails_on_a_worker_is_named_with_its_line_and_the_rest_is_kept(empty: Path) -> None:
    path = empty / "lesson.yaml"
    path.write_text(with_failing_cue(LESSON.read_text("utf-8"), "forward"), "utf-8")
    with pytest.raises(StoryboardError) as error:
        render(path, quality=SMALL, out=empty / "out", executor=AtOnce(), progress=False)
    (problem,) = error.value.problems
    assert problem.source.strip() == FAILING
    assert len(list((empty / "cache/storyreel/pieces").glob("*.mp4"))) >= 2


class Loud(SilentVoice):
    """The silent voice, of another package."""

    def fingerprint(self, utterance: Any) -> str:
        return f"loud 1 {utterance.pace}"


@pytest.fixture
def loud(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(VOICES, "loud", Loud)


@pytest.mark.usefixtures("loud")
def test_a_worker_without_the_voice_leaves_the_speech_to_whoever_has_it(empty: Path) -> None:
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as processes:  # has no loud voice
        film = render(
            LESSON, quality=SMALL, voice="loud", out=empty / "out", executor=processes, progress=False
        )
    assert film.path.is_file()


@pytest.mark.usefixtures("loud")
def test_a_worker_with_another_version_of_the_voice_is_refused_by_name_and_the_speech_is_made_here(
    empty: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    class OtherWorker(AtOnce):
        def submit(self, function: Any, /, *arguments: Any, **_: Any) -> Any:
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(Loud, "fingerprint", lambda *_: "loud 2")
                return super().submit(function, *arguments)

    film = render(
        LESSON, quality=SMALL, voice="loud", out=empty / "out", executor=OtherWorker(), progress=False
    )
    assert film.path.is_file()
    line = (
        r"^storyreel: refused to speak: the worker .* has another voice: 'loud 2 0' and not 'loud 1 1\.0 0'$"
    )
    assert re.match(line, capsys.readouterr().err)


@pytest.fixture
def course(empty: Path) -> list[Path]:
    """Three storyboards, of which one has a problem that is found when it is read, one when it is drawn."""
    paths = [empty / f"{name}.yaml" for name in ("one", "two", "three", "four")]
    text = LESSON.read_text("utf-8")
    for path in paths:
        path.write_text(text.replace("Two times three", f"Lesson {path.stem}"))
    paths[1].write_text(text.replace("{x}", "{z}"))
    paths[2].write_text(with_failing_cue(text, "forward"))
    return paths


@pytest.mark.parametrize("executor", [None, AtOnce()], ids=["here", "executor"])
def test_several_storyboards_are_rendered_in_one_go_and_all_their_problems_are_told(
    executor: Any, course: list[Path], empty: Path
) -> None:
    with pytest.raises(StoryboardError) as error:
        render_all(course, quality=SMALL, out=empty / "out", executor=executor, progress=False)
    assert {Path(problem.place.file).name for problem in error.value.problems} == {"two.yaml", "three.yaml"}
    assert sorted(path.parent.name for path in (empty / "out").glob("*/lesson.mp4")) == ["four", "one"]
    good = [course[0], course[3]]
    films = render_all(good, quality=SMALL, out=empty / "out", executor=executor, progress=False)
    assert [film.title for film in films] == ["Lesson one", "Lesson four"]
    apart = render(course[3], quality=SMALL, out=empty / "apart", progress=False)
    assert apart.path.read_bytes() == films[1].path.read_bytes()


def test_progress_of_several_storyboards_is_one(course: list[Path], empty: Path) -> None:
    told: list[tuple[Any, ...]] = []
    render_all([course[0], course[3]], quality=SMALL, out=empty / "out", progress=lambda *it: told.append(it))
    drawn = [it for it in told if it[0] == "drawing"]
    assert [done for _, done, *_ in drawn] == sorted(done for _, done, *_ in drawn)
    assert drawn[-1][1] == drawn[-1][2]
    assert {piece.split()[0] for *_, piece in drawn if piece} == {"one", "four"}


def test_two_storyboards_of_one_name_are_refused_before_anything_is_rendered(empty: Path) -> None:
    (empty / "other").mkdir()
    other = empty / "other" / LESSON.name
    other.write_bytes(LESSON.read_bytes())
    with pytest.raises(UsageError, match=r"small_lesson\.yaml would both be rendered to .*out/small_lesson$"):
        render_all([LESSON, other], quality=SMALL, out=empty / "out", progress=False)
    assert not (empty / "out").exists()
