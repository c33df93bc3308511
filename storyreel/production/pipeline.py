"""The whole pipeline in one call: from a storyboard to a film or a picture."""

import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from storyreel.core.errors import Problem, UsageError
from storyreel.core.progress import Progress, shown_progress
from storyreel.core.quality import DEFAULT_QUALITY, Quality, quality_called
from storyreel.lesson.program_digest import program_digest
from storyreel.lesson.storyboard_path import require_own_folder
from storyreel.production.rendered_film import RenderedFilm
from storyreel.production.up_to_date import up_to_date_lesson
from storyreel.reader.source_file import path_and_text

if TYPE_CHECKING:
    from storyreel.production.still import Still
    from storyreel.storyboard.model import Storyboard

OUT = Path("out")


def warn(problem: Problem) -> None:
    """Give a warning about a storyboard as a Python warning."""
    warnings.warn(str(problem), stacklevel=3)


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
    progress: Progress | bool = True,
    on_warning: Callable[[Problem], None] = warn,
) -> RenderedFilm:
    """Render a lesson, one `chapter` of it, or one `beat` (from 1) of that chapter. Notebooks show a player.

    `storyboard` is a path, a text with line breaks, or what `load` returns. `quality` is "draft", "hd",
    "full", "4k" or any `Quality`. `voice`, `aspect` (the aspect ratio: "16:9", "9:16" or "1:1") and `theme`
    (the name of one, or a file) override the storyboard's own. The files are written as by the
    command `storyreel render`: into a folder in `out` with the name of the storyboard. What was drawn before
    is not drawn again. At most `workers` segments are drawn at once (None: one for each core). `progress` is
    whether to show progress, or the function that shows it. `on_warning` gets each warning of a storyboard
    that is not loaded yet.

    Raises StoryboardError with all problems of the storyboard; UsageError if there is no such file, chapter,
    beat, voice or quality, or if the folder has another storyboard's lesson; OutsideError if the voice fails
    or a file cannot be written.
    """
    if beat is not None and chapter is None:
        raise UsageError("a beat is counted within a chapter: give the chapter, too")
    film_quality, out = quality_called(quality).in_aspect(aspect), Path(out)
    path = path_and_text(storyboard)[0] if isinstance(storyboard, Path | str) else storyboard.path
    require_own_folder(path, out / path.stem)
    program_digest.cache_clear()  # the code may have changed since the last call
    if chapter is None and (lesson := up_to_date_lesson(storyboard, film_quality, voice, out, aspect, theme)):
        for problem in lesson.warnings if isinstance(storyboard, Path | str) else ():
            on_warning(problem)
        return lesson.film
    from storyreel.production.render_pool import RenderPool

    # The pool starts while the storyboard is read and spoken.
    with RenderPool() as pool, shown_progress(progress) as shown:
        from storyreel.production.picture_digest import forget_code
        from storyreel.production.production import plan

        forget_code()
        read, problems = _read(storyboard, theme)
        for problem in problems:
            on_warning(problem)
        _require_part(read, chapter, beat)
        production = plan(read, quality=film_quality, voice=voice, aspect=aspect, progress=shown)
        from storyreel.production.output import make_clip, make_film

        if chapter is None:
            return make_film(production, out, shown, workers, pool)
        return make_clip(production, out, chapter, beat, shown, workers, pool)


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
