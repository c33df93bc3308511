"""The commands. Each imports what it needs when it runs, so that `check` answers at once."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from storyreel.errors import Problem, StoryboardError, StoryreelError, UsageError
from storyreel.paths import DEFAULT_STORYBOARD, STORYBOARDS
from storyreel.quality import DEFAULT_QUALITY, QUALITIES, Quality

if TYPE_CHECKING:
    from storyreel.production import Production
    from storyreel.progress import Progress
    from storyreel.storyboard import Storyboard


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="storyreel", message="%(prog)s %(version)s")
def commands() -> None:
    """Turn a YAML storyboard into a narrated, captioned, animated lesson about a neural network."""


storyboard_file = click.argument("file")
as_json = click.option("--json", "as_json", is_flag=True, help="As JSON.")
quality_option = click.option(
    "-q",
    "--quality",
    type=click.Choice(list(QUALITIES)),
    default=DEFAULT_QUALITY,
    show_default=True,
    help=", ".join(f"{name} {q.width}×{q.height} at {q.fps}" for name, q in QUALITIES.items()) + ".",
)
voice_option = click.option("--voice", metavar="NAME", help="Instead of the storyboard's voice.")
out_option = click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("out"),
    show_default=True,
    help="The lesson's folder, named after FILE, is made in this one.",
)


@commands.command()
@click.argument("file", default=str(DEFAULT_STORYBOARD), required=False)
@quality_option
@click.option("--chapter", metavar="ID", help="Only this chapter.")
@click.option("--beat", type=click.IntRange(min=1), metavar="N", help="Only this beat of the chapter.")
@voice_option
@out_option
@click.option(
    "--frame-rate",
    type=click.Choice(["variable", "constant"]),
    default="variable",
    show_default=True,
    help="Store a picture that stands still less often, or every frame, as some editors of films want it.",
)
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="The most beats to draw at once; as many as there are cores, if not given.",
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
    """Render the lesson of storyboard FILE (default: the lesson on backpropagation).

    Prints the path of the film; captions, transcript and single chapters are beside it.
    """
    if beat is not None and chapter is None:
        raise UsageError("--beat is counted within a chapter: give --chapter too")
    from storyreel.studio import Studio

    stored = replace(QUALITIES[quality], constant_rate=frame_rate == "constant")
    # The studio gets ready while the storyboard is read and spoken.
    with Studio() as studio, _production(file, stored, voice) as (production, progress):
        from storyreel.output import make_clip, make_film

        if chapter is None:
            film = make_film(production, out, progress, jobs, studio)
        else:
            film = make_clip(production, out, chapter, beat, progress, jobs, studio)
    print(film)


@commands.command()
@storyboard_file
@click.option("--to", "kind", metavar="KIND", required=True, help="What to make; `exports` lists the kinds.")
@click.option("--beats", "with_beats", is_flag=True, help="Of each beat, too, where the kind can.")
@click.option("--transparent", is_flag=True, help="Clips without a background, too, as ProRes 4444.")
@click.option("--base-url", metavar="URL", help="Where the lesson's folder will be on the web.")
@click.option("-q", "--quality", type=click.Choice(list(QUALITIES)), help="Of films not rendered before.")
@voice_option
@out_option
def export(
    file: str,
    kind: str,
    with_beats: bool,
    transparent: bool,
    base_url: str | None,
    quality: str | None,
    voice: str | None,
    out: Path,
) -> None:
    """Make a course page, clips and more of the lesson of storyboard FILE. Prints what it wrote.

    The lesson is rendered first where it is not there or no longer what FILE says. FILE may also be the
    lesson.json of a finished lesson, which then stays as it is.
    """
    from storyreel.exports import Order
    from storyreel.exports import export as export_called
    from storyreel.manifest import read_manifest

    chosen, manifest = export_called(kind), Path(file)
    if base_url is not None:
        base_url = _checked_url(base_url)
    if manifest.suffix != ".json":
        manifest = _rendered(file, quality, voice, out, with_beats, transparent)
    order = Order(manifest.parent, read_manifest(manifest), base_url, with_beats)
    print(*chosen.write(order), sep="\n")


@commands.command()
def exports() -> None:
    """List what `export` can make."""
    from storyreel.exports import exports as all_exports

    for one in all_exports():
        print(f"{one.name:<10} {one.note}")


@commands.command()
@storyboard_file
@click.option("--chapter", metavar="ID", required=True, help="The chapter.")
@click.option("--beat", type=click.IntRange(min=1), metavar="N", required=True, help="Its beat, from 1.")
@quality_option
@out_option
def still(file: str, chapter: str, beat: int, quality: str, out: Path) -> None:
    """Draw one picture of storyboard FILE: how a beat ends. Prints the picture's path."""
    with _production(file, QUALITIES[quality], "silent") as (production, _):
        from storyreel.still import make_still

        path = out / production.name / "stills" / f"{chapter}-{beat}.png"
        make_still(production, chapter, beat, path)
    print(path)


