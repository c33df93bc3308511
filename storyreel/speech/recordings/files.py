"""Which file of the author's has which words: one for each beat, or for a chapter with its beats in order.

They are in the folder `recordings/LESSON` beside the storyboard `LESSON.yaml`: `CHAPTER.wav` has the beats of
a chapter, `CHAPTER.2.wav` only the second one, which then counts instead of what the chapter's file has.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from storyreel.core.errors import StoryreelError
from storyreel.speech.recordings.sound_file import SUFFIXES
from storyreel.speech.voices.base import Utterance

FOLDER = "recordings"


@dataclass(frozen=True)
class Recordings:
    """The recordings of a lesson: its storyboard's path, and all that is said in recordings, in order."""

    storyboard: Path
    utterances: tuple[Utterance, ...]

    @property
    def folder(self) -> Path:
        """The folder of the files, whether there is one or not."""
        return self.storyboard.parent / FOLDER / self.storyboard.stem

    def now(self) -> "Recordings":
        """The same with the files that there are now; what was seen before is kept otherwise."""
        return replace(self)

    def file(self, utterance: Utterance) -> Path | None:
        """The file that has the utterance; None if there is none.

        Raises StoryreelError if several could be meant, or if it is not in the storyboard's folder.
        """
        chapter, beat = chapter_and_beat(utterance)
        return self._only(f"{chapter}.{beat}") or self._only(chapter)

    def expected(self, utterance: Utterance) -> Path:
        """Where a recording of the utterance's beat is saved."""
        chapter, beat = chapter_and_beat(utterance)
        return self.folder / f"{chapter}.{beat}{SUFFIXES[0]}"

    def said_in(self, file: Path) -> list[Utterance]:
        """The utterances in a file, in order: those of its beat or of its chapter."""
        by_beat = {f"{chapter}.{beat}" for chapter, beat in map(chapter_and_beat, self.utterances)}
        if file.stem in by_beat:
            return [one for one in self.utterances if ".".join(chapter_and_beat(one)) == file.stem]
        return [one for one in self.utterances if chapter_and_beat(one)[0] == file.stem]

    def _only(self, stem: str) -> Path | None:
        """The one file of this name."""
        found = self._files.get(stem, ())
        if len(found) > 1:
            raise StoryreelError(f"there are both {found[0].name} and {found[1].name}; remove one of them")
        if not found:
            return None
        if not found[0].resolve().is_relative_to(self.storyboard.parent.resolve()):
            raise StoryreelError(f"{found[0].name} is a link that leads out of the storyboard's folder")
        return found[0]

    @cached_property
    def _files(self) -> dict[str, list[Path]]:
        """All files of sound in the folder, by their names without suffix."""
        found: dict[str, list[Path]] = {}
        try:
            for path in sorted(self.folder.iterdir()):
                if path.suffix.lower() in SUFFIXES:
                    found.setdefault(path.stem, []).append(path)
        except OSError:
            return {}
        return found


def chapter_and_beat(utterance: Utterance) -> tuple[str, str]:
    """The chapter and the number of the beat, from the key `forward/2` or, for later turns, `forward/2.1`."""
    chapter, _, place = utterance.key.rpartition("/")
    return chapter, place.partition(".")[0]
