"""The script: the storyboard's beats with the numbers filled in; what is shown, spoken and captioned.

It knows nothing of time. A beat's narration is a sequence of tokens, each one word as the captions write
it beside the words that a voice says for it (`5/6` and "five sixths").
"""

from dataclasses import dataclass, field
from typing import Any

from storyreel.errors import Place


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
