"""Commands that draw: films, clips and single pictures."""

from pathlib import Path
from typing import Any

import click

from storyreel.commands.film_options import film_options, rendered
from storyreel.commands.group import (
    aspect_option,
    commands,
    lesson_folder,
    out_option,
    planned,
    quality_option,
    storyboard_file,
    theme_option,
    voice_option,
    warn,
)
from storyreel.core.paths import DEFAULT_STORYBOARD
from storyreel.core.quality import QUALITIES


@commands.command()
@click.argument("files", nargs=-1, metavar="[FILE]...")
@film_options
def render(files: tuple[str, ...], **options: Any) -> None:
    """Render the lesson of storyboard FILE, or the lessons of several.

    The default is the lesson on backpropagation. Prints the path of each film; captions, transcript and the
    chapters' own films are beside it.
    """
    for film in rendered([Path(file) for file in files or (DEFAULT_STORYBOARD,)], **options):
        print(film)


@commands.command()
@storyboard_file
@click.option("--chapter", metavar="ID", required=True, help="The chapter's id.")
@click.option(
    "--beat", type=click.IntRange(min=1), metavar="N", required=True, help="The beat's number, from 1."
)
@quality_option
@aspect_option
@theme_option
@out_option
def still(
    file: str, chapter: str, beat: int, quality: str, aspect: str | None, theme: str | None, out: Path
) -> None:
    """Draw the last picture of one beat of storyboard FILE.

    Prints the path of the PNG.
    """
    from storyreel.production.pipeline import still as drawn

    folder = lesson_folder(file, out) / "stills"
    picture = drawn(
        Path(file), chapter=chapter, beat=beat, quality=quality, aspect=aspect, theme=theme, on_warning=warn
    )
    print(picture.save(folder / f"{chapter}-{beat}.png"))


@commands.command()
@storyboard_file
@quality_option
@voice_option
@aspect_option
@theme_option
@out_option
def sheet(
    file: str, quality: str, voice: str | None, aspect: str | None, theme: str | None, out: Path
) -> None:
    """Draw a contact sheet of storyboard FILE: the last picture of each beat.

    Prints the path of the PNG.
    """
    path = lesson_folder(file, out) / "sheet.png"
    with planned(file, QUALITIES[quality], voice, aspect, theme) as (production, progress):
        from storyreel.rendering.manim_import import import_manim

        import_manim()
        from storyreel.production.still import make_sheet

        make_sheet(production, path, progress)
    print(path)
