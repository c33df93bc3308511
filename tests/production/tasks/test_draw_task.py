"""Render jobs as tasks: of a useful length, the same jobs at the other end, all files by content."""

import shutil
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from helpers.executors import files

from storyreel.core.errors import OutsideError
from storyreel.core.paths import FONTS, STORYBOARDS
from storyreel.core.quality import Quality
from storyreel.production.chapter_jobs import render_jobs
from storyreel.production.production import Production, plan
from storyreel.production.render_job import RenderJob
from storyreel.production.segment_writer import draw_job
from storyreel.production.tasks import draw_task
from storyreel.production.tasks.draw_task import DrawTask, draw_tasks, jobs_in
from storyreel.production.tasks.draw_worker import Drawn, draw
from storyreel.production.tasks.executor import MissingFiles
from storyreel.production.tasks.sent_files import SentFiles
from storyreel.reader import load
from storyreel.storyboard.vocabulary import _scene_types
from storyreel.video.segment_cache import SegmentCache

TINY = Quality(160, 90, 10, "ultrafast", 30)
LESSON = """\
title: With files
voice: silent
theme: theme.yaml
chapters:
  - id: quote
    title: A quotation
    scene: {scene}
    beats:
      - do:
          - {cue}
"""


def jobs_of(production: Production) -> list[list[RenderJob]]:
    return [list(render_jobs(production, chapter)) for chapter in production.timeline.chapters]


def test_tasks_have_5_to_15_seconds_of_film_in_order() -> None:
    for chapter in jobs_of(plan(STORYBOARDS / "backpropagation.yaml", quality=TINY, voice="silent")):
        tasks = list(draw_tasks(iter(chapter)))
        assert [name for task in tasks for name in task.names] == [job.name for job in chapter]
        seconds = {job.name: job.frames / TINY.fps for job in chapter}
        for task in tasks:
            length = sum(seconds[name] for name in task.names)
            assert 5 <= length <= 15 or (len(tasks) == 1 and length < 5)


def test_the_jobs_of_a_task_are_those_that_it_was_made_of() -> None:
    for chapter in jobs_of(plan(STORYBOARDS / "backpropagation.yaml", quality=TINY, voice="silent")):
        for task in draw_tasks(chapter):
            _, jobs = jobs_in(task.data)
            assert tuple(job.name for job in jobs) == task.names
            own = {job.name: job for job in chapter}
            assert [job.segment for job in jobs] == [own[name].segment for name in task.names]
            assert [job.poster_frame for job in jobs] == [own[name].poster_frame for name in task.names]


def test_jobs_with_equal_content_are_an_equal_task() -> None:
    """Dask names a task by a digest of its data, and does it once."""
    first, second = (
        [
            task.data
            for chapter in jobs_of(plan(Path("tests/small_lesson.yaml"), quality=TINY))
            for task in draw_tasks(chapter)
        ]
        for _ in range(2)
    )
    assert first == second
    assert all(one != other for one, other in pairwise(first))


@pytest.fixture
def themed(tmp_path: Path) -> Callable[[str, str], Path]:
    """Writes a lesson with a picture, a theme with a font and a logo, and a cue of a scene."""

    def write(scene: str, cue: str) -> Path:
        folder = tmp_path / "course"
        folder.mkdir()
        shutil.copy(STORYBOARDS / "neuron.svg", folder / "neuron.svg")
        shutil.copy(STORYBOARDS / "neuron.svg", folder / "logo.svg")
        (folder / "logo.svg").write_text((folder / "logo.svg").read_text() + "<!-- another content -->\n")
        shutil.copy(FONTS / "Inter-SemiBold.otf", folder / "own.otf")
        (folder / "theme.yaml").write_text("typeface: own.otf\nlogo: logo.svg\ncorner_mark: logo\n")
        (folder / "lesson.yaml").write_text(LESSON.format(scene=scene, cue=cue))
        return folder / "lesson.yaml"

    return write


