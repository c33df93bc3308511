"""Commands that print facts about a storyboard: its problems, its numbers, its times."""

import sys
from typing import TYPE_CHECKING

import click

from storyreel.commands.group import (
    as_json,
    aspect_option,
    commands,
    loaded,
    planned,
    print_json,
    storyboard_file,
    theme_option,
    voice_option,
)
from storyreel.core.errors import Problem, StoryboardError, StoryreelError, UsageError
from storyreel.core.quality import DEFAULT_QUALITY, QUALITIES

if TYPE_CHECKING:
    from storyreel.engine.graph.experiment import AnyExperiment
    from storyreel.storyboard.model import Storyboard


@commands.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--frames", is_flag=True, help="Also measure the layout throughout the lesson.")
@aspect_option
@theme_option
@as_json
def check(files: tuple[str, ...], frames: bool, aspect: str | None, theme: str | None, as_json: bool) -> None:
    """Print all problems of each storyboard FILE.

    They are printed as file:line:column: message. With --frames the lesson is also played, without drawing
    it, and measured ten times a second: labels must not overlap or be run over, numbers in flight must not
    cross, nothing may leave the frame's margin, no word may be where the captions are or be too small, the
    stage must not stay empty, and numbers that are said must be shown.
    """
    from storyreel.reader import load

    problems: list[Problem] = []
    failures: list[StoryreelError] = []
    for file in files:
        try:
            storyboard = load(file, theme=theme, aspect=aspect)
            problems += storyboard.warnings
            problems += _voice_problems(storyboard)
            if frames:
                problems += _layout_problems(storyboard, aspect)
        except StoryboardError as error:
            problems += error.problems
        except StoryreelError as error:
            failures.append(error)
    if as_json:
        print_json(
            [
                {
                    "file": problem.place.file,
                    "line": problem.place.line,
                    "column": problem.place.column,
                    "message": problem.message,
                    "warning": problem.is_warning,
                }
                for problem in problems
            ]
        )
    else:
        print(*problems, sep="\n", end="\n" if problems else "")
    for message in dict.fromkeys(map(str, failures)):
        print(f"storyreel: {message}", file=sys.stderr)
    if failures:
        raise click.exceptions.Exit(max(failure.exit_status for failure in failures))
    if not all(problem.is_warning for problem in problems):
        raise click.exceptions.Exit(StoryboardError.exit_status)


@commands.command()
@storyboard_file
@click.argument("names", metavar="[NAME]…", nargs=-1)
@click.option("--network", metavar="NAME", help="Only this network.")
@as_json
def values(file: str, names: tuple[str, ...], network: str | None, as_json: bool) -> None:
    """Print the numbers of the networks in storyboard FILE.

    Each named number has its gradient, and its value after one step of training. With NAMEs, print only these
    numbers, which may be any that a storyboard can name, such as "run.cost[20]".
    """
    from storyreel.storyboard.values import numbers_called, table_of, values_of

    storyboard = loaded(file)
    networks: dict[str, AnyExperiment] = {**storyboard.networks, **storyboard.graphs}
    if network is not None and network not in networks:
        raise UsageError(f"no network named {network!r} in {file}; there are {', '.join(networks) or 'none'}")
    if names:
        numbers = numbers_called(names, storyboard, network)
        if as_json:
            print_json(numbers)
        else:
            print(*(f"{name}  {number:.10g}" for name, number in numbers.items()), sep="\n")
        return
    chosen = {name: values_of(networks[name]) for name in ([network] if network else networks)}
    if as_json:
        print_json(chosen)
    else:
        print("\n\n".join(f"{name}\n{table_of(numbers)}" for name, numbers in chosen.items()))


@commands.command()
@storyboard_file
@voice_option
@as_json
def script(file: str, voice: str | None, as_json: bool) -> None:
    """Print the script of storyboard FILE with its times."""
    from storyreel.timing.timed_script import TimedScript

    with planned(file, QUALITIES[DEFAULT_QUALITY], voice) as (production, _):
        timed = TimedScript(production.storyboard, production.timeline)
    if as_json:
        print_json(timed.as_data())
    else:
        print(timed.as_text())


def _voice_problems(storyboard: "Storyboard") -> list[Problem]:
    """What the voices of the storyboard's speakers cannot say."""
    from storyreel.core.cache_folder import speech_cache
    from storyreel.speech.cast import lesson_cast
    from storyreel.speech.narration import narrate
    from storyreel.speech.refusals import refusals
    from storyreel.speech.script_writer import write_script

    script = write_script(storyboard)
    speakers = lesson_cast(storyboard, script)
    problems = refusals(script, speakers)
    if not problems and speakers.recordings.utterances:
        try:
            narrate(script, speakers, speech_cache())  # only as they are heard it turns out what they have
        except StoryboardError as error:
            problems += error.problems
    return problems


def _layout_problems(storyboard: "Storyboard", aspect: str | None) -> list[Problem]:
    """The problems of a lesson's layout, with the silent voice, which takes about as long as others."""
    from storyreel.rendering.manim_import import import_manim

    import_manim()
    from storyreel.checks.layout_report import MEASURED, layout_problems
    from storyreel.core.progress import progress_on
    from storyreel.production.production import plan

    with progress_on(sys.stderr) as progress:
        planned = plan(storyboard, quality=MEASURED, voice="silent", aspect=aspect)
        return layout_problems(planned, progress)
