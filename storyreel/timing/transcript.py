"""The transcript: the narration as plain text, by chapters, with the time at which each chapter begins."""

from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from storyreel.core.atomic_file import atomic_file
from storyreel.core.time_format import clock


class SpokenBeat(Protocol):
    """A beat's narration as captions write it, and who speaks it."""

    @property
    def text(self) -> str:
        """The words; empty where nothing is said."""

    @property
    def speaker(self) -> str | None:
        """The speaker's name in a dialogue."""


class SpokenChapter(Protocol):
    """A chapter of the transcript."""

    @property
    def title(self) -> str:
        """The heading."""

    @property
    def beats(self) -> Iterable[SpokenBeat]:
        """What is said in it, in order."""


def transcript(title: str, chapters: Iterable[tuple[float, SpokenChapter]]) -> str:
    """The transcript of a lesson called `title`; with each chapter comes when it begins, in seconds.

    The narration of a chapter is one paragraph; in a dialogue, each change of speaker begins another.
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
