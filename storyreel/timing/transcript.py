"""The transcript: the narration as plain text, with a heading and the start time of each chapter."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path
from typing import Protocol

from storyreel.core.atomic_file import atomic_file
from storyreel.core.time_format import clock
from storyreel.core.word import Word, running_text


class SpokenBeat(Protocol):
    """A beat's narration."""

    @property
    def words(self) -> Sequence[Word]:
        """The words as written in captions; none if nothing is said."""


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
        parts += [
            written_turn(*turn) for turn in turns_of(word for beat in chapter.beats for word in beat.words)
        ]
    return "\n\n".join(parts) + "\n"


def turns_of(words: Iterable[Word]) -> list[tuple[str | None, Sequence[Word]]]:
    """What is said until the speaker changes, each time with the speaker's label (None: no dialogue)."""
    return [(speaker, tuple(said)) for speaker, said in groupby(words, key=lambda word: word.speaker)]


def written_turn(speaker: str | None, words: Iterable[Word]) -> str:
    """The words of a turn after the speaker's label."""
    return (f"{speaker}: " if speaker else "") + running_text(words)


def write_transcript(path: Path, title: str, chapters: Iterable[tuple[float, SpokenChapter]]) -> None:
    """Write the transcript as UTF-8 text. Raises OutsideError if the disk refuses."""
    with atomic_file(path) as temporary:
        temporary.write_text(transcript(title, chapters), "utf-8", newline="\n")
