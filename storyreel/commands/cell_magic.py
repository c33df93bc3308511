"""`%%storyreel`: a cell of a notebook is a storyboard, and becomes a film that plays below it."""

import shlex
from typing import Any

import click

from storyreel.commands.film_options import film_options, rendered
from storyreel.commands.group import loaded
from storyreel.core.errors import UsageError
from storyreel.production.rendered_film import RenderedFilm
from storyreel.reader.source_file import UNNAMED


@click.command(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.argument("name", default=UNNAMED, required=False)
@film_options
@click.pass_obj
def render_cell(cell: str, /, name: str, **options: Any) -> RenderedFilm:
    """Render the storyboard in this cell, and show the film.

    NAME is what its file would be called: that of the lesson's folder, and of what messages are about.
    """
    # Lines count as in the cell, of which the magic itself is the first.
    (film,) = rendered([loaded(name, f"\n{cell}")], **options)
    return film


def storyreel(line: str, cell: str) -> RenderedFilm | None:
    """Render the storyboard in this cell, and show the film; `%%storyreel -h` has the options.

    Raises StoryboardError with all problems of the storyboard, which IPython shows as they are.
    """
    try:
        arguments = shlex.split(line)
        film = render_cell.main(arguments, prog_name="%%storyreel", standalone_mode=False, obj=cell)
    except ValueError as error:
        raise UsageError(f"%%storyreel {line}: {error}") from None
    except click.ClickException as error:
        raise UsageError(error.format_message()) from None
    return film if isinstance(film, RenderedFilm) else None  # what it is after help


def register(shell: Any) -> None:
    """Give an IPython shell the magic."""
    shell.register_magic_function(storyreel, magic_kind="cell")
