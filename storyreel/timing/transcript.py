"""The transcript: the narration as plain text, with a heading and the start time of each chapter."""

from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from storyreel.core.atomic_file import atomic_file
from storyreel.core.time_format import clock


class SpokenBeat(Protocol):
    """A beat's narration as written in captions, and its speaker."""

    @property
    def text(self) -> str:
        """The narration; empty if nothing is said."""

    @property
    def speaker(self) -> str | None:
        """The speaker's name, in a dialogue."""


class SpokenChapter(Protocol):
    """A chapter of the transcript."""

    @property
    def title(self) -> str:
        """The heading."""

    @property
    def beats(self) -> Iterable[SpokenBeat]:
        """The beats, in order."""


def transcript(title: str, chapters: Iterable[tuple[float, SpokenChapter]]) -> str:
    """The transcript of a lesson called `title`; each chapter is given with its start in seconds.

    The narration of a chapter is one paragraph; in a dialogue, a new paragraph begins with each change of
    speaker.
    """
    parts = [title]
    for start, chapter in chapters:
        parts.append(f"{clock(int(start))}  {chapter.title}")
        paragraphs: list[tuple[str | None, list[str]]] = []
        for beat in chapter.beats:
            if beat.text and (not paragraphs or paragraphs[-1][0] != beat.speaker):
                paragraphs.append((beat.speaker, [beat.text]))
            elif beat.text:
                paragraphs[-1][1].append(beat.text)
        parts += [(f"{speaker}: " if speaker else "") + " ".join(texts) for speaker, texts in paragraphs]
    return "\n\n".join(parts) + "\n"


def write_transcript(path: Path, title: str, chapters: Iterable[tuple[float, SpokenChapter]]) -> None:
    """Write the transcript as UTF-8 text. Raises OutsideError if the disk refuses."""
    with atomic_file(path) as temporary:
        temporary.write_text(transcript(title, chapters), "utf-8", newline="\n")
