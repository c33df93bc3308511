"""Workers of a cluster that differ from whoever gives them tasks: refused by name, or sent what they lack."""

import os
import re
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from helpers.executors import LESSON, SMALL, cluster, files, wait_until

from storyreel.core.errors import OutsideError
from storyreel.production.pipeline import render
from storyreel.production.tasks import dask_workers


def other_version(folder: Path, library: str, version: str) -> str:
    """What a worker's PYTHONPATH has to be for it to find that version of a library."""
    info = folder / f"other/{library.replace('-', '_')}-{version}.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {library}\nVersion: {version}\n")
    return os.pathsep.join([str(info.parent), os.environ.get("PYTHONPATH", "")])


REFUSED = r"the worker .* \(process {}\) has contourpy 9\.9 and not \d[\d.]+"


def test_workers_with_another_version_of_a_library_are_refused_by_name_and_the_others_draw(
    empty: Path, at_home: dict[str, bytes], capfd: pytest.CaptureFixture[str]
) -> None:
    other = other_version(empty, "contourpy", "9.9")
    with cluster(empty / "cluster", workers=1) as made, made.client() as client:
        early = made.add_worker(PYTHONPATH=other)
        client.wait_for_workers(2, timeout=60)
        late: list[Any] = []
        lines: list[str] = []

        def both_are_refused() -> bool:
            lines.extend(line for line in capfd.readouterr().err.splitlines() if "refused" in line)
            return len(lines) == 2

        def another_joins(step: str, *_: Any) -> None:
            if step == "drawing" and not late:
                late.append(made.add_worker(PYTHONPATH=other))
                wait_until(both_are_refused)

        render(LESSON, quality=SMALL, out=empty / "out", executor=client, progress=another_joins)
        for number in (2, 3):
            assert not list(made.cache(number).rglob("*.mp4"))
            assert not list(made.cache(number).rglob("*.npz"))
        assert files(empty / "out") == at_home
    for line, process in zip(lines, [early, *late], strict=True):
        assert re.fullmatch(f"storyreel: refused: {REFUSED.format(process.pid)}", line)


