"""What `scripts/fuzz` has found stays mended, and it would find such things again."""

import os
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest
from fuzzing.shrink import shrunk
from fuzzing.trial import _fault

TESTS = Path(__file__).parent
LESSON = b"title: T\nchapters: [{id: a, title: A, scene: bullets, beats: [{say: Hello.}]}]\n"


def fuzz(*options: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": f"{TESTS.parent}{os.pathsep}{TESTS}"}
    command = [sys.executable, "-m", "fuzzing", *options]
    return subprocess.run(command, capture_output=True, text=True, env=environment)


def test_what_the_fuzzer_found_is_mended() -> None:
    done = fuzz("--kept")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 faults" in done.stdout
    tried = sum(int(line.split(" × ")[0]) for line in done.stdout.splitlines() if " × " in line)
    assert tried == len(list((TESTS / "fuzzed").glob("*.yaml")))


def test_the_fuzzer_finds_nothing_in_its_first_cases_and_stops_where_it_says(tmp_path: Path) -> None:
    state, kept = str(tmp_path / "state.json"), str(tmp_path / "kept")
    first = fuzz("--seconds", "4", "--jobs", "2", "--seed", "11", "--state", state, "--keep", kept)
    assert first.returncode == 0, first.stdout + first.stderr
    last = int(first.stdout.split("cases 0 to ")[1].split(",")[0])
    second = fuzz("--seconds", "0.5", "--jobs", "1", "--seed", "11", "--state", state, "--keep", kept)
    assert f"seed 11, cases {last + 1} to " in second.stdout


def test_a_storyboard_is_made_as_small_as_it_may_be() -> None:
    random = Random(1)
    lines = [bytes(random.choices(b"abc ", k=20)) for _ in range(60)]
    lines[17], lines[41] = b"some x here", b"and a y there"

    def is_bad(text: bytes) -> bool:
        return b"x" in text and b"y" in text.partition(b"x")[2]

    assert shrunk(b"\n".join(lines), is_bad) == b"xy"


@pytest.mark.parametrize(
    ("status", "output", "fault"),
    [
        (0, "", ""),
        (1 << 8, "lesson.yaml:2:1: no scene named `x`\n    line\n    ^", ""),
        (9, "", "ended by SIGKILL"),
        (3 << 8, "storyreel: a fault in storyreel, shown in full by …: KeyError: 'x'", None),
        (1 << 8, "lesson.yaml:2:1: the cue `draw`: a fault in the scene: IndexError: 3", None),
        (3 << 8, "storyreel: cannot write it", "exit status 3: storyreel: cannot write it"),
        (1 << 8, "lesson.yaml:4:1: a place that there is not", "a message at a place that there is not"),
        (1 << 8, "lesson.yaml:1:99: a column too far", "a message after the end of its line"),
        (1 << 8, "lesson.yaml: nowhere", "a message without a place"),
        (1 << 8, "lesson.yaml:1:1: \x1b[31m", "a message with a control character"),
        (1 << 8, f"lesson.yaml:1:1: {'long ' * 300}", "a message of more than 1000 characters"),
        (0, "/x/engine.py:3: RuntimeWarning: overflow\n  x = 1", None),
    ],
)
def test_what_is_a_fault_and_what_is_not(status: int, output: str, fault: str | None) -> None:
    found = _fault(status, output, LESSON)
    assert found if fault is None else found == fault
