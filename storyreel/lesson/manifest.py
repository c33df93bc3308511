"""The content of `lesson.json`: all that an export needs of a finished lesson.

Times are in seconds of the film, paths relative to the folder of `lesson.json`. Texts have their numbers
filled in; numbers are the engine's, unrounded.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

from annotated_types import Predicate

from storyreel.core.errors import Problem, UsageError
from storyreel.core.quality import Quality
from storyreel.lesson.file_name import PlainName, PlainPath, check_inside
from storyreel.lesson.network_entries import GraphEntry, NetworkEntry
from storyreel.speech.role import Role
from storyreel.storyboard.study import FlashCard, GlossaryEntry, Question
from storyreel.storyboard.themes.built_in import DEFAULT, built_in_theme
from storyreel.storyboard.themes.theme import COLOURS


@dataclass(frozen=True)
class Video:
    """The size of the film in pixels, frames per second, and frames."""

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
    """The files of a film: the film with sound, a poster, and captions by language."""

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
        """The path of the film without a background. The file exists only if it was asked for."""
        return f"{self.film.removesuffix('.mp4')}.transparent.mov"


@dataclass(frozen=True)
class LessonFiles(ClipFiles):
    """The files of the whole lesson: also its chapters as WebVTT, and its transcripts by language.

    `theme` has the fonts of its theme (`font1`, `font2`, …) and its logo (`logo`), if it has any.
    """

    chapters: PlainPath
    transcript: dict[PlainName, PlainPath]
    theme: dict[PlainName, PlainPath] = field(default_factory=dict)

    def paths(self) -> tuple[str, ...]:
        """The paths of all files, the film's first."""
        return (*super().paths(), self.chapters, *self.transcript.values(), *self.theme.values())


@dataclass(frozen=True)
class WordEntry:
    """A word of the narration, when it is heard, and in a dialogue, who says it.

    No space is between a word that `is_attached` and the one before.
    """

    text: str
    start: float
    end: float
    speaker: str | None = None
    is_attached: bool = False


@dataclass(frozen=True)
class BeatEntry:
    """A beat: its number in the chapter, from 1, and its narration ("" if there is none).

    Its `files` exist only if the beat was asked for as a film of its own.
    """

    number: int
    start: float
    end: float
    text: str
    words: tuple[WordEntry, ...]
    files: ClipFiles


@dataclass(frozen=True)
class ChapterEntry:
    """A chapter, which is also a film of its own; `network` is the name of the one that it is about."""

    id: PlainName
    title: str
    network: str | None
    start: float
    end: float
    files: ClipFiles
    beats: tuple[BeatEntry, ...]


@dataclass(frozen=True)
class CaptionEntry:
    """A caption of the whole film, of one or two lines; `speaker` is who says it, in a dialogue."""

    start: float
    end: float
    text: str
    speaker: str | None = None


@dataclass(frozen=True)
class Saying:
    """The `Utterance` of a turn, spoken by the lesson's speaker with this number, and its `fingerprint`."""

    text: str
    language: str
    speaker: int
    key: str
    fingerprint: str
    pronunciations: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Inputs:
    """What a lesson was made from. `program`, `storyboard` and the values of `files` and `films` are hashes.

    `own_voice` is the voice if no other one is asked for, and `own_aspect` the aspect ratio, if the
    storyboard gives one. `files` are the files that the storyboard names; `films` has for each film, by its
    path in the lesson's folder, the hash of its own inputs; `checksums` has that of the content of each file.
    `warnings` are those of the storyboard. `storyboard_path` leads to the storyboard from the lesson's
    folder, and `cast` says how each speaker sounds; both are empty in lessons made before they were recorded.
    `own_theme` is the theme if no other one is asked for.
    """

    program: str
    storyboard: str
    quality: Quality
    own_voice: str
    sayings: tuple[Saying, ...]
    files: dict[str, str]
    films: dict[str, str]
    checksums: dict[str, str]
    warnings: tuple[Problem, ...]
    storyboard_path: str = ""
    cast: tuple[Role, ...] = ()
    own_aspect: str | None = None
    own_theme: str = DEFAULT


def is_colour(text: str) -> bool:
    """True for `#RRGGBB`."""
    return re.fullmatch("#[0-9A-F]{6}", text) is not None


def has_all_colours(colours: Mapping[str, str]) -> bool:
    """True if there is a colour for every kind of quantity and for everything around them."""
    return set(COLOURS) <= set(colours)


Colour = Annotated[str, Predicate(is_colour)]
Colours = Annotated[dict[str, Colour], Predicate(has_all_colours)]


@dataclass(frozen=True)
class ThemeEntry:
    """What the lesson looks like: colours by kind of quantity, and those of classes.

    `name` is that of a theme that comes with storyreel, or leads from the storyboard to the theme's file.
    """

    name: str = DEFAULT
    colours: Colours = field(default_factory=lambda: dict(built_in_theme().colours))
    classes: tuple[Colour, ...] = field(default_factory=lambda: built_in_theme().classes)


@dataclass(frozen=True)
class Manifest:
    """A finished lesson. `format` changes when a reader of the old format could not read the new one.

    `checksum` is that of all the rest (`content_checksum`), by which a damaged file is known.
    """

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
    graphs: dict[str, GraphEntry] = field(default_factory=dict)
    takeaways: tuple[str, ...] = ()
    glossary: tuple[GlossaryEntry, ...] = ()
    cards: tuple[FlashCard, ...] = ()
    questions: tuple[Question, ...] = ()
    inputs: Inputs | None = None
    theme: ThemeEntry = field(default_factory=ThemeEntry)
    checksum: str = ""


def content_checksum(data: Mapping[str, Any]) -> str:
    """The checksum of a manifest's data, apart from its `checksum`."""
    rest = json.dumps({**data, "checksum": ""}, sort_keys=True)
    return hashlib.blake2b(rest.encode()).hexdigest()[:64]


def read_manifest(path: Path) -> Manifest:
    """The manifest in the file at `path`.

    Raises UsageError if there is none that can be read, and where it names a file outside its folder: a
    manifest may come from a stranger, and an export copies what it names.
    """
    from pydantic import TypeAdapter, ValidationError

    try:
        content = path.read_bytes()
        manifest = TypeAdapter(Manifest).validate_json(content)
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise UsageError(f"{path} is no lesson.json of this storyreel: {where}: {first['msg']}") from None
    if manifest.checksum != content_checksum(json.loads(content)):
        raise UsageError(f"{path} is damaged: render the lesson again")
    beats = (beat.files for chapter in manifest.chapters for beat in chapter.beats)
    for files in (manifest.files, *(chapter.files for chapter in manifest.chapters), *beats):
        for name in (*files.paths(), files.transparent):
            check_inside(path.parent, name)
    return manifest
