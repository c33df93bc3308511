"""The script: the storyboard's beats with the numbers filled in; what is shown, spoken and captioned.

It knows nothing of time. A beat's narration is a sequence of tokens, each one word as the captions write
it beside the words that a voice says for it (`5/6` and "five sixths").
"""

import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, NamedTuple

from storyreel.core.errors import Place
from storyreel.core.number_format import shown
from storyreel.speech.spoken_form import is_sayable, spoken
from storyreel.storyboard.model import Beat, Chapter, Cue, Storyboard
from storyreel.storyboard.template import Fact, LiteralText, Mark, Number, Spoken, Template, TemplatePart

_CLOSING = re.compile(r"[,.;:!?…)\]”’»]+")


class TextSpan(NamedTuple):
    """A part of a word, or the gap between two, and what is spoken for it if the author says so."""

    text: str
    spoken: str | None = None


@dataclass(frozen=True, slots=True)
class Token:
    """One word of the captions, punctuation included, and what is spoken for it (maybe nothing)."""

    shown: str
    spoken: str


@dataclass(frozen=True, slots=True)
class ScriptCue:
    """A cue with its parameters filled in; `at` is the mark at whose word it starts, if it has one."""

    name: str
    parameters: dict[str, Any]
    at: str | None
    place: Place


@dataclass(frozen=True, slots=True)
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
        """The narration as a voice is given it; "" where there is nothing to say, only punctuation."""
        text = " ".join(token.spoken for token in self.tokens if token.spoken)
        return text if is_sayable(text) else ""


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
    words, marks = _words(beat.say.parts if beat.say else (), storyboard, chapter.network)
    tokens = tuple(_token(word, storyboard) for word in words)
    cues = tuple(_cue(storyboard, chapter, cue) for cue in beat.cues)
    return ScriptBeat(chapter.id, number, tokens, marks, cues, beat.place, beat.speaker)


def _words(
    parts: Iterable[TemplatePart], storyboard: Storyboard, network: str | None
) -> tuple[list[list[TextSpan]], dict[str, int]]:
    """The pieces of each word, and for each mark the index of the word that it stands before or inside of.

    Punctuation that ends a word joins it even where a mark stands between the two (`sum [here], and`): the
    mark is that of the word which follows.
    """
    words: list[list[TextSpan]] = []
    marks: dict[str, int] = {}
    waiting: list[str] = []
    is_open = False
    for part in parts:
        if isinstance(part, Mark):
            waiting.append(part.name)
            continue
        for piece in _pieces(part, storyboard, network):
            if piece.text.isspace():
                is_open = False
            elif waiting and words and _CLOSING.fullmatch(piece.text):
                words[-1].append(piece)
            else:
                if not is_open:
                    words.append([])
                words[-1].append(piece)
                marks |= dict.fromkeys(waiting, len(words) - 1)
                waiting, is_open = [], True
    return words, marks | dict.fromkeys(waiting, len(words))


def _pieces(part: TemplatePart, storyboard: Storyboard, network: str | None) -> Iterator[TextSpan]:
    """The words of a part and the gaps between them; the first word may go on with the part before it."""
    if isinstance(part, Spoken):
        first, *others = part.shown.split()
        yield TextSpan(first, part.spoken)
        for word in others:
            yield from (TextSpan(" "), TextSpan(word, ""))
    elif not isinstance(part, Mark):
        yield from (
            TextSpan(text) for text in re.split(r"(\s+)", _written(part, storyboard, network)) if text
        )


def _token(word: list[TextSpan], storyboard: Storyboard) -> Token:
    """The word whole; neighbours without spoken words of their own, as `(` and `5/6`, are spoken as one."""
    said = ""
    for is_own, pieces in groupby(word, key=lambda piece: piece.spoken is not None):
        if is_own:
            said += "".join(piece.spoken or "" for piece in pieces)
        else:
            said += spoken("".join(piece.text for piece in pieces), storyboard.language, storyboard.lexicon)
    # Most words of a lesson are said again and again.
    return Token(sys.intern("".join(piece.text for piece in word)), sys.intern(said.strip()))


def _written(part: LiteralText | Number | Fact, storyboard: Storyboard, network: str | None) -> str:
    if isinstance(part, Number):
        return shown(storyboard.lookup.value(network, part.name), part.spec)
    return part.text


def _cue(storyboard: Storyboard, chapter: Chapter, cue: Cue) -> ScriptCue:
    def filled(given: object) -> object:
        if isinstance(given, tuple):
            return tuple(map(filled, given))
        if isinstance(given, Template):
            return storyboard.lookup.filled(chapter.network, given)
        return given

    parameters = {name: filled(given) for name, given in cue.parameters.items()}
    return ScriptCue(cue.name, parameters, cue.at, cue.place)
