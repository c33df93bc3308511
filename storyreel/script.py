"""The script: the storyboard's beats with the numbers filled in; what is shown, spoken and captioned.

It knows nothing of time. A beat's narration is a sequence of tokens, each one word as the captions write
it beside the words that a voice says for it (`5/6` and "five sixths").
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from storyreel.errors import Place
from storyreel.number import shown
from storyreel.speech import spoken
from storyreel.storyboard import Beat, Chapter, Cue, Storyboard
from storyreel.template import Fact, Mark, Number, Spoken, Template, Words


@dataclass(frozen=True)
class Token:
    """One word of the captions, punctuation included, and what is spoken for it (maybe nothing)."""

    shown: str
    spoken: str


@dataclass(frozen=True)
class ScriptCue:
    """A cue with its parameters filled in; `at` is the mark at whose word it starts, if it has one."""

    name: str
    parameters: dict[str, Any]
    at: str | None
    place: Place


@dataclass(frozen=True)
class ScriptBeat:
    """One beat: its tokens, the marks (name to index of the token each one stands before), its cues.

    A mark at the very end of the narration has the index `len(tokens)`.
    """

    chapter: str
    number: int
    tokens: tuple[Token, ...]
    marks: dict[str, int]
    cues: tuple[ScriptCue, ...]
    place: Place
    speaker: str | None = None

    @property
    def shown(self) -> str:
        """The narration as captions and transcript write it."""
        return " ".join(token.shown for token in self.tokens)

    @property
    def spoken(self) -> str:
        """The narration as a voice is given it."""
        return " ".join(token.spoken for token in self.tokens if token.spoken)


@dataclass(frozen=True)
class ScriptChapter:
    """A chapter: the scene class that draws it, the network that it is about, and its beats."""

    id: str
    title: str
    scene: str
    network: str | None
    beats: tuple[ScriptBeat, ...]
    place: Place


@dataclass(frozen=True)
class Script:
    """The whole lesson in words."""

    title: str
    language: str
    voice: str | None
    chapters: tuple[ScriptChapter, ...] = field(default=())

    @property
    def beats(self) -> tuple[ScriptBeat, ...]:
        """All beats of all chapters, in order."""
        return tuple(beat for chapter in self.chapters for beat in chapter.beats)


def write_script(storyboard: Storyboard) -> Script:
    """The script of a storyboard: every number looked up, every word with what a voice says for it."""
    return Script(
        storyboard.title,
        storyboard.language,
        storyboard.voice,
        tuple(_chapter(storyboard, chapter) for chapter in storyboard.chapters),
    )


def _chapter(storyboard: Storyboard, chapter: Chapter) -> ScriptChapter:
    beats = tuple(
        _beat(storyboard, chapter, number, beat) for number, beat in enumerate(chapter.beats, start=1)
    )
    return ScriptChapter(chapter.id, chapter.title, chapter.scene, chapter.network, beats, chapter.place)


def _beat(storyboard: Storyboard, chapter: Chapter, number: int, beat: Beat) -> ScriptBeat:
    tokens: list[Token] = []
    marks: dict[str, int] = {}
    pieces: list[tuple[str, str | None]] = []

    def end_word() -> None:
        if pieces:
            word = "".join(text for text, _ in pieces)
            said = [spoken(text, storyboard.language, storyboard.lexicon) if own is None else own
                    for text, own in _merged(pieces)]
            tokens.append(Token(word, "".join(said).strip()))
            pieces.clear()

    for part in beat.say.parts if beat.say else ():
        if isinstance(part, Mark):
            end_word()
            marks[part.name] = len(tokens)
        elif isinstance(part, Spoken):
            first, *others = part.shown.split()
            pieces.append((first, part.spoken))
            for word in others:
                end_word()
                pieces.append((word, ""))
        else:
            for text in re.split(r"(\s+)", _written(part, storyboard, chapter.network)):
                if text.isspace():
                    end_word()
                elif text:
                    pieces.append((text, None))
    end_word()
    cues = tuple(_cue(storyboard, chapter, cue) for cue in beat.cues)
    return ScriptBeat(chapter.id, number, tuple(tokens), marks, cues, beat.place, beat.speaker)


def _merged(pieces: list[tuple[str, str | None]]) -> Iterator[tuple[str, str | None]]:
    """Neighbouring pieces without words of their own as one: `(`, `5/6` and `),` are spoken together."""
    plain = ""
    for text, own in pieces:
        if own is None:
            plain += text
            continue
        if plain:
            yield plain, None
        yield text, own
        plain = ""
    if plain:
        yield plain, None


def _written(part: Words | Number | Fact, storyboard: Storyboard, network: str | None) -> str:
    if isinstance(part, Number):
        return shown(storyboard.lookup.value(network, part.name), part.spec)
    return part.text


def _cue(storyboard: Storyboard, chapter: Chapter, cue: Cue) -> ScriptCue:
    def filled(given: object) -> object:
        if isinstance(given, Template):
            return "".join(
                part.shown if isinstance(part, Spoken) else _written(part, storyboard, chapter.network)
                for part in given.parts
                if not isinstance(part, Mark)
            )
        return given

    parameters = {name: filled(given) for name, given in cue.parameters.items()}
    return ScriptCue(cue.name, parameters, cue.at, cue.place)
