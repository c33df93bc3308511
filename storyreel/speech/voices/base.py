"""What every voice is: the one interface that the narration knows.

A voice turns an `Utterance` into `Speech`. A synthesiser does it from the text, a recording finds its file
by the utterance's `key`, a dialogue tells its speakers apart by their number.
"""

from dataclasses import dataclass
from typing import Protocol

from storyreel.speech.audio import Samples


@dataclass(frozen=True, slots=True)
class Utterance:
    """Words to be spoken in one breath of the lesson: one beat.

    `text` is plain words and punctuation, numbers and signs already spelt out; `language` is a BCP 47 tag;
    `speaker` counts the lesson's speakers from 0 in the order in which they first speak; `key` is where in
    the lesson it is said (`forward/2`), which does not change how it sounds unless the voice says so in
    its `fingerprint`.
    """

    text: str
    language: str = "en"
    speaker: int = 0
    key: str = ""


@dataclass(frozen=True, slots=True)
class SpokenWord:
    """A stretch of the utterance's text, in characters, and when it sounds, in seconds."""

    offset: int
    length: int
    start: float
    end: float


@dataclass(frozen=True, eq=False)
class Speech:
    """What a voice gave: its sound, at `rate` samples a second, and the words in it in order.

    A voice need not time every word: those between two timed ones are placed by the narration.
    """

    samples: Samples
    rate: int
    words: tuple[SpokenWord, ...]


@dataclass(frozen=True)
class VoiceCard:
    """What there is to know of a voice before it speaks; `problem` says why it cannot, if it cannot."""

    name: str
    languages: tuple[str, ...]
    licence: str
    note: str
    problem: str | None = None

    @property
    def is_available(self) -> bool:
        """Whether it can speak on this machine, now."""
        return self.problem is None


class Voice(Protocol):
    """A voice. An instance holds its settings and is cheap to make: it loads nothing until it speaks."""

    @property
    def workers(self) -> int:
        """How many utterances it may be asked for at once, from as many threads."""
        ...

    def card(self) -> VoiceCard:
        """Its description, for the list of voices; never raises."""
        ...

    def fingerprint(self, utterance: Utterance) -> str:
        """All that decides how `utterance` sounds besides its text, language and speaker.

        Two equal fingerprints promise equal sound, and the narration then keeps what it has. Name and
        version of the voice, its settings; for a recording, the content of its file.
        """
        ...

    def speak(self, utterance: Utterance) -> Speech:
        """Speak. Raises `OutsideError` when the voice cannot."""
        ...
