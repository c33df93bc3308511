"""Draws a task on the worker of an executor."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

from storyreel.core.cache_folder import segment_cache
from storyreel.core.errors import OutsideError, StoryboardError
from storyreel.core.limits import limits
from storyreel.production.render_job import RenderJob
from storyreel.production.render_pool import RenderPool
from storyreel.production.tasks.draw_task import jobs_in, named_files
from storyreel.production.tasks.environment import require_same
from storyreel.production.tasks.executor import Content, MissingFiles
from storyreel.production.tasks.sent_files import SentFiles
from storyreel.production.tasks.sent_packages import digests_of, site
from storyreel.production.tasks.told_frames import FrameTeller
from storyreel.video.segment_cache import SegmentCache

_idle: dict[Path | None, list[RenderPool]] = {}
"""Pools of one process each, which are kept from task to task, by the folder of the packages that were sent
to them; there is one for each thread of a worker."""


@dataclass(frozen=True)
class DrawnSegment:
    """A segment as bytes: its film and its poster."""

    name: str
    video: Content
    poster: Content

    @classmethod
    def read(cls, name: str, cache: SegmentCache) -> Self:
        """A segment that is in the cache."""
        video, poster = (Content.of(path.read_bytes()) for path in (cache.video(name), cache.poster(name)))
        return cls(name, video, poster)

    def write(self, cache: SegmentCache) -> None:
        """Put the segment in the cache. Raises OutsideError if it is damaged or cannot be written."""
        cache.write_video(self.name, self.video.checked(), self.poster.checked())


@dataclass(frozen=True)
class Drawn:
    """The answer to a task: its segments, and why others could not be drawn.

    `problems` are places in the storyboard (file, line, column), each with its message.
    """

    segments: tuple[DrawnSegment, ...]
    problems: tuple[tuple[tuple[str, int, int], str], ...] = ()
    fault: str | None = None


def draw(data: bytes, files: Mapping[str, bytes], place: str = "") -> Drawn | MissingFiles:
    """Draw the jobs in `data`, those that are not in this worker's cache, with files that may come along.

    The frames drawn so far are told at `place` (see `told_frames`). Raises OutsideError if this worker has
    other versions than the task asks for.
    """
    wanted, jobs = jobs_in(data)
    require_same(wanted)
    sent = SentFiles()
    sent.add(files)
    if missing := sent.missing(_digests(jobs)):
        return MissingFiles(missing)
    cache = SegmentCache(segment_cache())
    problems: tuple[Any, ...] = ()
    fault = None
    try:
        _draw(jobs, sent, cache, FrameTeller(place))
    except StoryboardError as error:
        places = [(problem.place, problem.message) for problem in error.problems]
        problems = tuple(((place.file, place.line, place.column), message) for place, message in places)
    except OutsideError as error:
        fault = str(error)
    undrawn = cache.missing(job.name for job in jobs)
    drawn = tuple(DrawnSegment.read(job.name, cache) for job in jobs if job.name not in undrawn)
    cache.tidy(limits().segment_cache_bytes)
    return Drawn(drawn, problems, fault)


def _draw(jobs: list[RenderJob], sent: SentFiles, cache: SegmentCache, teller: FrameTeller) -> None:
    missing = cache.missing(job.name for job in jobs)
    if not missing:
        return
    with TemporaryDirectory(prefix="storyreel-") as folder:
        here = [_with_files(job, sent, Path(folder)) for job in jobs if job.name in missing]
        with _idle_pool(site(jobs[0].origin["packages"], sent)) as pool:
            pool.draw(
                [job.segment for job in here],
                lambda _: here,
                cache,
                lambda segment, frames, _: teller.drawn(segment.name, frames),
            )


@contextmanager
def _idle_pool(packages: Path | None) -> Iterator[RenderPool]:
    """A pool that draws one segment at a time; an executor's worker has as many threads as it should use."""
    idle = _idle.setdefault(packages, [])
    try:
        pool = idle.pop()
    except IndexError:
        pool = RenderPool(1, packages).__enter__()
    try:
        yield pool
    except StoryboardError:
        idle.append(pool)
        raise
    except BaseException:
        pool.__exit__(None, None, None)
        raise
    idle.append(pool)


def _digests(jobs: list[RenderJob]) -> list[str]:
    """Those of all files that the jobs read."""
    found: dict[str, None] = {}
    for job in jobs:
        found |= dict.fromkeys(digests_of(job.origin["packages"]))
        found |= dict.fromkeys(named_files(job).values())
        found |= dict.fromkeys(digest for _, digest in _theme_files(job))
        found |= dict.fromkeys(digest for _, code in job.origin["code"].values() for digest in code.values())
    return list(found)


def _theme_files(job: RenderJob) -> list[list[str]]:
    """Path and digest of each file of the job's theme."""
    theme = job.origin["theme"]
    return [*(theme["typeface"] or [])[1:], *([theme["logo"]] if theme["logo"] else [])]


def _with_files(job: RenderJob, sent: SentFiles, folder: Path) -> RenderJob:
    """The job with paths on this machine, in `folder`, of what it reads."""

    def placed(digest: str, name: str) -> str:
        path = folder / name
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.symlink_to(sent.path(digest))
        return str(path)

    def theme_file(path: str, digest: str) -> list[str]:
        return [placed(digest, f"theme/{digest}{Path(path).suffix}"), digest]

    def with_scene(origin: Mapping[str, Any]) -> dict[str, Any]:
        if not origin["scene_file"]:
            return dict(origin)
        path, class_name = origin["scene_file"]
        own, code = job.origin["code"][path]
        for name, digest in code.items():
            placed(digest, f"code/{name}")
        return {**origin, "scene_file": [str(folder / "code" / own), class_name, str(folder / "code")]}

    for name, digest in named_files(job).items():
        placed(digest, f"pictures/{name}")
    theme = dict(job.origin["theme"])
    if theme["typeface"]:
        family, *fonts = theme["typeface"]
        theme["typeface"] = [family, *(theme_file(*font) for font in fonts)]
    if theme["logo"]:
        theme["logo"] = theme_file(*theme["logo"])
    origin = {**with_scene(job.origin), "folder": str(folder / "pictures"), "theme": theme}
    if "following" in origin:
        origin["following"] = with_scene(origin["following"])
    return RenderJob(job.content, origin)
