"""The interface of all voices: a voice turns an `Utterance` into `Speech`.

A synthesizer reads the text, a recording finds its file by the utterance's `key`, and a voice with several
variants chooses by the number of the variant.
"""

from dataclasses import dataclass
from typing import Protocol

from storyreel.core.errors import OutsideError, StoryreelError
from storyreel.speech.audio import Samples


@dataclass(frozen=True, slots=True)
class Utterance:
    """What is spoken in one beat, or in a turn of it.

    `text` is words and punctuation, with numbers and signs spelt out; `language` is a BCP 47 tag; `variant`
    is the number of one of the voice's variants, from 0; `key` is the chapter and the beat (`forward/2`), for
    the further turns of a dialogue also their number (`forward/2.1`). The key does not affect the sound,
    unless the voice includes it in its `fingerprint`. `pace` is relative to the voice's own: 2 is twice as
    fast. `pronunciations` are words of the text, each with its phonemes (see `storyreel.speech.phonemes`),
    for voices that accept them.
    """

    text: str
    language: str = "en"
    variant: int = 0
    key: str = ""
    pace: float = 1.0
    pronunciations: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SpokenWord:
    """A span of the utterance's text (offset and length in characters) with its start and end in seconds."""

    offset: int
    length: int
    start: float
    end: float


@dataclass(frozen=True, eq=False)
class Speech:
    """The output of a voice: mono samples at `rate` Hz, and timed words in order.

    A voice need not time every word; the narration interpolates the others. Of a voice that times none, words
    are found in the sound (`storyreel.speech.alignment`). Pauses at punctuation are then made as long as
    other voices' (`storyreel.speech.pauses`), unless it `has_own_pauses`, as a person's recording has.
    """

    samples: Samples
    rate: int
    words: tuple[SpokenWord, ...]
    has_own_pauses: bool = False


@dataclass(frozen=True)
class VoiceVariant:
    """One of several people who speak with a voice; `language` is the one that it speaks, "" for all."""

    name: str
    language: str = ""

    def speaks(self, language: str) -> bool:
        """True if the language, a BCP 47 tag, is the variant's or a kind of it, or the other way round."""
        asked, own = f"{language.lower()}-", f"{self.language.lower()}-"
        return own == "-" or asked.startswith(own) or own.startswith(asked)


@dataclass(frozen=True)
class VoiceCard:
    """A description of a voice.

    `needs` is what it needs besides storyreel itself. `remedy` is None if all of that is there; else it is
    the command that installs it, or what else there is to do. `variants` are in the order of their numbers;
    there are none if any number of speakers sound alike.
    """

    name: str
    languages: tuple[str, ...]
    licence: str
    note: str
    remedy: str | None = None
    needs: str = "nothing"
    variants: tuple[VoiceVariant, ...] = ()

    @property
    def is_available(self) -> bool:
        """Whether it can speak on this machine."""
        return self.remedy is None


class Unusable(StoryreelError):
    """What a voice finds out only as it speaks: why it cannot say an utterance, and what to do about it."""


class Voice(Protocol):
    """A voice. Creating one is cheap: it loads nothing until it speaks."""

    @property
    def workers(self) -> int:
        """The largest number of threads that may call `speak` at the same time."""
        ...

    def card(self) -> VoiceCard:
        """Its description; never raises."""
        ...

    def fingerprint(self, utterance: Utterance) -> str:
        """All that determines the sound of `utterance`, besides its text, language and variant.

        The narration reuses cached speech if the fingerprint is unchanged. It has the name, version and
        settings of the voice; for a recording, the content of its file.
        """
        ...

    def refusal(self, utterance: Utterance) -> str | None:
        """Why the voice cannot say `utterance`, and what to do about it; None if it can.

        It is asked of all that a lesson says before anything is spoken, and of empty text about a language.
        """
        ...

    def speak(self, utterance: Utterance) -> Speech:
        """Speak `utterance`. Raises OutsideError if the voice fails, Unusable if it cannot say this."""
        ...


def require_available(voice: Voice) -> None:
    """Raise OutsideError, with what to do about it, if `voice` cannot speak on this machine."""
    card = voice.card()
    if card.remedy is not None:
        raise OutsideError(f"the voice {card.name} is not there; to have it: {card.remedy}")
