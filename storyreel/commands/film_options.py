"""The options for rendering a film, of the command `render` and of the cell magic `%%storyreel`."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from storyreel.commands.group import (
    aspect_option,
    out_option,
    quality_option,
    theme_option,
    voice_option,
    warn,
)
from storyreel.core.quality import QUALITIES

if TYPE_CHECKING:
    from storyreel.production.rendered_film import RenderedFilm
    from storyreel.storyboard.model import Storyboard

Decorated = TypeVar("Decorated", bound=Callable[..., Any])

_OPTIONS = (
    quality_option,
    click.option("--chapter", metavar="ID", help="Render only this chapter."),
    click.option(
        "--beat", type=click.IntRange(min=1), metavar="N", help="Render only this beat of the chapter."
    ),
    voice_option,
    aspect_option,
    theme_option,
    out_option,
    click.option(
        "--frame-rate",
        type=click.Choice(["variable", "constant"]),
        default="variable",
        show_default=True,
        help="Store a still picture less often, or store every frame, as some video editors need it.",
    ),
    click.option(
        "--jobs",
        "workers",
        type=click.IntRange(min=1),
        metavar="N",
        help="The most beats to draw at the same time.  [default: the number of cores]",
    ),
)


def film_options(function: Decorated) -> Decorated:
    """Give a command these options, which are the keyword arguments of `rendered`."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def rendered(
    storyboard: "Storyboard | Path", quality: str, frame_rate: str, **options: Any
) -> "RenderedFilm":
    """The film that the options ask for; prints the storyboard's warnings to standard error."""
    from storyreel.production.pipeline import render

    stored = replace(QUALITIES[quality], constant_rate=frame_rate == "constant")
    return render(storyboard, quality=stored, on_warning=warn, **options)
