"""The options for rendering a film, of the command `render` and of the cell magic `%%storyreel`."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
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
from storyreel.core.errors import UsageError
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
    click.option(
        "--on",
        "place",
        metavar="CLUSTER",
        help="Draw and speak on a cluster: dask://HOST:PORT, or dask for one of this machine's processes.",
    ),
)


def film_options(function: Decorated) -> Decorated:
    """Give a command these options, which are the keyword arguments of `rendered`."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def rendered(
    storyboards: "Sequence[Storyboard | Path]",
    quality: str,
    frame_rate: str,
    place: str | None,
    chapter: str | None,
    beat: int | None,
    **options: Any,
) -> "list[RenderedFilm]":
    """The films that the options ask for; prints the storyboards' warnings to standard error."""
    from storyreel.production.pipeline import render, render_all

    stored = replace(QUALITIES[quality], constant_rate=frame_rate == "constant")
    options |= {"quality": stored, "on_warning": warn}
    if len(storyboards) > 1 and chapter is not None:
        raise UsageError("a chapter is one of a storyboard: give only that")
    with _executor(place, options["workers"]) as executor:
        if len(storyboards) > 1:
            return render_all(storyboards, executor=executor, **options)
        return [render(*storyboards, chapter=chapter, beat=beat, executor=executor, **options)]


def _executor(place: str | None, workers: int | None) -> AbstractContextManager[Any]:
    if place is None:
        return nullcontext()
    from storyreel.production.tasks.dask_client import dask_client

    return dask_client(place, workers)
