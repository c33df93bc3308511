"""The script: the storyboard's beats with all numbers filled in, as shown and as spoken.

It has no times. A beat's narration is a sequence of tokens: a word as captions write it (`5/6`), and what a
voice says for it ("five sixths").
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from storyreel.core.errors import Place
from storyreel.core.word import running_text
from storyreel.speech.spoken_form import is_sayable


@dataclass(frozen=True, slots=True)
class Token:
    """One word of the captions with its punctuation, and its spoken form, which may be empty.

    `speaker` is the label of who says it, in a dialogue. No space is between a token that `is_attached` and
    the one before.
    """

    shown: str
    spoken: str
    speaker: str | None = None
    is_attached: bool = False

    @property
    def text(self) -> str:
        """The same as `shown`."""
        return self.shown


@dataclass(frozen=True, slots=True)
class ScriptCue:
    """A cue with its parameters filled in.

    `at` is the name of the mark at whose word it starts, `sound` that of the sound with which it starts; None
    if there is none. If it `is_of_own`, it brings the network's own example into focus.
    """

    name: str
    parameters: dict[str, Any]
    at: str | None
    place: Place
    sound: str | None = None
    is_of_own: bool = False


@dataclass(frozen=True, slots=True)
class ScriptTurn:
    """Tokens that one speaker says."""

    speaker: str | None
    tokens: tuple[Token, ...]

    @property
    def spoken(self) -> str:
        """The tokens as a voice is given them; "" where there is nothing to say, only punctuation."""
        text, _ = spoken_text(self.tokens)
        return text if is_sayable(text) else ""


def spoken_text(tokens: Iterable[Token]) -> tuple[str, list[int]]:
    """What a voice is given for the tokens, and the offset of each of them in it."""
    text, is_apart = "", False  # since the last token that is spoken
    offsets = []
    for token in tokens:
        is_apart |= not token.is_attached
        if token.spoken and text and is_apart:
            text += " "
        offsets.append(len(text))
        text += token.spoken
        is_apart &= not token.spoken
    return text, offsets


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
        return running_text(self.tokens)

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
