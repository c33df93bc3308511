"""Where something that programs take for granted is missing, a command works, or says what is missing."""

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from storyreel.rendering.address_space import NEEDED

LESSON = Path(__file__).parents[1] / "small_lesson.yaml"
STORYREEL = [sys.executable, "-m", "storyreel"]
FEW = ["--jobs", "2"]
"""Each process and thread reserves memory addresses: with many cores a film would need more."""
FILM = ["-q", "draft", "--voice", "silent", "--chapter", "loss"]


def lesson_in(folder: Path) -> Path:
    """A copy of the small lesson's storyboard in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "lesson.yaml"
    path.write_bytes(LESSON.read_bytes())
    return path


def run(
    *command: str, cwd: Path, before: Callable[[], None] | None = None, cache: Path | None = None
) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "XDG_CACHE_HOME": str(cache or cwd / "cache")}
    return subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, env=environment, preexec_fn=before, timeout=120
    )


def said(done: subprocess.CompletedProcess[str]) -> list[str]:
    """What a command said on standard error, without its progress."""
    return [line for line in done.stderr.splitlines() if line.startswith("storyreel: ") or ".yaml:" in line]


@pytest.mark.parametrize("streams", [">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_film_is_made_with_standard_streams_closed(streams: str, tmp_path: Path) -> None:
    lesson_in(tmp_path)
    done = run(
        "sh", "-c", f'exec "$@" {streams}', "-", *STORYREEL, "render", "lesson.yaml", *FILM, cwd=tmp_path
    )
    assert done.returncode == 0
    assert (tmp_path / "out/lesson/chapters/loss.mp4").exists()


@pytest.mark.parametrize("streams", [">&-", "2>&-", "<&- >&- 2>&-"])
def test_with_streams_closed_a_mistake_has_its_exit_status_and_goes_nowhere_else(
    streams: str, tmp_path: Path
) -> None:
    done = run("sh", "-c", f'exec "$@" {streams}', "-", *STORYREEL, "check", "none.yaml", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="writes to /dev/full")
def test_results_that_cannot_be_written_are_an_error(tmp_path: Path) -> None:
    lesson_in(tmp_path)
    done = run("sh", "-c", 'exec "$@" >/dev/full', "-", *STORYREEL, "values", "lesson.yaml", cwd=tmp_path)
    assert done.returncode == 3
    assert done.stderr == "storyreel: No space left on device\n"
    done = run("sh", "-c", 'exec "$@" 2>/dev/full', "-", *STORYREEL, "values", "none.yaml", cwd=tmp_path)
    assert done.returncode == 2


def test_a_deleted_working_directory_is_said_where_it_is_needed(tmp_path: Path) -> None:
    lesson = lesson_in(tmp_path / "course")
    gone = tmp_path / "gone"

    def delete() -> None:
        os.rmdir(gone)

    for arguments, status, message in (
        (["check", str(lesson)], 0, []),
        (["render", str(lesson), *FILM, "--out", str(tmp_path / "out")], 0, []),
        (
            ["render", str(lesson), *FILM],
            3,
            ["storyreel: cannot write out/lesson: No such file or directory"],
        ),
        (["check", "lesson.yaml"], 2, ["storyreel: there is no file lesson.yaml"]),
    ):
        gone.mkdir()
        done = run(*STORYREEL, *arguments, cwd=gone, before=delete, cache=tmp_path / "cache")
        assert (done.returncode, said(done)) == (status, message), done.stderr


def test_drawing_says_how_much_memory_it_needs(tmp_path: Path) -> None:
    lesson_in(tmp_path)

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (NEEDED // 2, NEEDED // 2))

    message = f"storyreel: a process may use {NEEDED // 2:,} bytes of address space here (ulimit -v); drawing"
    for arguments in (
        ["check", "--frames"],
        ["render", *FILM],
        ["still", "--chapter", "loss", "--beat", "1"],
    ):
        done = run(*STORYREEL, arguments[0], "lesson.yaml", *arguments[1:], cwd=tmp_path, before=limit)
        assert (done.returncode, said(done)) == (3, [f"{message} needs {NEEDED:,}"]), done.stderr
    assert run(*STORYREEL, "check", "lesson.yaml", cwd=tmp_path, before=limit).returncode == 0


def test_so_much_memory_is_enough(tmp_path: Path) -> None:
    lesson_in(tmp_path)

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (NEEDED, NEEDED))

    done = run(*STORYREEL, "render", "lesson.yaml", *FILM, *FEW, cwd=tmp_path, before=limit)
    assert done.returncode == 0, done.stderr


INTERRUPTED = """
import os, runpy, signal, sys

