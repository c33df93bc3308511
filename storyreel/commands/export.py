"""The command that makes something of a finished lesson for the place where it is shown."""

from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import click

from storyreel.commands.group import (
    commands,
    finished,
    lesson_folder,
    out_option,
    production_of,
    storyboard_file,
    voice_option,
)
from storyreel.core.errors import UsageError
from storyreel.core.quality import DEFAULT_QUALITY, QUALITIES


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
    from storyreel.exports import ExportRequest
    from storyreel.exports import export as export_called
    from storyreel.lesson.manifest import read_manifest

    chosen, manifest = export_called(kind), Path(file)
    if base_url is not None:
        base_url = _checked_url(base_url)
    if manifest.suffix != ".json":
        manifest = _rendered(file, quality, voice, out, with_beats, transparent)
    request = ExportRequest(manifest.parent, read_manifest(manifest), base_url, with_beats, transparent)
    print(*chosen.write(request), sep="\n")


@commands.command()
def exports() -> None:
    """List what `export` can make."""
    from storyreel.exports import exports as all_exports

    for one in all_exports():
        print(f"{one.name:<10} {one.note}")


def _rendered(
    file: str, quality: str | None, voice: str | None, out: Path, with_beats: bool, transparent: bool
) -> Path:
    """The path of the manifest of the lesson, rendered now if need be.

    What the author does not ask for stays as it was when the lesson was rendered before.
    """
    from storyreel.lesson.manifest import read_manifest

    manifest = lesson_folder(file, out) / "lesson.json"
    stored = QUALITIES[quality or DEFAULT_QUALITY]
    with suppress(UsageError):
        before = read_manifest(manifest)
        voice = voice or before.voice
        if before.inputs and not quality:
            stored = before.inputs.quality
    is_finished = finished(file, stored, voice, out) is not None
    if is_finished and not (with_beats or transparent):
        return manifest
    from storyreel.production.output import make_clip, make_film

    with production_of(file, stored, voice) as (production, progress):
        if not is_finished:
            make_film(production, out, progress)
        chapters = production.timeline.chapters
        for chapter in chapters:
            for beat in chapter.beats if with_beats else ():
                make_clip(production, out, chapter.id, beat.number, progress)
        clear = replace(production, quality=stored.without_background)
        for chapter in chapters if transparent else ():
            for number in (None, *(beat.number for beat in chapter.beats if with_beats)):
                make_clip(clear, out, chapter.id, number, progress)
    return manifest


def _checked_url(url: str) -> str:
    """The address with a `/` at its end; raises UsageError if names of files cannot follow it."""
    example = "such as https://example.org/lessons/first/"
    for sign in "?#":
        if sign in url:
            raise UsageError(f"--base-url {url!r} has a `{sign}`; give the address of a folder, {example}")
    if not _is_web_address(url):
        raise UsageError(f"--base-url {url!r} is not an address {example}")
    return url if url.endswith("/") else f"{url}/"


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:  # a bracket without its pair
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)