def answered(task: DrawTask, gone: Path) -> Drawn:
    """The answer of a worker that has none of the files, which are gone from where they were."""
    missing = draw(task.data, {})
    assert isinstance(missing, MissingFiles)
    assert set(missing.digests) == set(task.files)
    contents = {digest: path.read_bytes() for digest, path in task.files.items()}
    shutil.rmtree(gone)
    drawn = draw(task.data, contents)
    assert isinstance(drawn, Drawn)
    return drawn


def test_pictures_fonts_and_logos_are_sent_by_content(
    themed: Callable[[str, str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = themed("picture", "show_image: neuron.svg")
    ((job, *_),) = jobs_of(plan(path, quality=TINY))
    draw_job(job, SegmentCache(tmp_path / "here"))
    (task,) = draw_tasks([job])
    assert {path.name for path in task.files.values()} == {"neuron.svg", "own.otf", "logo.svg"}
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "worker"))
    drawn = answered(task, path.parent)
    (segment,) = drawn.segments
    segment.write(SegmentCache(tmp_path / "back"))
    assert files(tmp_path / "back") == files(tmp_path / "here")
    # They are kept, so that nobody has to send them again.
    assert SentFiles().missing(task.files) == ()


OWN_SCENE = '''
from {module} import COLOUR
from storyreel.stage.text_stage import TextStage
from storyreel.storyboard.cue import cue
from manim import Square

class Own(TextStage):
    """A square."""

    @cue(seconds=1)
    def square(self) -> None:
        """Show a square."""
        self.add(Square(color=COLOUR))
'''
"""The code of a scene, which another module of its package gives the colour."""


@pytest.fixture(params=["own_course.scenes", ""], ids=["in a package", "a module by itself"])
def own_scene(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    """Offers a scene as a plug-in, and gives the folder that it is installed in."""
    site = tmp_path / "site"
    package = site.joinpath(*request.param.split("."))
    package.mkdir(parents=True)
    for folder in (package, package.parent) if request.param else ():
        (folder / "__init__.py").write_text("")
    prefix = f"{request.param}." if request.param else ""
    (package / "own_colours.py").write_text('COLOUR = "#123456"\n')
    (package / "own_square.py").write_text(OWN_SCENE.format(module=f"{prefix}own_colours"))
    info = site / "own-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: own\nVersion: 1\n")
    (info / "entry_points.txt").write_text(f"[storyreel.scenes]\nown = {prefix}own_square:Own\n")
    monkeypatch.syspath_prepend(str(site))
    _scene_types.cache_clear()
    yield site
    _scene_types.cache_clear()


def test_a_scene_that_only_the_client_has_is_sent_by_content(
    own_scene: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "lesson.yaml"
    path.write_text(LESSON.format(scene="own", cue="square").replace("theme: theme.yaml\n", ""))
    ((job, *_),) = jobs_of(plan(path, quality=TINY))
    (task,) = draw_tasks([job])
    assert {path.name for path in task.files.values()} >= {"own_square.py", "own_colours.py"}
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "worker"))
    # The pool's process is a new one, which has never had the folder in its path.
    drawn = answered(task, own_scene)
    assert (len(drawn.segments), drawn.problems, drawn.fault) == (1, (), None)


@pytest.mark.parametrize("library", ["manim", "cairo", "Python", "storyreel"])
def test_a_worker_with_another_version_is_refused_by_name(
    library: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = draw_task.environment()
    monkeypatch.setattr(draw_task, "environment", lambda: {**own, library: "9.9"})
    ((job, *_), _) = jobs_of(plan(load(Path("tests/small_lesson.yaml")), quality=TINY))
    (task,) = draw_tasks([job])
    with pytest.raises(
        OutsideError, match=rf"^the worker .* has {library} .* and not 9\.9; give all workers"
    ):
        draw(task.data, {})


def test_a_scene_that_comes_with_storyreel_is_not_sent() -> None:
    for chapter in jobs_of(plan(Path("tests/small_lesson.yaml"), quality=TINY)):
        for task in draw_tasks(chapter):
            assert not task.files
