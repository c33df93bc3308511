"""The whole pipeline in one call: from storyboards to films, or to a picture."""

import inspect
import warnings as python_warnings
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from storyreel.core.errors import Problem, StoryboardError, UsageError
from storyreel.core.progress import JointProgress, Progress, shown_progress
from storyreel.core.quality import DEFAULT_QUALITY, Quality, quality_called
from storyreel.lesson.program_digest import program_digest
from storyreel.lesson.storyboard_path import require_own_folder
from storyreel.production.rendered_film import RenderedFilm
from storyreel.production.up_to_date import up_to_date_lesson
from storyreel.reader.source_file import path_and_text

if TYPE_CHECKING:
    from storyreel.production.pool import Pool
    from storyreel.production.still import Still
    from storyreel.production.tasks.executor import Executor
    from storyreel.storyboard.model import Storyboard

OUT = Path("out")


def warn(problem: Problem) -> None:
    """Give a warning about a storyboard as a Python warning, at the line that called this module."""
    outside = next(n for n, frame in enumerate(inspect.stack(0), 1) if frame.filename != __file__)
    python_warnings.warn(str(problem), stacklevel=outside)


def render(
    storyboard: "Storyboard | Path | str",
    *,
    quality: Quality | str = DEFAULT_QUALITY,
    chapter: str | None = None,
    beat: int | None = None,
    voice: str | None = None,
    aspect: str | None = None,
    theme: Path | str | None = None,
    out: Path | str = OUT,
    workers: int | None = None,
    executor: "Executor | None" = None,
    progress: Progress | bool = True,
    on_warning: Callable[[Problem], None] = warn,
) -> RenderedFilm:
    """Render a lesson, one `chapter` of it, or one `beat` (from 1) of that chapter. Notebooks show a player.

    `storyboard` is a path, a text with line breaks, or what `load` returns. `quality` is "draft", "hd",
    "full", "4k" or any `Quality`. `voice`, `aspect` (the aspect ratio: "16:9", "9:16" or "1:1") and `theme`
    (the name of one, or a file) override the storyboard's own. The files are written as by the
    command `storyreel render`: into a folder in `out` with the name of the storyboard. What was drawn before
    is not drawn again. At most `workers` segments are drawn at once (None: one for each core). An `executor`,
    any of `concurrent.futures` or a client of Dask, draws and speaks instead of this process's own children.
    `progress` is whether to show progress, or the function that shows it. `on_warning` gets each warning of a
    storyboard that is not loaded yet.

    Raises StoryboardError with all problems of the storyboard; UsageError if there is no such file, chapter,
    beat, voice or quality, or if the folder has another storyboard's lesson; OutsideError if the voice or the
    executor fails or a file cannot be written.
    """
    if beat is not None and chapter is None:
        raise UsageError("a beat is counted within a chapter: give the chapter, too")
    wanted = _Wanted(
        quality_called(quality).in_aspect(aspect), voice, aspect, theme, Path(out), chapter, beat
    )
    (film,) = _films([storyboard], wanted, workers, executor, progress, on_warning)
    return film


def render_all(
    storyboards: "Iterable[Storyboard | Path | str]",
    *,
    quality: Quality | str = DEFAULT_QUALITY,
    voice: str | None = None,
    aspect: str | None = None,
    theme: Path | str | None = None,
    out: Path | str = OUT,
    workers: int | None = None,
    executor: "Executor | None" = None,
    progress: Progress | bool = True,
    on_warning: Callable[[Problem], None] = warn,
) -> list[RenderedFilm]:
    """Render several lessons in one go: while some are drawn, the next are read and spoken.

    The arguments and the errors are those of `render`. A storyboard with problems does not keep the others
    from being rendered; StoryboardError then has the problems of all. UsageError is raised before anything is
    rendered if two storyboards would have the same folder.
    """
    wanted = _Wanted(quality_called(quality).in_aspect(aspect), voice, aspect, theme, Path(out))
    return _films(list(storyboards), wanted, workers, executor, progress, on_warning)


def still(
    storyboard: "Storyboard | Path | str",
    *,
    chapter: str,
    beat: int,
    quality: Quality | str = DEFAULT_QUALITY,
    aspect: str | None = None,
    theme: Path | str | None = None,
    on_warning: Callable[[Problem], None] = warn,
) -> "Still":
    """Draw the last picture of a beat (from 1) of a chapter. Notebooks show it; nothing is written.

    The arguments and the errors are those of `render`.
    """
    from storyreel.production.production import plan

    read, problems = _read(storyboard, theme)
    for problem in problems:
        on_warning(problem)
    _require_part(read, chapter, beat)
    production = plan(read, quality=quality, voice="silent", aspect=aspect)
    from storyreel.rendering.manim_import import import_manim

    import_manim()
    from storyreel.production.still import last_picture

    return last_picture(production, chapter, beat)


@dataclass(frozen=True)
class _Wanted:
    """What is wanted of each storyboard; None for the storyboard's own."""

    quality: Quality
    voice: str | None
    aspect: str | None
    theme: Path | str | None
    out: Path
    chapter: str | None = None
    beat: int | None = None


