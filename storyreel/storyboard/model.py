"""The storyboard: chapters, beats and cues, checked, each with its place in the author's file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from storyreel.core.errors import Place, Problem
from storyreel.engine.experiment import Experiment
from storyreel.storyboard.lookup import Lookup
from storyreel.storyboard.study import FlashCard, GlossaryEntry, Question
from storyreel.storyboard.template import Template


@dataclass(frozen=True, slots=True)
class Cue:
    """One action of the picture.

    `name` is a cue of the chapter's scene. `parameters` are the given ones, by name: a `Value` is the name of
    an existing number, a `Text` is a `Template`, any other is a str, int, float or bool as in the method's
    signature, or a tuple of these. The cue starts at the mark `at` of the beat's narration; if that is None,
    with the beat, after the cues before it.
    """

    name: str
    parameters: dict[str, object]
    at: str | None
    place: Place


@dataclass(frozen=True, slots=True)
class Beat:
    """Narration of a sentence or a few, and its cues; one of the two may be missing."""

    say: Template | None
    speaker: str | None
    cues: tuple[Cue, ...]
    place: Place


@dataclass(frozen=True)
class Chapter:
    """One part of the lesson, drawn by one scene, about one network or (None) about none."""

    id: str
    title: str
    scene: str
    network: str | None
    beats: tuple[Beat, ...]
    place: Place


@dataclass(frozen=True)
class Storyboard:
    """A lesson as its author wrote it. Every name in it has been checked.

    `pace` is relative to the voice's own. `lexicon` gives the spoken form of written words, `pronunciations`
    the phonemes. `description`, `takeaways`, `glossary`, `cards` and `questions` are for pages; their numbers
    are filled in. `warnings` do not stop a render. `digest` is a hash of the file's text. `language_place` is
    that of the language, or where the file begins if it gives none.
    """

    path: Path
    title: str
    language: str
    voice: str | None
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
    pace: float = 1.0
    pronunciations: Mapping[str, str] = field(default_factory=dict)
    language_place: Place | None = None
