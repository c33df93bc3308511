"""The workflow for a course's repository in the docs: its own commands, in a course of one lesson."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]


def blocks() -> list[str]:
    text = (ROOT / "docs" / "clusters.md").read_text("utf-8")
    return [block.split("\n```", 1)[0] for block in text.split("```yaml\n")[1:]]


@pytest.fixture(scope="module")
def workflow() -> dict[Any, Any]:
    (found,) = [made for made in map(yaml.safe_load, blocks()[-1:]) if "jobs" in made]
    return dict(found)


def commands(workflow: dict[Any, Any], step: str) -> str:
    return str(next(it["run"] for it in workflow["jobs"]["lessons"]["steps"] if it.get("name") == step))


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("course")
    (folder / "lessons").mkdir()
    shutil.copy(ROOT / "tests" / "small_lesson.yaml", folder / "lessons")
    (folder / "bin").mkdir()
    program = folder / "bin" / "storyreel"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m storyreel "$@"\n')
    program.chmod(0o755)
    return folder


def run(course: Path, commands: str) -> "subprocess.CompletedProcess[str]":
    """Run commands as GitHub does: with `bash -e`, in the repository."""
    path = os.pathsep.join([str(course / "bin"), os.environ["PATH"], "/usr/bin", "/bin"])
    python_path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    return subprocess.run(
        ["bash", "-e", "-c", commands],
        cwd=course,
        env={**os.environ, "PATH": path, "PYTHONPATH": python_path, "XDG_CACHE_HOME": str(course / ".cache")},
        capture_output=True,
        text=True,
        timeout=300,
    )


def test_its_commands_check_render_and_make_pages(workflow: dict[Any, Any], course: Path) -> None:
    for step in ("Check", "Render", "Pages"):
        done = run(course, commands(workflow, step))
        assert done.returncode == 0, done.stderr
    assert {path.name for path in (course / "site/small_lesson").iterdir()} == {
        "index.html",
        "lesson.mp4",
        "poster.jpg",
    }


def test_what_it_keeps_between_runs_saves_the_next_one_from_drawing(
    workflow: dict[Any, Any], course: Path
) -> None:
    (kept,) = [
        it["with"]["path"] for it in workflow["jobs"]["lessons"]["steps"] if "cache" in it.get("uses", "")
    ]
    shutil.rmtree(course / "out")  # as in a new run
    assert (course / kept).is_dir()
    done = run(course, commands(workflow, "Render"))
    assert done.returncode == 0
    assert "drawing: " not in done.stderr


def test_a_problem_ends_it_at_the_check_with_its_line(workflow: dict[Any, Any], course: Path) -> None:
    (course / "lessons" / "wrong.yaml").write_text("title: Wrong\n")
    done = run(course, commands(workflow, "Check"))
    assert (done.returncode, "wrong.yaml:1:1: " in done.stderr + done.stdout) == (1, True)


def test_its_examples_in_python_are_python() -> None:
    text = (ROOT / "docs" / "clusters.md").read_text("utf-8")
    examples = [block.split("\n```", 1)[0] for block in text.split("```python\n")[1:]]
    assert len(examples) == 3
    for example in examples:
        compile(example, "clusters.md", "exec")


def test_what_is_for_dask_and_kubernetes_can_be_read() -> None:
    read = [list(yaml.safe_load_all(block)) for block in blocks()]
    assert [len(documents) for documents in read] == [1, 3, 1]
    assert set(read[0][0]["distributed"]["comm"]["tls"]) == {"ca-file", "scheduler", "worker", "client"}