def _films(
    storyboards: "Sequence[Storyboard | Path | str]",
    wanted: _Wanted,
    workers: int | None,
    executor: "Executor | None",
    progress: Progress | bool,
    on_warning: Callable[[Problem], None],
) -> list[RenderedFilm]:
    """The films of the storyboards, in their order; those that are up to date are not made again."""
    _require_own_folders(storyboards, wanted.out)
    program_digest.cache_clear()  # the code may have changed since the last call
    films = {n: _up_to_date(storyboard, wanted, on_warning) for n, storyboard in enumerate(storyboards)}
    if waiting := [n for n, film in films.items() if film is None]:
        pool = _pool(workers, executor)
        made = _made([storyboards[n] for n in waiting], wanted, pool, progress, on_warning)
        films |= dict(zip(waiting, made, strict=True))
    return [film for film in films.values() if film]


def _require_own_folders(storyboards: "Sequence[Storyboard | Path | str]", out: Path) -> None:
    """Raise UsageError if a folder would have the lesson of another storyboard."""
    folders: dict[Path, Path] = {}
    for storyboard in storyboards:
        path = _path(storyboard)
        folder = out / path.stem
        require_own_folder(path, folder)
        other = folders.setdefault(folder, path)
        if other is not path:
            raise UsageError(f"{other} and {path} would both be rendered to {folder}")


def _path(storyboard: "Storyboard | Path | str") -> Path:
    return path_and_text(storyboard)[0] if isinstance(storyboard, Path | str) else storyboard.path


def _up_to_date(
    storyboard: "Storyboard | Path | str", wanted: _Wanted, on_warning: Callable[[Problem], None]
) -> RenderedFilm | None:
    """The film of the lesson if it need not be made."""
    if wanted.chapter is not None:
        return None
    lesson = up_to_date_lesson(
        storyboard, wanted.quality, wanted.voice, wanted.out, wanted.aspect, wanted.theme
    )
    if lesson is None:
        return None
    for problem in lesson.warnings if isinstance(storyboard, Path | str) else ():
        on_warning(problem)
    return lesson.film


def _pool(workers: int | None, executor: "Executor | None") -> "Pool":
    if executor is None:
        from storyreel.production.render_pool import RenderPool

        return RenderPool(workers)
    from storyreel.production.tasks.executor_pool import ExecutorPool

    return ExecutorPool(executor)


def _made(
    storyboards: "Sequence[Storyboard | Path | str]",
    wanted: _Wanted,
    pool: "Pool",
    progress: Progress | bool,
    on_warning: Callable[[Problem], None],
) -> list[RenderedFilm]:
    """The films, made in other threads while this one reads the next storyboard."""
    problems: list[Problem] = []
    making: list[Future[RenderedFilm]] = []
    # The pool starts while the first storyboard is read and spoken.
    with ThreadPoolExecutor(pool.lessons_at_once) as threads, pool, shown_progress(progress) as shown:
        from storyreel.production.picture_digest import forget_code

        forget_code()
        told = JointProgress(shown)
        pool.at_end(told.stop)
        try:
            for storyboard in storyboards:
                _wait_for_room(making, pool.lessons_at_once)
                try:
                    read, warnings = _read(storyboard, wanted.theme)
                except StoryboardError as error:
                    problems += error.problems
                    continue
                for problem in warnings:
                    on_warning(problem)
                _require_part(read, wanted.chapter, wanted.beat)
                lesson = told.of_another(read.path.stem if len(storyboards) > 1 else "")
                making.append(threads.submit(_film, read, wanted, lesson, pool))
            films = [_film_of(future, problems) for future in making]
        except BaseException:
            for future in making:
                future.cancel()
            raise
    if problems:
        raise StoryboardError(problems)
    return [film for film in films if film]


def _wait_for_room(making: "Sequence[Future[RenderedFilm]]", at_once: int) -> None:
    """Wait until at most `at_once` films are being made; raises the error of one, unless an author's."""
    running = {future for future in making if not future.done()}
    if len(running) > at_once:
        wait(running, return_when=FIRST_COMPLETED)
    for future in making:
        if future.done():
            _film_of(future, [])


def _film_of(future: "Future[RenderedFilm]", problems: list[Problem]) -> RenderedFilm | None:
    """The film when it is made; None if its storyboard has problems, which are added to `problems`."""
    try:
        return future.result()
    except StoryboardError as error:
        problems += error.problems
        return None


def _film(storyboard: "Storyboard", wanted: _Wanted, progress: Progress, pool: "Pool") -> RenderedFilm:
    from storyreel.production.output import make_clip, make_film
    from storyreel.production.production import plan

    production = plan(
        storyboard,
        quality=wanted.quality,
        voice=wanted.voice,
        aspect=wanted.aspect,
        progress=progress,
        pool=pool,
    )
    if wanted.chapter is None:
        return make_film(production, wanted.out, progress, pool)
    return make_clip(production, wanted.out, wanted.chapter, wanted.beat, progress, pool)


def _read(
    storyboard: "Storyboard | Path | str", theme: Path | str | None
) -> "tuple[Storyboard, tuple[Problem, ...]]":
    """The storyboard; with its warnings, if it was not loaded before."""
    if not isinstance(storyboard, Path | str):
        if theme is None:
            return storyboard, ()
        from storyreel.reader.themes.theme_file import chosen_theme

        return replace(storyboard, theme=chosen_theme(theme, storyboard.path.parent)), ()
    from storyreel.reader import load

    read = load(storyboard, theme=theme)
    return read, read.warnings


def _require_part(storyboard: "Storyboard", chapter: str | None, beat: int | None) -> None:
    """Raise UsageError, before anything is spoken, if there is no such chapter or beat."""
    from storyreel.production.lesson_parts import beat_numbered, chapter_called

    if chapter is not None:
        beats = chapter_called(chapter, storyboard.chapters).beats
        if beat is not None:
            beat_numbered(beat, beats, chapter)
