"""Render jobs as tasks: several segments of a chapter that follow each other, and their files by content."""

import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from storyreel.core.code_digest import file_digest
from storyreel.production.picture_digest import package_code
from storyreel.production.render_job import RenderJob, render_job_from
from storyreel.production.tasks.environment import environment
from storyreel.production.tasks.executor import Task
from storyreel.production.tasks.sent_packages import package_files, packages

SECONDS = 10
"""Seconds of film in a task, about: of two segments to more. A worker plays the cues before them without
drawing, which a longer task does less often, and a shorter one leaves less to wait for at the end."""


@dataclass(frozen=True, eq=False)
class DrawTask(Task):
    """Several render jobs of a chapter; `names` are those of its segments."""

    names: tuple[str, ...] = ()


def draw_tasks(jobs: Iterable[RenderJob]) -> Iterator[DrawTask]:
    """The jobs of a chapter as tasks of 5 to 15 seconds of film, or less if the chapter has less."""
    jobs = list(jobs)
    seconds = [job.frames / job.quality.fps for job in jobs]
    length = sum(seconds) / max(1, round(sum(seconds) / SECONDS))
    run: list[RenderJob] = []
    passed, border = 0.0, length
    for job, its in zip(jobs, seconds, strict=True):
        if run and passed + its / 2 > border:
            yield _task(run)
            run, border = [], border + length
        run.append(job)
        passed += its
    if run:
        yield _task(run)


def jobs_in(data: bytes) -> tuple[Mapping[str, str], list[RenderJob]]:
    """The environment that the jobs of a task's `data` are for, and the jobs."""
    task = json.loads(zlib.decompress(data))
    jobs = [
        render_job_from({part: {**task[part], **its[part]} for part in ("content", "origin")})
        for its in task["jobs"]
    ]
    return task["environment"], jobs


def _task(jobs: Sequence[RenderJob]) -> DrawTask:
    # What all have, such as the networks, is sent once.
    contents, content = _apart([job.content for job in jobs])
    origins, origin = _apart([{**job.origin, "code": _code(job), "packages": packages()} for job in jobs])
    data = {
        "environment": environment(),
        "content": content,
        "origin": origin,
        "jobs": [{"content": c, "origin": o} for c, o in zip(contents, origins, strict=True)],
    }
    packed = zlib.compress(json.dumps(data).encode())
    return DrawTask(packed, _files(jobs), tuple(job.name for job in jobs))


def _apart(parts: Sequence[Mapping[str, Any]]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """What each has by itself, and what all have."""
    common = {key: its for key, its in parts[0].items() if all(part.get(key) == its for part in parts)}
    return [{key: its for key, its in part.items() if key not in common} for part in parts], common


def named_files(job: RenderJob) -> dict[str, str]:
    """The pictures that the job's cues name, by their paths in the storyboard's folder, and their digests."""
    beats = [*job.content["beats"], *job.content.get("following", {}).get("beats", ())]
    return {name: digest for beat in beats for name, digest in beat["files"].items()}


def _files(jobs: Sequence[RenderJob]) -> dict[str, Path]:
    """All files that the jobs read and that storyreel does not have itself, by digest."""
    found = package_files()
    for job in jobs:
        folder = Path(job.origin["folder"])
        found |= {digest: folder / name for name, digest in named_files(job).items()}
        _, *fonts = job.origin["theme"]["typeface"] or [""]
        logo = job.origin["theme"]["logo"]
        found |= {digest: Path(path) for path, digest in [*fonts, *([logo] if logo else [])]}
    scenes = {scene for job in jobs for scene in _scenes(job)}
    for scene in scenes:
        found |= {digest: root / name for root, name, digest in _code_of(scene)}
    return found


def _code(job: RenderJob) -> dict[str, list[Any]]:
    """For each scene of another package, by its file: the path from the folder from which it is imported, and
    the digests of all its files by such paths."""
    return {
        scene: [_code_of(scene)[0][1], {name: its for _, name, its in _code_of(scene)}]
        for scene in _scenes(job)
    }


def _scenes(job: RenderJob) -> list[str]:
    origins = [job.origin, *([job.origin["following"]] if "following" in job.origin else [])]
    return [origin["scene_file"][0] for origin in origins if origin["scene_file"]]


@cache
def _code_of(scene: str) -> tuple[tuple[Path, str, str], ...]:
    """The Python files of a scene, its own first: the folder they are imported from, path in it, digest."""
    root, files = package_code(Path(scene))
    return tuple((root, str(path.relative_to(root)), file_digest(path)) for path in files)
