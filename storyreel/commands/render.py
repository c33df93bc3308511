"""Commands that draw: films, clips and single pictures."""

from dataclasses import replace
from pathlib import Path

import click

from storyreel.commands.group import (
    commands,
    lesson_folder,
    out_option,
    planned,
    quality_option,
    storyboard_file,
    up_to_date_lesson,
    voice_option,
)
from storyreel.core.errors import UsageError
from storyreel.core.paths import DEFAULT_STORYBOARD
from storyreel.core.quality import QUALITIES


@commands.command()
@click.argument("file", default=str(DEFAULT_STORYBOARD), required=False)
@quality_option
@click.option("--chapter", metavar="ID", help="Render only this chapter.")
@click.option("--beat", type=click.IntRange(min=1), metavar="N", help="Render only this beat of the chapter.")
@voice_option
@out_option
@click.option(
    "--frame-rate",
    type=click.Choice(["variable", "constant"]),
    default="variable",
    show_default=True,
    help="Store a still picture less often, or store every frame, as some video editors need it.",
)
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="The most beats to draw at the same time.  [default: the number of cores]",
)
def render(
    file: str,
    quality: str,
    chapter: str | None,
    beat: int | None,
    voice: str | None,
    out: Path,
    frame_rate: str,
    jobs: int | None,
) -> None:
    """Render the lesson of storyboard FILE.

    The default is the lesson on backpropagation. Prints the path of the film; captions, transcript and the
    chapters' own films are beside it.
    """
    if beat is not None and chapter is None:
        raise UsageError("--beat is counted within a chapter: give --chapter too")

    lesson_folder(file, out)  # raises UsageError before anything is spoken
    film_quality = replace(QUALITIES[quality], constant_rate=frame_rate == "constant")
    if chapter is None and (lesson := up_to_date_lesson(file, film_quality, voice, out)):
        print(lesson.film)
        return
    from storyreel.production.render_pool import RenderPool

    # The pool starts while the storyboard is read and spoken.
    with (
        RenderPool() as pool,
        planned(file, film_quality, voice, chapter=chapter, beat=beat) as (production, progress),
    ):
        from storyreel.production.output import make_clip, make_film

        if chapter is None:
            film = make_film(production, out, progress, jobs, pool)
        else:
            film = make_clip(production, out, chapter, beat, progress, jobs, pool)
    print(film)


@commands.command()
@storyboard_file
@click.option("--chapter", metavar="ID", required=True, help="The chapter's id.")
@click.option(
    "--beat", type=click.IntRange(min=1), metavar="N", required=True, help="The beat's number, from 1."
)
@quality_option
@out_option
def still(file: str, chapter: str, beat: int, quality: str, out: Path) -> None:
    """Draw the last picture of one beat of storyboard FILE.

    Prints the path of the PNG.
    """
    path = lesson_folder(file, out) / "stills" / f"{chapter}-{beat}.png"
    with planned(file, QUALITIES[quality], "silent", chapter=chapter, beat=beat) as (production, _):
        from storyreel.production.still import make_still

        make_still(production, chapter, beat, path)
    print(path)


@commands.command()
@storyboard_file
@quality_option
@voice_option
@out_option
def sheet(file: str, quality: str, voice: str | None, out: Path) -> None:
    """Draw a contact sheet of storyboard FILE: the last picture of each beat.

    Prints the path of the PNG.
    """
    path = lesson_folder(file, out) / "sheet.png"
    with planned(file, QUALITIES[quality], voice) as (production, progress):
        from storyreel.production.still import make_sheet

        make_sheet(production, path, progress)
    print(path)
