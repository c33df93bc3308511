"""The script: the storyboard's beats with all numbers filled in, as shown and as spoken.

It has no times. A beat's narration is a sequence of tokens: a word as captions write it (`5/6`), and what a
voice says for it ("five sixths").
"""

import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count, groupby
from typing import Any, NamedTuple

from storyreel.core.errors import Place
from storyreel.speech.spoken_form import is_sayable, spoken
from storyreel.storyboard.focus import BeatFocus
from storyreel.storyboard.model import Beat, Chapter, Cue, Storyboard
from storyreel.storyboard.template import Fact, LiteralText, Mark, Number, Spoken, Template, TemplatePart

_CLOSING = re.compile(r"[,.;:!?…)\]”’»]+")


class TextSpan(NamedTuple):
    """A part of a word, or the space between two; `spoken` is the author's spoken form of it, if given."""

    text: str
    spoken: str | None = None


@dataclass(frozen=True, slots=True)
class Token:
    """One word of the captions with its punctuation, and its spoken form, which may be empty.

    `speaker` is the label of who says it, in a dialogue.
    """

    shown: str
    spoken: str
    speaker: str | None = None


@dataclass(frozen=True, slots=True)
class ScriptCue:
    """A cue with its parameters filled in.

    `at` is the name of the mark at whose word it starts, `sound` that of the sound with which it starts; None
    if there is none.
    """

    name: str
    parameters: dict[str, Any]
    at: str | None
    place: Place
    sound: str | None = None


@dataclass(frozen=True, slots=True)
class ScriptTurn:
    """Tokens that one speaker says."""

    speaker: str | None
    tokens: tuple[Token, ...]

    @property
    def spoken(self) -> str:
        """The tokens as a voice is given them; "" where there is nothing to say, only punctuation."""
        text = " ".join(token.spoken for token in self.tokens if token.spoken)
        return text if is_sayable(text) else ""


@dataclass(frozen=True, slots=True)
class ScriptBeat:
    """One beat: its tokens, its marks (for each name the index of the token after it) and its cues.

    A mark at the end of a turn belongs to the first token of the next one; at the very end of the narration
    it has the index `len(tokens)`.
    """

    chapter: str
    number: int
    tokens: tuple[Token, ...]
    marks: dict[str, int]
    cues: tuple[ScriptCue, ...]
    place: Place

    @property
    def turns(self) -> tuple[ScriptTurn, ...]:
        """What each speaker says until another one speaks."""
        runs = groupby(self.tokens, key=lambda token: token.speaker)
        return tuple(ScriptTurn(speaker, tuple(tokens)) for speaker, tokens in runs)

    @property
    def shown(self) -> str:
        """The narration as written in captions and transcript."""
        return " ".join(token.shown for token in self.tokens)

    @property
    def spoken(self) -> str:
        """The narration as voices are given it."""
        return " ".join(turn.spoken for turn in self.turns if turn.spoken)


@dataclass(frozen=True)
class ScriptChapter:
    """A chapter: the name of the scene that draws it, the name of its network, and its beats.

    `example` is the example of the network's data in focus at first, counted from 0; None: its own example.
    """

    id: str
    title: str
    scene: str
    network: str | None
    beats: tuple[ScriptBeat, ...]
    place: Place
    example: int | None = None


@dataclass(frozen=True)
class Script:
    """The script of a whole lesson.

    `speakers` are the labels of all speakers, who are numbered by their order. `pronunciations` are as in an
    `Utterance`; `language_place` is where the language is chosen; `music` is that behind the narration.
    """

    title: str
    language: str
    chapters: tuple[ScriptChapter, ...] = field(default=())
    speakers: tuple[str | None, ...] = (None,)
    pronunciations: tuple[tuple[str, str], ...] = ()
    language_place: Place | None = None
    music: str | None = None

    @property
    def beats(self) -> tuple[ScriptBeat, ...]:
        """All beats of all chapters, in order."""
        return tuple(beat for chapter in self.chapters for beat in chapter.beats)


def write_script(storyboard: Storyboard) -> Script:
    """Write the script of a storyboard: look up every number, and find the spoken form of every word."""
    return Script(
        storyboard.title,
        storyboard.language,
        tuple(_chapter(storyboard, chapter) for chapter in storyboard.chapters),
        tuple(speaker.label for speaker in storyboard.speakers),
        tuple(
            (said, phonemes)
            for word, phonemes in storyboard.pronunciations.items()
            if (said := spoken(word, storyboard.language, storyboard.lexicon))
        ),
        storyboard.language_place,
        storyboard.music,
    )


