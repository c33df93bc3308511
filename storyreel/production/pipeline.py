"""The whole pipeline in one call: a storyboard becomes a film, or one picture."""

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from storyreel.core.errors import Problem, UsageError
from storyreel.core.progress import Progress, shown_progress
from storyreel.core.quality import DEFAULT_QUALITY, Quality, quality_called
from storyreel.lesson.program_digest import program_digest
from storyreel.production.rendered_film import RenderedFilm
from storyreel.production.up_to_date import up_to_date_lesson

if TYPE_CHECKING:
    from storyreel.production.still import Still
    from storyreel.storyboard.model import Storyboard

OUT = Path("out")


def warn(problem: Problem) -> None:
    """Tell a warning about a storyboard in the way of Python."""
    warnings.warn(str(problem), stacklevel=3)


def render(
    storyboard: "Storyboard | Path | str",
    *,
    quality: Quality | str = DEFAULT_QUALITY,
    chapter: str | None = None,
    beat: int | None = None,
    voice: str | None = None,
    out: Path | str = OUT,
    workers: int | None = None,
    progress: Progress | bool = True,
    on_warning: Callable[[Problem], None] = warn,
) -> RenderedFilm:
    """Render a lesson, one `chapter` of it, or one `beat` (from 1) of that chapter; in a notebook, a player.

    `storyboard` is the path of a file, a text with line breaks, or what `load` gave. `quality` is "draft",
    "hd", "full", "4k" or any `Quality`; `voice` goes before the storyboard's own. The files are written into
    a folder named after the storyboard in the folder `out`, as by the command `storyreel render`; what was
    drawn before is not drawn again. At most `workers` segments are drawn at once (None: one a core).
    `progress` shows how far the work is (True), or not, or is told. `on_warning` is told the warnings of a
    storyboard that is read here.

    Raises StoryboardError with all problems of the storyboard, UsageError for a file, chapter, beat, voice
    or quality that there is not, OutsideError when the disk or the voice fails.
    """
    if beat is not None and chapter is None:
        raise UsageError("a beat is counted within a chapter: give the chapter, too")
    stored, folder = quality_called(quality), Path(out)
    program_digest.cache_clear()  # of the code as it was at the last call
    if chapter is None and (lesson := up_to_date_lesson(storyboard, stored, voice, folder)):
        for problem in lesson.warnings if isinstance(storyboard, Path | str) else ():
            on_warning(problem)
        return lesson.film
    from storyreel.production.render_pool import RenderPool

    # It gets ready while the storyboard is read and spoken.
    with RenderPool() as pool, shown_progress(progress) as told:
        from storyreel.production.picture_digest import forget_code
        from storyreel.production.production import plan

        forget_code()
        read, problems = _read(storyboard)
        for problem in problems:
            on_warning(problem)
        production = plan(read, quality=stored, voice=voice, progress=told)
        from storyreel.production.output import make_clip, make_film

        if chapter is None:
            return make_film(production, folder, told, workers, pool)
        return make_clip(production, folder, chapter, beat, told, workers, pool)


def still(
    storyboard: "Storyboard | Path | str",
    *,
    chapter: str,
    beat: int,
    quality: Quality | str = DEFAULT_QUALITY,
    on_warning: Callable[[Problem], None] = warn,
) -> "Still":
    """Draw how a beat (from 1) of a chapter ends; in a notebook, a picture. Nothing is written.

    The arguments, and what is raised, are those of `render`.
    """
    from storyreel.production.production import plan

    read, problems = _read(storyboard)
    for problem in problems:
        on_warning(problem)
    production = plan(read, quality=quality, voice="silent")
    from storyreel.production.still import last_picture

    return last_picture(production, chapter, beat)


def _read(storyboard: "Storyboard | Path | str") -> "tuple[Storyboard, tuple[Problem, ...]]":
    """The storyboard, and its warnings if it is read only now: of another one they are known."""
    if not isinstance(storyboard, Path | str):
        return storyboard, ()
    from storyreel.reader import load

    read = load(storyboard)
    return read, read.warnings