def test_users_with_different_versions_share_a_cluster(
    run: Callable[..., "subprocess.CompletedProcess[str]"], empty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = other_version(empty, "contourpy", "9.9")
    with cluster(empty / "cluster", workers=1) as made, made.client() as client:
        made.add_worker(PYTHONPATH=other)
        client.wait_for_workers(2, timeout=60)
        place = f"dask://{client.scheduler.address.removeprefix('tcp://')}"
        one = run("render", LESSON, "-q", "draft", "--out", empty / "one", "--on", place)
        drawn = [set(files(made.cache(number))) for number in (1, 2)]
        monkeypatch.setenv("PYTHONPATH", other)
        two = run("render", LESSON, "-q", "draft", "--out", empty / "two", "--on", place)
        assert (one.returncode, two.returncode) == (0, 0)
        assert drawn[0] and not drawn[1]
        assert set(files(made.cache(1))) == drawn[0]
        assert len(list(made.cache(2).glob("pieces/*.mp4"))) == len(list(made.cache(1).glob("pieces/*.mp4")))


def test_a_render_ends_with_a_line_when_no_worker_is_left_that_fits(
    empty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dask_workers, "PATIENCE", 0.5)
    with cluster(empty / "cluster", workers=1) as made, made.client() as client:
        process = made.add_worker(PYTHONPATH=other_version(empty, "contourpy", "9.9"))
        client.wait_for_workers(2, timeout=60)

        def kill_the_one_that_fits(*_: Any) -> None:
            made.workers[0].kill()

        refused = REFUSED.format(process.pid)
        line = f"^no worker is left that fits: {refused}; give all workers the same versions$"
        with pytest.raises(OutsideError, match=line):
            render(LESSON, quality=SMALL, out=empty / "out", executor=client, progress=kill_the_one_that_fits)
    assert not list((empty / "out").rglob("*.mp4"))


def test_a_worker_that_joins_when_all_have_gone_gets_their_tasks(
    empty: Path, at_home: dict[str, bytes]
) -> None:
    with (
        ThreadPoolExecutor(1) as threads,
        cluster(empty / "cluster", workers=0) as made,
        made.client() as client,
    ):
        film = threads.submit(
            render, LESSON, quality=SMALL, out=empty / "out", executor=client, progress=False
        )
        wait_until(lambda: client.run_on_scheduler(lambda dask_scheduler: len(dask_scheduler.unrunnable)) > 0)
        made.add_worker()
        film.result(timeout=120)
        assert files(empty / "out") == at_home


def test_a_worker_that_cannot_load_storyreel_is_refused(
    empty: Path, at_home: dict[str, bytes], capfd: pytest.CaptureFixture[str]
) -> None:
    none = empty / "none" / "storyreel"
    none.mkdir(parents=True)
    (none / "__init__.py").write_text("raise ImportError('another package of this name')")
    with cluster(empty / "cluster", workers=1) as made, made.client() as client:
        made.add_worker(PYTHONPATH=os.pathsep.join([str(none.parent), os.environ.get("PYTHONPATH", "")]))
        client.wait_for_workers(2, timeout=60)
        render(LESSON, quality=SMALL, out=empty / "out", executor=client, progress=False)
        assert files(empty / "out") == at_home
    line = r"storyreel: refused: the worker tcp://.* cannot load storyreel: .*another package of this name"
    assert re.match(line, capfd.readouterr().err)


def test_what_a_worker_without_the_voice_cannot_speak_is_spoken_here(empty: Path) -> None:
    path = empty / "lesson.yaml"
    text = LESSON.read_text("utf-8").replace("voice: silent", "voice: hibari")
    path.write_text(text.split("  - id: loss")[0])
    with cluster(empty / "cluster", workers=0) as made, made.client() as client:
        made.add_worker(PYTHONPATH=other_version(empty, "hibari-tts", "0.0"))
        client.wait_for_workers(1, timeout=60)
        render(path, quality=SMALL, out=empty / "out", executor=client, progress=False)
        assert not list(made.cache(1).glob("speech/*.npz"))
        assert list(made.cache(1).glob("pieces/*.mp4"))
    os.rename(empty / "cache", empty / "cache of the client")
    render(path, quality=SMALL, out=empty / "home", progress=False)
    assert files(empty / "out") == files(empty / "home")


OWN_ROW = """
import numpy as np
from storyreel.engine.activations import elementwise
from {package}.own_slope import SLOPE
ROW = elementwise("own_slope", lambda z: SLOPE * z, lambda z, a: np.full_like(z, SLOPE), "{{z}}", "3")
"""
WITH_OWN_ROW = """\
title: With an activation of another package
voice: silent
networks:
  net:
    input: {x: 2}
    layers:
      - {name: h, weights: [[3]], activation: own_slope}
    target: 3
    loss: half_squared_error
chapters:
  - id: plot
    title: Its curve
    scene: plot
    beats:
      - do:
          - plot_activation: {name: own_slope}
"""


def install_own_row(site: Path, package: str, slope: int) -> None:
    (site / package).mkdir(parents=True, exist_ok=True)
    (site / package / "__init__.py").write_text("")
    (site / package / "own_slope.py").write_text(f"SLOPE = {slope}\n")
    (site / package / "own_row.py").write_text(OWN_ROW.format(package=package))
    info = site / f"{package}-1.dist-info"
    info.mkdir(exist_ok=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1\n")
    (info / "entry_points.txt").write_text(f"[storyreel.activations]\nown_slope = {package}.own_row:ROW\n")


def test_an_activation_that_only_the_client_has_is_sent_by_content(
    run: Callable[..., "subprocess.CompletedProcess[str]"], empty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = empty / "lesson.yaml"
    path.write_text(WITH_OWN_ROW)
    own, others = empty / "site", empty / "site of a worker"
    install_own_row(own, "own_course", slope=3)
    install_own_row(others, "own_course", slope=-1)  # an older version, which a worker has
    before = os.environ.get("PYTHONPATH", "")
    options = ("render", path, "-q", "draft")
    with cluster(empty / "cluster", workers=0) as made, made.client() as client:
        made.add_worker()
        made.add_worker(PYTHONPATH=os.pathsep.join([str(others), before]))
        client.wait_for_workers(2, timeout=60)
        monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(own), before]))
        address = client.scheduler.address.removeprefix("tcp://")
        on_dask = run(*options, "--out", empty / "out", "--on", f"dask://{address}")
    assert on_dask.returncode == 0, on_dask.stderr
    os.rename(empty / "cache", empty / "cache of the client")
    assert run(*options, "--out", empty / "home").returncode == 0
    assert files(empty / "out") == files(empty / "home")
    # Another version of the package makes another picture.
    film = (empty / "home/lesson/lesson.mp4").read_bytes()
    install_own_row(own, "own_course", slope=2)
    assert run(*options, "--out", empty / "home").returncode == 0
    assert (empty / "home/lesson/lesson.mp4").read_bytes() != film