def _chapter(storyboard: Storyboard, chapter: Chapter) -> ScriptChapter:
    beats, example = [], chapter.example
    for number, beat in enumerate(chapter.beats, start=1):
        focus = BeatFocus(beat, example)
        beats.append(_beat(storyboard, chapter, number, beat, focus))
        example = focus.last
    return ScriptChapter(
        chapter.id,
        chapter.title,
        chapter.scene,
        chapter.network,
        tuple(beats),
        chapter.place,
        chapter.example,
    )


def _beat(storyboard: Storyboard, chapter: Chapter, number: int, beat: Beat, focus: BeatFocus) -> ScriptBeat:
    labels = {speaker.name: speaker.label for speaker in storyboard.speakers}
    tokens: list[Token] = []
    marks: dict[str, int] = {}
    places = count()
    for turn in beat.say:
        written = [
            (part, _written(part, storyboard, chapter.network, focus.of_part(next(places))))
            for part in turn.text.parts
        ]
        words, its_marks = _words(written)
        marks |= {name: len(tokens) + index for name, index in its_marks.items()}
        tokens += (_token(word, storyboard, labels[turn.speaker]) for word in words)
    cues = tuple(_cue(storyboard, chapter, cue, focus.of_cue(place)) for place, cue in enumerate(beat.cues))
    return ScriptBeat(chapter.id, number, tuple(tokens), marks, cues, beat.place)


def _words(parts: Iterable[tuple[TemplatePart, str]]) -> tuple[list[list[TextSpan]], dict[str, int]]:
    """The spans of each word, and for each mark the index of the word that it is before or inside of.

    Each part comes with its text, numbers filled in.

    Closing punctuation belongs to the word before it even if a mark is between them (`sum [here], and`); the
    mark then belongs to the word after the punctuation.
    """
    words: list[list[TextSpan]] = []
    marks: dict[str, int] = {}
    pending: list[str] = []  # marks whose word has not begun
    in_word = False
    for part, text in parts:
        if isinstance(part, Mark):
            pending.append(part.name)
            continue
        for span in _spans(part, text):
            if span.text.isspace():
                in_word = False
            elif pending and words and _CLOSING.fullmatch(span.text):
                words[-1].append(span)
            else:
                if not in_word:
                    words.append([])
                words[-1].append(span)
                marks |= dict.fromkeys(pending, len(words) - 1)
                pending, in_word = [], True
    return words, marks | dict.fromkeys(pending, len(words))


def _spans(part: TemplatePart, text: str) -> Iterator[TextSpan]:
    """The words of a part and the spaces between them; the first word may continue the part before."""
    if isinstance(part, Spoken):
        first, *others = part.shown.split()
        yield TextSpan(first, part.spoken)
        for word in others:
            yield from (TextSpan(" "), TextSpan(word, ""))
    else:
        yield from (TextSpan(piece) for piece in re.split(r"(\s+)", text) if piece)


def _token(word: list[TextSpan], storyboard: Storyboard, speaker: str | None) -> Token:
    """The token of a word; neighbouring spans without a `spoken` of their own are read as one: `(5/6`."""
    said = ""
    for is_authors, spans in groupby(word, key=lambda span: span.spoken is not None):
        if is_authors:
            said += "".join(span.spoken or "" for span in spans)
        else:
            said += spoken("".join(span.text for span in spans), storyboard.language, storyboard.lexicon)
    # Most words of a lesson occur many times: interning saves memory.
    return Token(sys.intern("".join(span.text for span in word)), sys.intern(said.strip()), speaker)


def _written(part: TemplatePart, storyboard: Storyboard, network: str | None, example: int | None) -> str:
    """A part as it is shown, with an example of the network's data in focus."""
    match part:
        case Number():
            return storyboard.lookup.in_focus(network, example).written(network, part)
        case LiteralText(text) | Fact(text) | Spoken(text, _):
            return text
    return ""


def _cue(storyboard: Storyboard, chapter: Chapter, cue: Cue, example: int | None) -> ScriptCue:
    lookup = storyboard.lookup.in_focus(chapter.network, example)

    def filled(given: object) -> object:
        if isinstance(given, tuple):
            return tuple(map(filled, given))
        if isinstance(given, Template):
            return lookup.filled(chapter.network, given)
        return given

    parameters = {name: filled(given) for name, given in cue.parameters.items()}
    return ScriptCue(cue.name, parameters, cue.at, cue.place, cue.sound)
