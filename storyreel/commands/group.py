"""The group of all commands, and the options and functions that several of them share."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from storyreel.core.quality import ASPECTS, DEFAULT_QUALITY, QUALITIES, Quality, aspect_called

if TYPE_CHECKING:
    from storyreel.core.errors import Problem
    from storyreel.core.progress import Progress
    from storyreel.production.production import Production
    from storyreel.production.up_to_date import UpToDateLesson
    from storyreel.storyboard.model import Storyboard


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="storyreel", message="%(prog)s %(version)s")
def commands() -> None:
    """Turn a YAML storyboard into a narrated, captioned, animated lesson about a neural network."""


storyboard_file = click.argument("file")
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
quality_option = click.option(
    "-q",
    "--quality",
    type=click.Choice(list(QUALITIES)),
    default=DEFAULT_QUALITY,
    show_default=True,
    help=", ".join(f"{name} {q.width}×{q.height} at {q.fps}" for name, q in QUALITIES.items()) + ".",
)
aspect_option = click.option(
    "--aspect",
    metavar="RATIO",
    callback=lambda _, __, aspect: aspect and aspect_called(aspect),
    help=f"Lay the picture out for this aspect ratio and not the storyboard's: {', '.join(ASPECTS)}.",
)
voice_option = click.option("--voice", metavar="NAME", help="Use this voice and not the storyboard's.")
theme_option = click.option(
    "--theme",
    metavar="NAME|FILE",
    help="Use this theme (dark, light, print, or a file) and not the storyboard's.",
)
out_option = click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("out"),
    show_default=True,
    help="The folder for lessons; each has a folder in it with the name of its storyboard.",
)


def lesson_folder(file: str, out: Path) -> Path:
    """The folder in `out` of the lesson of the storyboard in `file`.

    Raises UsageError if it has the lesson of another storyboard with the same name.
    """
    from storyreel.lesson.storyboard_path import require_own_folder

    folder = out / Path(file).stem
    require_own_folder(Path(file), folder)
    return folder


def up_to_date_lesson(
    file: str, quality: Quality, voice: str | None, out: Path, aspect: str | None, theme: str | None
) -> "UpToDateLesson | None":
    """The lesson of the storyboard in `file` if it is up to date; prints its warnings to standard error."""
    from storyreel.production import up_to_date

    lesson = up_to_date.up_to_date_lesson(Path(file), quality, voice, out, aspect, theme)
    for warning in lesson.warnings if lesson else ():
        warn(warning)
    return lesson


@contextmanager
def planned(
    file: str,
    quality: Quality,
    voice: str | None,
    aspect: str | None = None,
    theme: str | None = None,
) -> "Iterator[tuple[Production, Progress]]":
    """The production of the storyboard in `file`, spoken and laid out in time, and its progress display."""
    from storyreel.core.progress import progress_on
    from storyreel.production.production import plan

    storyboard = loaded(file, theme=theme, aspect=aspect)
    with progress_on(sys.stderr) as progress:
        yield plan(storyboard, quality=quality, voice=voice, aspect=aspect, progress=progress), progress


def loaded(
    file: str, text: str | None = None, theme: str | None = None, aspect: str | None = None
) -> "Storyboard":
    """The storyboard in `file`, or in `text` if given; prints its warnings to standard error."""
    from storyreel.reader import load

    storyboard = load(file, text=text, theme=theme, aspect=aspect)
    for warning in storyboard.warnings:
        warn(warning)
    return storyboard


def warn(warning: "Problem") -> None:
    """Print a warning about a storyboard to standard error."""
    print(warning, file=sys.stderr)


def print_json(data: Any) -> None:
    """Print `data` as JSON; in ASCII, with JSON's escapes, if standard output cannot encode it."""
    text = json.dumps(data, indent=2, ensure_ascii=False)
    try:
        text.encode(sys.stdout.encoding)
    except UnicodeEncodeError:
        text = json.dumps(data, indent=2)
    print(text)
