"""The storyboard: chapters, beats and cues, checked, each with its place in the author's file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from storyreel.core.errors import Place, Problem
from storyreel.engine.experiment import Experiment
from storyreel.engine.graph.experiment import GraphExperiment
from storyreel.storyboard.lookup import Lookup
from storyreel.storyboard.study import FlashCard, GlossaryEntry, Question
from storyreel.storyboard.template import Template
from storyreel.storyboard.themes.built_in import DEFAULT, built_in_theme
from storyreel.storyboard.themes.theme import Theme


@dataclass(frozen=True, slots=True)
class Cue:
    """One action of the picture.

    `name` is a cue of the chapter's scene. `parameters` are the given ones, by name: a `Value` is the name of
    an existing number, a `Text` is a `Template`, any other is a str, int, float or bool as in the method's
    signature, or a tuple of these. The cue starts at the mark `at` of the beat's narration; if that is None,
    with the beat, after the cues before it. `sound` is the name of the sound with which it starts, if any.
    If it `is_of_own`, it brings the network's own example into focus.
    """

    name: str
    parameters: dict[str, object]
    at: str | None
    place: Place
    sound: str | None = None
    is_of_own: bool = False


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who speaks, and how.

    `name` is what turns call the speaker; the only one of a lesson without a dialogue has none. `voice` is
    the name of a voice, None for the default one, and `pace` is relative to its own. `variant` is the name of
    one of the voice's variants, None for one that no other speaker has. `place` is that of the voice's name.
    """

    name: str | None = None
    voice: str | None = None
    pace: float = 1.0
    variant: str | None = None
    place: Place | None = None

    @property
    def label(self) -> str | None:
        """The name as captions and transcripts write it: `Older student` for `older_student`."""
        return self.name and f"{self.name[0].upper()}{self.name[1:].replace('_', ' ')}"


@dataclass(frozen=True, slots=True)
class Turn:
    """What one speaker says; `speaker` is the name of one of the storyboard's speakers."""

    speaker: str | None
    text: Template
    place: Place


@dataclass(frozen=True, slots=True)
class Beat:
    """Narration of a sentence or a few, in turns, and its cues; one of the two may be missing."""

    say: tuple[Turn, ...]
    cues: tuple[Cue, ...]
    place: Place


@dataclass(frozen=True)
class Chapter:
    """One part of the lesson, drawn by one scene, about one network or (None) about none.

    `example` is the example of the network's data in focus at first, counted from 0; None: its own example.
    """

    id: str
    title: str
    scene: str
    network: str | None
    beats: tuple[Beat, ...]
    place: Place
    example: int | None = None


@dataclass(frozen=True)
class Storyboard:
    """A lesson as its author wrote it. Every name in it has been checked.

    `networks` are those with layers, and `graphs` the others. `speakers` has at least one; a text that names
    nobody is said by the first. `lexicon` gives the spoken form of written words, `pronunciations` the
    phonemes. `description`, `takeaways`, `glossary`, `cards` and `questions` are for pages; their numbers are
    filled in. `warnings` do not stop a render. `digest` is a hash of the file's text, and `array_files` has
    one of each file that its numbers come from, by its path from the folder. `language_place` is that of the
    language, or where the file begins if it gives none. `music` is the name of the music behind the
    narration, and `aspect` the aspect ratio of the film, if they are given. `theme` is how it looks, and
    `own_theme` the name of the theme that the file asks for.
    """

    path: Path
    title: str
    language: str
    speakers: tuple[Speaker, ...]
    lexicon: Mapping[str, str]
    networks: dict[str, Experiment]
    lookup: Lookup
    chapters: tuple[Chapter, ...]
    description: str = ""
    takeaways: tuple[str, ...] = ()
    glossary: tuple[GlossaryEntry, ...] = ()
    cards: tuple[FlashCard, ...] = ()
    questions: tuple[Question, ...] = ()
    warnings: tuple[Problem, ...] = ()
    digest: str = ""
    array_files: Mapping[str, str] = field(default_factory=dict)
    pronunciations: Mapping[str, str] = field(default_factory=dict)
    language_place: Place | None = None
    music: str | None = None
    aspect: str | None = None
    theme: Theme = field(default_factory=built_in_theme)
    own_theme: str = DEFAULT
    graphs: Mapping[str, GraphExperiment] = field(default_factory=dict)
