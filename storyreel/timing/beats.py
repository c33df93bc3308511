"""Chapters, beats and cues on exact frames, counted from the start of the film."""

from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from storyreel.core.errors import Place
from storyreel.core.word import Word, running_text


@dataclass(frozen=True, slots=True)
class TimedCue:
    """A cue: it changes the frames from `start` to `end` (exclusive). `sound` is heard with the first. If it
    `is_of_own`, it brings the network's own example into focus."""

    name: str
    parameters: dict[str, Any]
    start: int
    end: int
    place: Place
    sound: str | None = None
    is_of_own: bool = False


@dataclass(frozen=True, slots=True)
class TimedBeat:
    """A beat: the frames from `start` to `end` (exclusive); its words in seconds since its own start.

    The last `padding` frames are those by which the last beat of a chapter is longer than its content.
    """

    chapter: str
    number: int
    start: int
    end: int
    cues: tuple[TimedCue, ...]
    words: tuple[Word, ...]
    place: Place
    padding: int = 0

    @property
    def shown_frames(self) -> int:
        """The number of its frames without those that depend on other chapters."""
        return self.end - self.padding - self.start

    @property
    def text(self) -> str:
        """The narration as written in captions and transcript."""
        return running_text(self.words)

    def parameters_of_type(self, kind: type[str]) -> list[str]:
        """The values of a type, as `File`, among the parameters of the beat's cues and in lists of these."""
        given = [value for cue in self.cues for value in cue.parameters.values()]
        singles = [item for value in given for item in (value if isinstance(value, tuple) else [value])]
        return [item for item in singles if isinstance(item, kind)]

    def skipped(self) -> "TimedBeat":
        """The beat as it is played without drawing: one frame for each group of cues that start together.

        It leaves the same objects on stage, and no picture after it can depend on its times.
        """
        groups = groupby(self.cues, key=lambda cue: cue.start)
        cues = [replace(cue, start=k, end=k + 1) for k, (_, group) in enumerate(groups) for cue in group]
        return replace(self, start=0, end=cues[-1].end if cues else 0, cues=tuple(cues), words=(), padding=0)


@dataclass(frozen=True)
class TimedChapter:
    """A chapter: its id and title, the names of its scene and network, and its beats.

    `example` is the example of the network's data in focus at first, counted from 0; None: its own example.
    """

    id: str
    title: str
    scene: str
    network: str | None
    beats: tuple[TimedBeat, ...]
    example: int | None = None

    @property
    def start(self) -> int:
        """The first frame."""
        return self.beats[0].start

    @property
    def end(self) -> int:
        """The frame after the last."""
        return self.beats[-1].end