class Interrupt:
    def find_spec(name, path, target=None):
        if name == "click":
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Interrupt)
runpy.run_module("storyreel", run_name="__main__")
"""


def test_ctrl_c_while_the_command_line_is_imported_is_no_traceback(tmp_path: Path) -> None:
    done = run(sys.executable, "-P", "-c", INTERRUPTED, "check", "lesson.yaml", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (-signal.SIGINT, "")


def in_own_mounts(script: str, *command: str) -> list[str]:
    """The command in a space of mounts of its own, after the script."""
    return ["unshare", "--mount", "--map-root-user", "sh", "-ec", f'{script}; exec "$@"', "-", *command]


def can_mount() -> bool:
    try:
        command = in_own_mounts("mount -t tmpfs tmpfs /mnt", "true")
        return subprocess.run(command, capture_output=True).returncode == 0
    except OSError:
        return False


mounts = pytest.mark.skipif(not can_mount(), reason="mounts a small file system")


@mounts
@pytest.mark.parametrize(("folder", "bytes"), [("out", "16k"), ("cache", "16k"), ("cache", "500k")])
def test_a_full_disk_is_named_by_the_file_that_had_no_room(folder: str, bytes: str, tmp_path: Path) -> None:
    lesson_in(tmp_path)
    (tmp_path / folder).mkdir()
    # Not in silence, so that sound takes room as well.
    film = ["-q", "draft", "--voice", "espeak", "--chapter", "loss"]
    done = run(
        *in_own_mounts(f"mount -t tmpfs -o size={bytes} tmpfs {folder}", *STORYREEL, "render", "lesson.yaml"),
        *film,
        cwd=tmp_path,
    )
    assert done.returncode == 3
    (message,) = said(done)
    assert message.startswith("storyreel: cannot write ")
    assert message.endswith(": No space left on device")
    path = Path(message.removeprefix("storyreel: cannot write ").rpartition(": ")[0])
    assert (tmp_path / path).is_relative_to(tmp_path / folder)


@mounts
def test_no_shared_memory_is_needed(tmp_path: Path) -> None:
    lesson_in(tmp_path)
    command = in_own_mounts("mount -t tmpfs -o ro tmpfs /dev/shm", *STORYREEL, "render", "lesson.yaml", *FILM)
    done = run(*command, cwd=tmp_path)
    assert done.returncode == 0, done.stderr


def test_of_two_storyboards_of_one_name_at_once_one_makes_its_lesson(tmp_path: Path) -> None:
    """The other, which would have written the same files, says whose they are."""
    processes = []
    for name in ("one", "two"):
        path = lesson_in(tmp_path / name)
        path.write_text(path.read_text("utf-8").replace("title:", f"title: {name}", 1), "utf-8")
        command = [*STORYREEL, "render", str(path), "-q", "draft", "--voice", "silent"]
        environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")}
        process = subprocess.Popen(
            command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        processes.append((name, process))
    told = {name: process.communicate(timeout=120)[1] for name, process in processes}
    statuses = {name: process.returncode for name, process in processes}
    assert sorted(statuses.values()) == [0, 2], told
    winner, loser = sorted(statuses, key=lambda name: statuses[name])
    assert f"out/lesson has the lesson of {tmp_path / winner / 'lesson.yaml'}" in told[loser]
    transcript = (tmp_path / "out/lesson/transcript.en.txt").read_text("utf-8")
    assert transcript.startswith(winner)
