"""What `lesson.json` holds of a finished lesson: all that an export needs, so that it reads nothing else.

Times are in seconds of the film, paths relative to the folder of `lesson.json`. Every text is what the
lesson shows, its numbers filled in; every number is the engine's, unrounded.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from storyreel.core.errors import Problem, UsageError
from storyreel.core.quality import Quality
from storyreel.lesson.file_name import PlainName, PlainPath, check_inside
from storyreel.storyboard.study import FlashCard, GlossaryEntry, Question


@dataclass(frozen=True)
class Video:
    """The film's picture: pixels, frames a second, frames."""

    width: int
    height: int
    fps: int
    frames: int


@dataclass(frozen=True)
class CaptionFiles:
    """The captions of one film in one language."""

    vtt: PlainPath
    srt: PlainPath


@dataclass(frozen=True)
class ClipFiles:
    """A film with its sound, a picture of it, and its captions by language."""

    film: PlainPath
    poster: PlainPath
    captions: dict[PlainName, CaptionFiles]

    def paths(self) -> tuple[str, ...]:
        """The paths of all files, the film's first."""
        return (
            self.film,
            self.poster,
            *(path for one in self.captions.values() for path in (one.vtt, one.srt)),
        )

    @property
    def transparent(self) -> str:
        """The path of the film without a background, which is there only where someone asked for it."""
        return f"{self.film.removesuffix('.mp4')}.transparent.mov"


@dataclass(frozen=True)
class LessonFiles(ClipFiles):
    """The whole lesson's film; its chapters as WebVTT, its transcripts by language."""

    chapters: PlainPath
    transcript: dict[PlainName, PlainPath]

    def paths(self) -> tuple[str, ...]:
        """The paths of all files, the film's first."""
        return (*super().paths(), self.chapters, *self.transcript.values())


@dataclass(frozen=True)
class WordEntry:
    """A word of the narration, and when it is spoken."""

    text: str
    start: float
    end: float


@dataclass(frozen=True)
class BeatEntry:
    """A beat: its number within the chapter, from 1, and what is said in it, "" for nothing.

    Its `files` are there only where someone asked for the beat as a film of its own.
    """

    number: int
    start: float
    end: float
    speaker: str | None
    text: str
    words: tuple[WordEntry, ...]
    files: ClipFiles


@dataclass(frozen=True)
class ChapterEntry:
    """A chapter, which is a film of its own, too; `network` is the one that it tells of."""

    id: PlainName
    title: str
    network: str | None
    start: float
    end: float
    files: ClipFiles
    beats: tuple[BeatEntry, ...]


@dataclass(frozen=True)
class CaptionEntry:
    """One caption of the whole film, of one line or two."""

    start: float
    end: float
    text: str


@dataclass(frozen=True)
class LayerEntry:
    """A layer: weights (neurons, inputs), bias (neurons) or none, and the name of its activation."""

    name: str | None
    activation: str
    weights: tuple[tuple[float, ...], ...]
    bias: tuple[float, ...] | None


@dataclass(frozen=True)
class NetworkEntry:
    """A network; by name the values and gradients of the lesson's example, and the values after an update.

    `settings` are those of the `optimizer` besides the learning rate, by name, as `momentum`.
    """

    inputs: tuple[str, ...]
    layers: tuple[LayerEntry, ...]
    loss: str
    learning_rate: float
    values: dict[str, float]
    gradients: dict[str, float]
    next: dict[str, float]
    optimizer: str = "gradient_descent"
    settings: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Saying:
    """What a voice was asked for in one beat, as an `Utterance`, and the `fingerprint` that it had then."""

    text: str
    language: str
    speaker: int
    key: str
    fingerprint: str


@dataclass(frozen=True)
class Inputs:
    """What a lesson was made of; `program`, `storyboard` and those in `files` and `films` are hashes.

    `own_voice` speaks if nobody asks for another one. `files` are those that the storyboard names, and
    `films` what the lesson's films are made of in turn, by their paths in its folder. `warnings` are what
    the author was told about the storyboard. `storyboard_path` leads to it from the lesson's folder, and is
    empty in lessons made before it was recorded.
    """

    program: str
    storyboard: str
    quality: Quality
    own_voice: str
    sayings: tuple[Saying, ...]
    files: dict[str, str]
    films: dict[str, str]
    warnings: tuple[Problem, ...]
    storyboard_path: str = ""


@dataclass(frozen=True)
class Manifest:
    """A finished lesson. A new `format` is for changes that a reader of the old one would not understand."""

    format: Literal[1]
    name: PlainName
    title: str
    description: str
    language: PlainName
    voice: str
    seconds: float
    video: Video
    files: LessonFiles
    chapters: tuple[ChapterEntry, ...]
    captions: tuple[CaptionEntry, ...]
    networks: dict[str, NetworkEntry]
    takeaways: tuple[str, ...] = ()
    glossary: tuple[GlossaryEntry, ...] = ()
    cards: tuple[FlashCard, ...] = ()
    questions: tuple[Question, ...] = ()
    inputs: Inputs | None = None


def read_manifest(path: Path) -> Manifest:
    """The manifest in the file at `path`.

    Raises UsageError if there is none that can be read, and where it names a file outside its folder: a
    manifest may come from a stranger, and an export copies what it names.
    """
    from pydantic import TypeAdapter, ValidationError

    try:
        manifest = TypeAdapter(Manifest).validate_json(path.read_bytes())
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise UsageError(f"{path} is no lesson.json of this storyreel: {where}: {first['msg']}") from None
    beats = (beat.files for chapter in manifest.chapters for beat in chapter.beats)
    for files in (manifest.files, *(chapter.files for chapter in manifest.chapters), *beats):
        for name in (*files.paths(), files.transparent):
            check_inside(path.parent, name)
    return manifest
