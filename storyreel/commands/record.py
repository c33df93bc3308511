"""Commands for lessons in the author's own voice: what to read, and a page that records it."""

from typing import TYPE_CHECKING

import click

from storyreel.commands.group import commands, loaded, storyboard_file
from storyreel.core.errors import UsageError

if TYPE_CHECKING:
    from storyreel.speech.recordings.reading import Reading


@commands.command()
@storyboard_file
def record_script(file: str) -> None:
    """Print what to read aloud for storyboard FILE.

    It has the words of each beat as they are spoken, with numbers spelt out, and the name of the file that
    each chapter or each beat is saved in. WAV, FLAC and MP3 are read, at any rate.
    """
    print(_as_text(_reading(file)))


@commands.command()
@storyboard_file
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, help="The port of the page.  [default: any]"
)
def record(file: str, port: int) -> None:
    """Record storyboard FILE in your browser, beat by beat.

    Prints the address of a page, which only this machine can open, and serves it until it is stopped with
    Ctrl-C. What is recorded is saved beside the storyboard; a lesson with `voice: recording` speaks with it.
    """
    from storyreel.commands.recording_server import serve

    reading = _reading(file)
    if not reading.beats:
        raise UsageError(f"there is nothing to read in {file}")
    folder = reading.recordings.folder
    if not folder.resolve().is_relative_to(reading.recordings.storyboard.parent.resolve()):
        raise UsageError(f"{folder} is a link that leads out of the storyboard's folder")
    serve(reading, port, lambda address: print(f"open {address}\nend with Ctrl-C", flush=True))


def _reading(file: str) -> "Reading":
    from storyreel.speech.recordings.reading import reading

    return reading(loaded(file))


def _as_text(reading: "Reading") -> str:
    """The texts to read, chapter by chapter."""
    lines = [
        "Save a file for each chapter, with a pause between its beats, or a file for each beat,",
        f"in {reading.recordings.folder}",
    ]
    chapter = ""
    for beat in reading.beats:
        if beat.chapter != chapter:
            chapter = beat.chapter
            lines += ["", f"{beat.title}: {chapter}{beat.file.suffix}"]
        texts = " / ".join(f"{speaker}: {text}" if speaker else text for speaker, text in beat.texts)
        lines.append(f"  {beat.file.name}  {texts}")
    return "\n".join(lines)
