"""The commands `export`, which makes files for course systems and web pages, and `exports`."""

from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import click

from storyreel.commands.group import (
    aspect_option,
    commands,
    lesson_folder,
    out_option,
    planned,
    storyboard_file,
    theme_option,
    up_to_date_lesson,
    voice_option,
)
from storyreel.core.errors import UsageError
from storyreel.core.quality import DEFAULT_QUALITY, QUALITIES


@commands.command()
@storyboard_file
@click.option("--to", "kind", metavar="KIND", required=True, help="What to make; `exports` lists the kinds.")
@click.option("--beats", "with_beats", is_flag=True, help="Also export each beat, if the kind supports it.")
@click.option("--transparent", is_flag=True, help="Also make clips without a background, as ProRes 4444.")
@click.option("--base-url", metavar="URL", help="The address that the lesson's folder will have on the web.")
@click.option("-q", "--quality", type=click.Choice(list(QUALITIES)), help="Quality of films to be rendered.")
@voice_option
@aspect_option
@theme_option
@out_option
def export(
    file: str,
    kind: str,
    with_beats: bool,
    transparent: bool,
    base_url: str | None,
    quality: str | None,
    voice: str | None,
    aspect: str | None,
    theme: str | None,
    out: Path,
) -> None:
    """Make a course page, clips and more from the lesson of storyboard FILE.

    Prints the paths of the files. The lesson is rendered first if it is missing or out of date. FILE may also
    be the lesson.json of a lesson, which is then not rendered again.
    """
    from storyreel.exports import ExportRequest
    from storyreel.exports import export as export_called
    from storyreel.lesson.manifest import read_manifest

    chosen, manifest = export_called(kind), Path(file)
    if base_url is not None:
        base_url = _checked_url(base_url)
    if manifest.suffix != ".json":
        manifest = _rendered(file, quality, voice, aspect, theme, out, with_beats, transparent)
    request = ExportRequest(manifest.parent, read_manifest(manifest), base_url, with_beats, transparent)
    print(*chosen.write(request), sep="\n")


@commands.command()
def exports() -> None:
    """List the kinds of export."""
    from storyreel.exports import exports as all_exports

    for one in all_exports():
        print(f"{one.name:<10} {one.note}")


def _rendered(
    file: str,
    quality: str | None,
    voice: str | None,
    aspect: str | None,
    theme: str | None,
    out: Path,
    with_beats: bool,
    transparent: bool,
) -> Path:
    """The path of the lesson's manifest; the lesson is rendered first if it is out of date.

    Quality, voice, aspect ratio and theme, if not given, are those with which it was rendered before.
    """
    from storyreel.lesson.manifest import read_manifest
    from storyreel.storyboard.themes.theme import chosen_before

    manifest = lesson_folder(file, out) / "lesson.json"
    stored = QUALITIES[quality or DEFAULT_QUALITY]
    with suppress(UsageError):
        before = read_manifest(manifest)
        voice = voice or before.voice
        if before.inputs and before.theme.name != before.inputs.own_theme:
            theme = theme or chosen_before(before.theme.name, Path(file).parent)
        if before.inputs and not quality:
            stored = before.inputs.quality
        if before.inputs:
            aspect = aspect or before.inputs.quality.aspect
    is_up_to_date = up_to_date_lesson(file, stored, voice, out, aspect, theme) is not None
    if is_up_to_date and not (with_beats or transparent):
        return manifest
    from storyreel.production.output import make_clip, make_film

    with planned(file, stored, voice, aspect, theme) as (production, progress):
        if not is_up_to_date:
            make_film(production, out, progress)
        chapters = production.timeline.chapters
        for chapter in chapters:
            for beat in chapter.beats if with_beats else ():
                make_clip(production, out, chapter.id, beat.number, progress)
        clear = replace(production, quality=production.quality.without_background)
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
