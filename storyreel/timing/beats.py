"""Chapters, beats and cues on exact frames, counted from the start of the film."""

from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from storyreel.core.errors import Place
from storyreel.core.word import Word


@dataclass(frozen=True, slots=True)
class TimedCue:
    """A cue on its frames: the first frame that it changes, and the first at which it has ended."""

    name: str
    parameters: dict[str, Any]
    start: int
    end: int
    place: Place


@dataclass(frozen=True, slots=True)
class TimedBeat:
    """A beat from frame `start` to before frame `end`, its words in seconds since its own start.

    The last one of a chapter may stand for some frames longer than it must: `rest`, which are before `end`.
    """

    chapter: str
    number: int
    start: int
    end: int
    cues: tuple[TimedCue, ...]
    words: tuple[Word, ...]
    place: Place
    speaker: str | None = None
    rest: int = 0

    @property
    def text(self) -> str:
        """The narration as captions and transcript write it."""
        return " ".join(word.text for word in self.words)

    def named(self, kind: type[str]) -> list[str]:
        """The parameters of the beat's cues, and the members of those that are lists, that are of a kind."""
        given = [value for cue in self.cues for value in cue.parameters.values()]
        singles = [item for value in given for item in (value if isinstance(value, tuple) else [value])]
        return [item for item in singles if isinstance(item, kind)]

    def in_passing(self) -> "TimedBeat":
        """The beat's moves, in their order, a frame each: how a beat is played that nobody is to see.

        What it leaves behind is the same, and nothing of its times can get into the pictures after it.
        """
        moves = groupby(self.cues, key=lambda cue: cue.start)
        cues = [replace(cue, start=move, end=move + 1) for move, (_, its) in enumerate(moves) for cue in its]
        return replace(self, start=0, end=cues[-1].end if cues else 0, cues=tuple(cues), words=())


@dataclass(frozen=True)
class TimedChapter:
    """A chapter and its beats."""

    id: str
    title: str
    scene: str
    network: str | None
    beats: tuple[TimedBeat, ...]

    @property
    def start(self) -> int:
        """The chapter's first frame."""
        return self.beats[0].start

    @property
    def end(self) -> int:
        """The frame after the chapter's last."""
        return self.beats[-1].end
