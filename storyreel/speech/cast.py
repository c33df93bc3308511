"""The cast of a lesson: which voice speaks for each of its speakers, and as which of its variants."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from storyreel.core.did_you_mean import did_you_mean, listed
from storyreel.core.errors import Place, Problem, StoryboardError
from storyreel.speech.role import Role
from storyreel.speech.voices import DEFAULT_VOICE, voice
from storyreel.speech.voices.base import Speech, Utterance, Voice, VoiceCard, VoiceVariant

if TYPE_CHECKING:
    from storyreel.storyboard.model import Speaker

_NOWHERE = Place("", 1, 1)


class Cast:
    """The voices of all speakers of a lesson as one voice, of which they are the variants.

    `roles` are in the order of the lesson's speakers. Raises UsageError for an unknown voice.
    """

    def __init__(self, roles: Sequence[Role]) -> None:
        self.roles = tuple(roles)
        self._voices = {name: voice(name) for name in dict.fromkeys(role.voice for role in roles)}

    @property
    def name(self) -> str:
        """The names of the voices."""
        return ", ".join(self._voices)

    @property
    def workers(self) -> int:
        """The largest number of threads that all voices can do with."""
        return min(each.workers for each in self._voices.values())

    def card(self) -> VoiceCard:
        """The description of the first voice that is not there, or else of the first one."""
        cards = [each.card() for each in self._voices.values()]
        return next((card for card in cards if not card.is_available), cards[0])

    def fingerprint(self, utterance: Utterance) -> str:
        """All that determines the sound of `utterance`, also which voice speaks it and as which variant."""
        speaker, own = self._own(utterance)
        return f"{speaker.fingerprint(own)} {own.variant}"

    def refusal(self, utterance: Utterance) -> str | None:
        """Why the speaker's voice cannot say `utterance`; None if it can."""
        speaker, own = self._own(utterance)
        return speaker.refusal(own)

    def speak(self, utterance: Utterance) -> Speech:
        """Have the speaker's voice speak `utterance`. Raises OutsideError if it fails."""
        speaker, own = self._own(utterance)
        return speaker.speak(own)

    def _own(self, utterance: Utterance) -> tuple[Voice, Utterance]:
        """The voice of an utterance's speaker, and the utterance as that voice knows it."""
        role = self.roles[utterance.variant]
        return self._voices[role.voice], replace(utterance, variant=role.variant, pace=role.pace)


def cast(speakers: "Sequence[Speaker]", language: str, instead: str | None = None) -> Cast:
    """The cast of a lesson in `language`; each speaker gets a variant that no other one has.

    The voice `instead`, if given, speaks for all, as its own variants. Raises StoryboardError if a voice has
    no such variant, or too few of them; UsageError for an unknown voice.
    """
    names = [_voice_name(speaker, instead) for speaker in speakers]
    problems: list[Problem] = []
    numbers: dict[int, int] = {}  # of the variants, by the speakers' numbers
    for name in dict.fromkeys(names):
        its = [number for number, own in enumerate(names) if own == name]
        numbers |= _variants(name, {number: speakers[number] for number in its}, language, problems)
    if problems:
        raise StoryboardError(problems)
    return Cast([Role(name, numbers[n], speakers[n].pace) for n, name in enumerate(names)])


def cast_name(speakers: "Sequence[Speaker]", instead: str | None = None) -> str:
    """The name of the cast, without looking for any voice."""
    return ", ".join(dict.fromkeys(_voice_name(speaker, instead) for speaker in speakers))


def _voice_name(speaker: "Speaker", instead: str | None) -> str:
    return instead or speaker.voice or DEFAULT_VOICE


def _variants(
    name: str, speakers: "dict[int, Speaker]", language: str, problems: list[Problem]
) -> dict[int, int]:
    """The number of the voice's variant for each of its `speakers`; what cannot be is added to `problems`."""
    variants = voice(name).card().variants
    if not variants:
        return {number: order for order, number in enumerate(speakers)}
    wanted = {
        number: speaker.variant
        for number, speaker in speakers.items()
        if speaker.variant is not None and speaker.voice == name
    }
    given = {
        number: _number(name, variants, variant, speakers[number].place or _NOWHERE, problems)
        for number, variant in wanted.items()
    }
    fitting = [n for n, variant in enumerate(variants) if variant.speaks(language)] or [*range(len(variants))]
    free = iter([n for n in fitting if n not in given.values()])
    for number, speaker in speakers.items():
        if number not in given:
            chosen = next(free, None)
            if chosen is None:
                problems.append(
                    Problem(speaker.place or _NOWHERE, _too_few(name, speaker, variants, fitting))
                )
            given[number] = chosen or 0
    return given


def _number(
    name: str, variants: Sequence[VoiceVariant], wanted: str, place: Place, problems: list[Problem]
) -> int:
    """The number of the variant called `wanted`; 0 if there is none, which is a problem."""
    names = [variant.name for variant in variants]
    if wanted in names:
        return names.index(wanted)
    problems.append(
        Problem(place, f"the voice {name} has no variant `{wanted}`{did_you_mean(wanted, names)}")
    )
    return 0


def _too_few(name: str, speaker: "Speaker", variants: Sequence[VoiceVariant], fitting: Sequence[int]) -> str:
    names = listed(variants[n].name for n in fitting)
    others = "others" if len(fitting) > 1 else "another"
    who = f"`{speaker.name}`" if speaker.name else "this speaker"
    return f"{who} needs a voice of its own: of {name}, {names} already speak for {others}; give another one"