@commands.command()
@storyboard_file
@quality_option
@voice_option
@out_option
def sheet(file: str, quality: str, voice: str | None, out: Path) -> None:
    """Draw a contact sheet of storyboard FILE: how each beat ends. Prints the picture's path."""
    with _production(file, QUALITIES[quality], voice) as (production, progress):
        from storyreel.still import make_sheet

        path = out / production.name / "sheet.png"
        make_sheet(production, path, progress)
    print(path)


@commands.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--frames", is_flag=True, help="Measure the layout of every moment of the lesson, too.")
@as_json
def check(files: tuple[str, ...], frames: bool, as_json: bool) -> None:
    """Report all problems of each storyboard FILE, as file:line:column: message.

    With --frames the lesson is played without drawing it, and measured ten times a second: no labels
    overlap, nothing leaves the frame's margin or enters the captions' band, no text is too small to read.
    """
    from storyreel.storyboard import load

    problems: list[Problem] = []
    for file in files:
        try:
            storyboard = load(file)
            problems += storyboard.warnings
            if frames:
                problems += _layout_problems(storyboard)
        except StoryboardError as error:
            problems += error.problems
    if as_json:
        _print_json(
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
    if not all(problem.is_warning for problem in problems):
        raise click.exceptions.Exit(StoryboardError.exit_status)


@commands.command()
@storyboard_file
@click.option("--network", metavar="NAME", help="Only this network.")
@as_json
def values(file: str, network: str | None, as_json: bool) -> None:
    """Print every named number of the networks in storyboard FILE, its gradient, and its next value."""
    from storyreel.values import table_of, values_of

    networks = _load(file).networks
    if network is not None and network not in networks:
        raise UsageError(f"no network named {network!r} in {file}; there are {', '.join(networks) or 'none'}")
    chosen = {name: values_of(networks[name]) for name in ([network] if network else networks)}
    if as_json:
        _print_json(chosen)
    else:
        print("\n\n".join(f"{name}\n{table_of(numbers)}" for name, numbers in chosen.items()))


@commands.command()
@storyboard_file
@voice_option
@as_json
def script(file: str, voice: str | None, as_json: bool) -> None:
    """Print the timed script of storyboard FILE: what is said and done when."""
    from storyreel.timed_text import TimedText

    with _production(file, QUALITIES[DEFAULT_QUALITY], voice) as (production, _):
        timed = TimedText(production.storyboard, production.timeline)
    if as_json:
        _print_json(timed.as_data())
    else:
        print(timed.as_text())


@commands.command()
def scenes() -> None:
    """List the scenes, the cues that each one has, and what each cue may be given."""
    from storyreel.scene_text import scene_text
    from storyreel.vocabulary import scene_types

    print("\n\n\n".join(map(scene_text, scene_types().values())))


@commands.command()
def schema() -> None:
    """Print the storyboards' JSON Schema, for editors."""
    from storyreel.schema import storyboard_schema

    _print_json(storyboard_schema())


@commands.command()
def voices() -> None:
    """List the voices."""
    from storyreel.voices import voices as all_voices

    for card in all_voices():
        state = "" if card.is_available else f"not available: {card.problem}; "
        print(f"{card.name:<10} {state}{card.note}; {card.licence}; {', '.join(card.languages)}")


@commands.command()
@click.option("--clear", is_flag=True, help="Remove all pieces.")
def cache(clear: bool) -> None:
    """Show how much room the pieces of video take that are kept so that no beat is drawn twice.

    The pieces unused for longest are removed by themselves when there are too many.
    """
    from storyreel.paths import piece_cache
    from storyreel.piece_cache import PieceCache, in_units

    pieces = PieceCache(piece_cache())
    if clear:
        print(f"removed {pieces.clear()}")
    print(f"{pieces.folder}: {pieces.usage()}, of at most {in_units(pieces.limit)}")


@commands.command()
def doctor() -> None:
    """Try everything that storyreel needs of this machine, and say what to do about what is missing."""
    from storyreel.doctor import examine

    is_well = True
    for finding in examine():
        print(f"{'ok' if finding.is_well else 'FAULT':<6} {finding.name}: {finding.detail}")
        is_well &= finding.is_well
    if not is_well:
        raise click.exceptions.Exit(StoryreelError.exit_status)


@commands.command()
@click.argument("name")
def new(name: str) -> None:
    """Write NAME.yaml, a small storyboard that works, to begin a lesson with."""
    path = Path(name if name.endswith(".yaml") else f"{name}.yaml")
    text = (STORYBOARDS / "new.yaml").read_text(encoding="utf-8")
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise UsageError(f"{path} is there already, and is left as it is") from None
    print(path)


@contextmanager
def _production(file: str, quality: Quality, voice: str | None) -> "Iterator[tuple[Production, Progress]]":
    """The storyboard in `file`, spoken and laid out in time, and what shows progress on it."""
    from storyreel.production import plan
    from storyreel.progress import progress_on

    storyboard = _load(file)
    with progress_on(sys.stderr) as progress:
        yield plan(storyboard, quality=quality, voice_name=voice, progress=progress), progress


def _rendered(
    file: str, quality: str | None, voice: str | None, out: Path, with_beats: bool, transparent: bool
) -> Path:
    """The path of the manifest of the lesson, rendered now if need be.

    What the author does not ask for stays as it was when the lesson was rendered before.
    """
    from storyreel.manifest import Manifest, read_manifest
    from storyreel.output import make_clip, make_film

    folder = out / _load(file).path.stem
    before: Manifest | None = None
    with suppress(UsageError):
        before = read_manifest(folder / "lesson.json")
    stored = QUALITIES[quality or DEFAULT_QUALITY]
    if before is not None:
        size = before.video.width, before.video.height, before.video.fps
        equal = (one for one in QUALITIES.values() if (one.width, one.height, one.fps) == size)
        stored = stored if quality else next(equal, stored)
        voice = voice or before.voice
    with _production(file, stored, voice) as (production, progress):
        make_film(production, out, progress)
        chapters = production.timeline.chapters
        for chapter in chapters:
            for beat in chapter.beats if with_beats else ():
                make_clip(production, out, chapter.id, beat.number, progress)
        clear = replace(production, quality=stored.without_background)
        for chapter in chapters if transparent else ():
            for number in (None, *(beat.number for beat in chapter.beats if with_beats)):
                make_clip(clear, out, chapter.id, number, progress)
    return folder / "lesson.json"


def _checked_url(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise UsageError(f"--base-url {url!r} is not an address such as https://example.org/lessons/first/")
    return url if url.endswith("/") else f"{url}/"


def _layout_problems(storyboard: "Storyboard") -> list[Problem]:
    """What the layout report of a lesson finds; spoken by the silent voice, which takes about as long."""
    from storyreel.layout_report import MEASURED, layout_problems
    from storyreel.production import plan
    from storyreel.progress import progress_on

    with progress_on(sys.stderr) as progress:
        return layout_problems(plan(storyboard, quality=MEASURED, voice_name="silent"), progress)


def _load(file: str) -> "Storyboard":
    """The storyboard in `file`; its warnings go to standard error."""
    from storyreel.storyboard import load

    storyboard = load(file)
    for warning in storyboard.warnings:
        print(warning, file=sys.stderr)
    return storyboard


def _print_json(data: Any) -> None:
    print(json.dumps(data, indent=2, ensure_ascii=False))
