"""Writes the script of a storyboard: looks up every number, and finds the spoken form of every word."""

import re
import sys
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, field
from itertools import count, groupby
from typing import NamedTuple

from storyreel.speech.script import Script, ScriptBeat, ScriptChapter, ScriptCue, Token
from storyreel.speech.segments import is_boundary, word_starts
from storyreel.speech.sounds.tones import pitch_of, with_strengths
from storyreel.speech.spoken_form import spoken
from storyreel.storyboard.focus import BeatFocus
from storyreel.storyboard.model import Beat, Chapter, Cue, Storyboard
from storyreel.storyboard.template import Fact, LiteralText, Mark, Number, Spoken, Template, TemplatePart
from storyreel.storyboard.unspaced import has_ideographs

_CLOSING = re.compile(r"[,.;:!?…)\]”’»，。、；：！？）」』》】]+")


class TextSpan(NamedTuple):
    """A part of a word, or the space between two; `spoken` is the author's spoken form of it, if given."""

    text: str
    spoken: str | None = None


_BOUNDARY = TextSpan("")
"""Between two words without a space."""


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
        parts = [
            (part, _written(part, storyboard, chapter.network, focus.of_part(next(places))))
            for part in turn.text.parts
        ]
        words, its_marks = _words(parts, _boundaries(parts, storyboard))
        marks |= {name: len(tokens) + index for name, index in its_marks.items()}
        tokens += (_token(word, storyboard, labels[turn.speaker]) for word in words)
    cues = tuple(_cue(storyboard, chapter, cue, focus.of_cue(place)) for place, cue in enumerate(beat.cues))
    return ScriptBeat(chapter.id, number, tuple(tokens), marks, cues, beat.place)


@dataclass(slots=True)
class _Word:
    """The spans of a word."""

    is_attached: bool
    spans: list[TextSpan] = field(default_factory=list)


def _boundaries(parts: Iterable[tuple[TemplatePart, str]], storyboard: Storyboard) -> set[int]:
    """The offsets in the text of all parts at which a word begins without a space before it.

    Where a script has no spaces these are also the marks: an author says where the word begins.
    """
    text = "".join(text for _, text in parts)
    marked = {place for place in _places_of_marks(parts) if is_boundary(text, place)}
    return marked | word_starts(text, storyboard.language, storyboard.lexicon)


def _places_of_marks(parts: Iterable[tuple[TemplatePart, str]]) -> Iterator[int]:
    offset = 0
    for part, text in parts:
        if isinstance(part, Mark):
            yield offset
        offset += len(text)


def _words(
    parts: Iterable[tuple[TemplatePart, str]], boundaries: Set[int]
) -> tuple[list[_Word], dict[str, int]]:
    """The words, and for each mark the index of the word that it is before or inside of.

    Each part comes with its text, numbers filled in. Words are between spaces and `boundaries`, offsets in
    the text of all parts.

    In Chinese and Japanese the first word is attached to those of the beat before.

    Closing punctuation belongs to the word before it even if a mark is between them (`sum [here], and`); the
    mark then belongs to the word after the punctuation.
    """
    words: list[_Word] = []
    marks: dict[str, int] = {}
    pending: list[str] = []  # marks whose word has not begun
    in_word = is_attached = False
    offset = 0
    for part, text in parts:
        if isinstance(part, Mark):
            pending.append(part.name)
            continue
        for span in _spans(part, text, {place - offset for place in boundaries}):
            if span == _BOUNDARY:
                in_word, is_attached = False, bool(words)
            elif span.text.isspace():
                in_word = is_attached = False
            elif pending and words and _CLOSING.fullmatch(span.text):
                words[-1].spans.append(span)
            else:
                if not in_word:
                    is_first = not words and bool(boundaries) and has_ideographs(span.text[:1])
                    words.append(_Word(is_attached or is_first))
                words[-1].spans.append(span)
                marks |= dict.fromkeys(pending, len(words) - 1)
                pending, in_word, is_attached = [], True, False
        offset += len(text)
    return words, marks | dict.fromkeys(pending, len(words))


def _spans(part: TemplatePart, text: str, boundaries: Set[int]) -> Iterator[TextSpan]:
    """The words of a part, what is between them, and what is before the first one.

    The first word may continue the part before.
    """
    if 0 in boundaries:
        yield _BOUNDARY
    if isinstance(part, Spoken):
        first, *others = part.shown.split()
        yield TextSpan(first, part.spoken)
        for word in others:
            yield from (TextSpan(" "), TextSpan(word, ""))
        return
    for piece in re.finditer(r"\s+|\S+", text):
        start = piece.start()
        for place in sorted(place for place in boundaries if start < place < piece.end()):
            yield from (TextSpan(text[start:place]), _BOUNDARY)
            start = place
        yield TextSpan(text[start : piece.end()])


def _token(word: _Word, storyboard: Storyboard, speaker: str | None) -> Token:
    """The token of a word; neighbouring spans without a `spoken` of their own are read as one: `(5/6`."""
    said = ""
    for is_authors, spans in groupby(word.spans, key=lambda span: span.spoken is not None):
        if is_authors:
            said += "".join(span.spoken or "" for span in spans)
        else:
            said += spoken("".join(span.text for span in spans), storyboard.language, storyboard.lexicon)
    # Most words of a lesson occur many times: interning saves memory.
    shown = sys.intern("".join(span.text for span in word.spans))
    return Token(shown, sys.intern(said.strip()), speaker, word.is_attached)


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
    sound = cue.sound
    if sound and pitch_of(sound) is not None:
        sound = with_strengths(sound, lookup.inputs(chapter.network))
    return ScriptCue(cue.name, parameters, cue.at, cue.place, sound, cue.is_of_own)
