"""The storyboard: an author's chapters, beats and cues, checked, each with its place in the file."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from storyreel.core.errors import Place, Problem
from storyreel.engine.experiment import Experiment
from storyreel.storyboard.lookup import Lookup
from storyreel.storyboard.study import FlashCard, GlossaryEntry, Question
from storyreel.storyboard.template import Template


@dataclass(frozen=True, slots=True)
class Cue:
    """One thing for the picture to do.

    `name` is a cue of the chapter's scene. `parameters` has what the author gave, by name: a `Value`
    parameter as the name of a number that is known to exist, a `Text` parameter as a `Template`, any other
    as the str, int, float or bool that the scene's signature asks for, or a tuple of these. The cue starts
    at the mark `at` of its beat's sentence, or with the beat (after the cues before it) if that is None.
    """

    name: str
    parameters: dict[str, object]
    at: str | None
    place: Place


@dataclass(frozen=True, slots=True)
class Beat:
    """One sentence or a few, and the cues that go with it; at least one of the two."""

    say: Template | None
    speaker: str | None
    cues: tuple[Cue, ...]
    place: Place


@dataclass(frozen=True)
class Chapter:
    """One part of the lesson, drawn by one scene about one network (None: the scene needs none)."""

    id: str
    title: str
    scene: str
    network: str | None
    beats: tuple[Beat, ...]
    place: Place


@dataclass(frozen=True)
class Storyboard:
    """A lesson in the author's words, in which every name is known to stand for something.

    `lexicon` has, for what is written, what is spoken. `description` and what follows it is for reading
    beside the film, its numbers filled in and its questions answered. `warnings` do not stop a render.
    `digest` is a hash of the author's text.
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
