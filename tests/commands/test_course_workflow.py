"""The workflow for a course's repository in the docs: its own commands, in a course of one lesson.

They run without a network, with storyreel as the workflow installs it. GitHub's own actions are not run.
"""

import os
import shutil
import subprocess
import sys
import sysconfig
import threading
from functools import partial
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urljoin
from urllib.request import urlopen

import pytest
import yaml
from distributed.cli import dask_scheduler, dask_worker

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
    subprocess.run([sys.executable, "-m", "venv", str(folder / "python")], check=True)
    sudo = folder / "python" / "bin" / "sudo"
    sudo.write_text('#!/bin/sh\necho "$@" >> apt-get.log\n')  # there is no network to install from
    sudo.chmod(0o755)
    return folder


@pytest.fixture(scope="module")
def installed(course: Path, workflow: dict[Any, Any]) -> "subprocess.CompletedProcess[str]":
    """The install step, with a wheel of this checkout; the packages that it needs are those of the tests."""
    source = course / "source"
    source.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE", "storyreel", "scenes", "assets"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, source / name)
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    options = ["--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", str(course / "wheels")]
    subprocess.run([*pip, "wheel", *options, str(source)], check=True, capture_output=True)
    done = run(course, commands(workflow, "Install"))
    (site,) = (course / "python" / "lib").glob("python*/site-packages")
    (site / "needed.pth").write_text(f"{sysconfig.get_path('purelib')}\n")
    return done


def run(course: Path, commands: str) -> "subprocess.CompletedProcess[str]":
    """Run commands as GitHub does: with `bash -e`, in the repository."""
    path = os.pathsep.join([str(course / "python" / "bin"), os.environ["PATH"], "/usr/bin", "/bin"])
    offline = {"PIP_NO_INDEX": "1", "PIP_NO_DEPS": "1", "PIP_FIND_LINKS": str(course / "wheels")}
    environment = {**os.environ, **offline, "PATH": path, "XDG_CACHE_HOME": str(course / ".cache")}
    environment.pop("PYTHONPATH", None)
    return subprocess.run(
        ["bash", "-e", "-c", commands],
        cwd=course,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
    )


def test_its_install_command_installs_a_wheel_of_this_checkout_and_asks_for_system_packages(
    installed: "subprocess.CompletedProcess[str]", course: Path
) -> None:
    assert installed.returncode == 0, installed.stderr
    assert "Successfully installed storyreel-" in installed.stdout
    asked = (course / "apt-get.log").read_text().splitlines()
    assert [line.split()[:2] for line in asked] == [["apt-get", "update"], ["apt-get", "install"]]
    where = run(course, "python -c 'import storyreel; print(storyreel.__file__)'").stdout
    assert Path(where).is_relative_to(course / "python")


@pytest.mark.usefixtures("installed")
def test_its_commands_check_render_and_make_pages(workflow: dict[Any, Any], course: Path) -> None:
    for step in ("Check", "Render", "Pages"):
        done = run(course, commands(workflow, step))
        assert done.returncode == 0, done.stderr
    assert {path.name for path in (course / "site/small_lesson").iterdir()} == {
        "index.html",
        "lesson.mp4",
        "poster.jpg",
    }


class Links(HTMLParser):
    """What a page links to, or plays and shows."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.found += [
            value for name, value in attributes if name in ("href", "src", "poster") and value is not None
        ]


def test_every_link_of_what_it_publishes_resolves_from_the_first_page(
    workflow: dict[Any, Any], course: Path
) -> None:
    jobs = workflow["jobs"]
    (upload,) = (it for it in jobs["lessons"]["steps"] if "upload-pages-artifact" in it.get("uses", ""))
    site = course / upload["with"]["path"]
    assert all(path.is_file() and not path.is_symlink() for path in site.rglob("*.*"))
    assert jobs["publish"]["needs"] == "lessons"
    assert workflow["permissions"].items() >= {"pages": "write", "id-token": "write"}.items()
    handler = partial(SimpleHTTPRequestHandler, directory=str(site))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        start = f"http://127.0.0.1:{server.server_port}/"
        seen: dict[str, int] = {}
        waiting = [start]
        while waiting:
            address = waiting.pop().partition("#")[0]
            if address in seen or not address.startswith(start):
                continue
            with urlopen(address) as answer:
                seen[address] = answer.status
                if answer.headers.get_content_type() == "text/html":
                    links = Links()
                    links.feed(answer.read().decode())
                    waiting += [urljoin(address, link) for link in links.found]
        server.shutdown()
    lesson = f"{start}small_lesson/"
    assert set(seen) >= {start, lesson, f"{lesson}lesson.mp4", f"{lesson}poster.jpg"}


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


@pytest.fixture(scope="module")
def examples() -> list[str]:
    text = (ROOT / "docs" / "clusters.md").read_text("utf-8")
    return [block.split("\n```", 1)[0] for block in text.split("```python\n")[1:]]


def test_its_examples_in_python_are_python(examples: list[str]) -> None:
    assert len(examples) == 3
    for example in examples:
        compile(example, "clusters.md", "exec")


def test_its_example_of_a_process_pool_renders_as_a_script(examples: list[str], tmp_path: Path) -> None:
    shutil.copy(ROOT / "tests" / "small_lesson.yaml", tmp_path / "lesson.yaml")
    (tmp_path / "script.py").write_text(
        examples[-1].replace('"lesson.yaml"', '"lesson.yaml", quality="draft"')
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    subprocess.run([sys.executable, "script.py"], cwd=tmp_path, env=environment, check=True, timeout=300)
    assert (tmp_path / "out" / "lesson" / "lesson.mp4").is_file()


def test_the_commands_of_dask_have_the_options_that_the_docs_give_them() -> None:
    text = (ROOT / "docs" / "clusters.md").read_text("utf-8")
    told = [line.split("#")[0].split() for line in text.splitlines() if line.startswith("    dask ")]
    _, kubernetes, _ = [list(yaml.safe_load_all(block)) for block in blocks()]
    containers = [
        it["spec"]["template"]["spec"]["containers"] for it in kubernetes if it["kind"] == "Deployment"
    ]
    told += [one["command"] for its in containers for one in its]
    assert len(told) == 4
    for _, command, *options in told:
        main = {"scheduler": dask_scheduler, "worker": dask_worker}[command].main
        main.make_context(f"dask {command}", options)


def test_the_parts_of_the_kubernetes_example_find_each_other() -> None:
    """Its fields were checked against the schema of Kubernetes 1.37, by kubernetes-validate --strict."""
    _, (scheduler, service, workers), _ = [list(yaml.safe_load_all(block)) for block in blocks()]
    labels = [it["spec"]["template"]["metadata"]["labels"] for it in (scheduler, workers)]
    assert [it["spec"]["selector"]["matchLabels"] for it in (scheduler, workers)] == labels
    assert service["spec"]["selector"] == labels[0]
    ((port,),) = (its.values() for its in service["spec"]["ports"])
    (container,) = workers["spec"]["template"]["spec"]["containers"]
    assert f"{service['metadata']['name']}:{port}" in container["command"]


def test_what_is_for_dask_and_kubernetes_can_be_read() -> None:
    read = [list(yaml.safe_load_all(block)) for block in blocks()]
    assert [len(documents) for documents in read] == [1, 3, 1]
    assert set(read[0][0]["distributed"]["comm"]["tls"]) == {"ca-file", "scheduler", "worker", "client"}
