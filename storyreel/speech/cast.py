"""The cast of a lesson: which voice speaks for each of its speakers, and as which of its variants."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from storyreel.core.did_you_mean import did_you_mean, listed
from storyreel.core.errors import Place, Problem, StoryboardError
from storyreel.speech.narration import utterances_of
from storyreel.speech.recordings.files import Recordings
from storyreel.speech.role import Role
from storyreel.speech.script import Script
from storyreel.speech.voices import default_voice, voice
from storyreel.speech.voices.base import Speech, Utterance, Voice, VoiceCard
from storyreel.speech.voices.recording import NAME, RecordingVoice

if TYPE_CHECKING:
    from storyreel.storyboard.model import Speaker, Storyboard


class Cast:
    """The voices of all speakers of a lesson as one voice, of which they are the variants.

    `roles` are in the order of the lesson's speakers. Their recordings are beside the `storyboard` that has
    the `utterances`. Raises UsageError for an unknown voice.
    """

    def __init__(
        self, roles: Sequence[Role], storyboard: Path = Path(), utterances: Iterable[Utterance] = ()
    ) -> None:
        self.roles = tuple(roles)
        self._voices = {name: voice(name) for name in dict.fromkeys(role.voice for role in roles)}
        recorded = (one for one in utterances if one.text and self.roles[one.variant].voice == NAME)
        self.recordings = Recordings(storyboard, tuple(recorded))
        if NAME in self._voices:
            self._voices[NAME] = RecordingVoice(self.recordings)

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

    def is_available(self, utterance: Utterance) -> bool:
        """Whether the voice that speaks `utterance` is on this machine."""
        return self._own(utterance)[0].card().is_available

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


def lesson_cast(storyboard: "Storyboard", script: Script, instead: str | None = None) -> Cast:
    """The cast of a storyboard that has this script, as `cast` chooses it, with the recordings beside it."""
    roles = cast(storyboard.speakers, storyboard.language, instead).roles
    return Cast(roles, storyboard.path, [one for beat in utterances_of(script) for one in beat])


def cast(speakers: "Sequence[Speaker]", language: str, instead: str | None = None) -> Cast:
    """The cast of a lesson in `language`; each speaker gets a variant that no other one has.

    The voice `instead`, if given, speaks for all, as its own variants. Raises StoryboardError if a voice has
    no such variant, or too few of them; UsageError for an unknown voice.
    """
    names = [_voice_name(speaker, language, instead) for speaker in speakers]
    problems: list[Problem] = []
    numbers: dict[int, int] = {}  # of the variants, by the speakers' numbers
    for name in dict.fromkeys(names):
        its = [number for number, own in enumerate(names) if own == name]
        numbers |= _variants(name, {number: speakers[number] for number in its}, language, problems)
    if problems:
        raise StoryboardError(problems)
    return Cast([Role(name, numbers[n], speakers[n].pace) for n, name in enumerate(names)])


def cast_name(speakers: "Sequence[Speaker]", language: str, instead: str | None = None) -> str:
    """The name of the cast, without looking for any voice."""
    return ", ".join(dict.fromkeys(_voice_name(speaker, language, instead) for speaker in speakers))


def _voice_name(speaker: "Speaker", language: str, instead: str | None) -> str:
    return instead or speaker.voice or default_voice(language)


def _variants(
    name: str, speakers: "dict[int, Speaker]", language: str, problems: list[Problem]
) -> dict[int, int]:
    """The number of the voice's variant for each of its `speakers`; what cannot be is added to `problems`."""
    card = voice(name).card()
    if not card.variants and not card.is_available:  # what there is to do is told later
        return dict.fromkeys(speakers, 0)
    given: dict[int, int] = {}
    for number, speaker in speakers.items():
        if speaker.variant is not None and speaker.voice == name:
            chosen = _number(card, speaker, problems)
            if chosen in given.values():
                problems.append(Problem(_place(speaker), _taken(speaker, speakers, given, chosen)))
            given[number] = chosen
    if not card.variants:
        return {number: order for order, number in enumerate(speakers)}
    fitting = [number for number, variant in enumerate(card.variants) if variant.speaks(language)]
    fitting = fitting or [*range(len(card.variants))]
    free = iter([number for number in fitting if number not in given.values()])
    for number, speaker in speakers.items():
        if number not in given:
            given[number] = next(free, -1)
            if given[number] < 0:
                names = [card.variants[each].name for each in fitting]
                problems.append(Problem(_place(speaker), _too_few(name, speaker, names)))
    return given


def _number(card: VoiceCard, speaker: "Speaker", problems: list[Problem]) -> int:
    """The number of the variant that the speaker asks for; one that there is not if this is a problem."""
    names = [variant.name for variant in card.variants]
    if speaker.variant in names:
        return names.index(speaker.variant)
    meant = did_you_mean(speaker.variant or "", names)
    message = f"the voice {card.name} has no variant `{speaker.variant}`{meant}"
    problems.append(Problem(_place(speaker), message))
    return -1 - len(problems)


def _taken(speaker: "Speaker", speakers: "dict[int, Speaker]", given: dict[int, int], chosen: int) -> str:
    other = next(speakers[number].name for number, variant in given.items() if variant == chosen)
    return f"`{speaker.name}` would sound like `{other}`; give one of them another variant or voice"


def _too_few(name: str, speaker: "Speaker", names: Sequence[str]) -> str:
    verb = "speak for others" if len(names) > 1 else "speaks for another"
    who = f"`{speaker.name}`" if speaker.name else "this speaker"
    return f"{who} needs a voice of its own: of {name}, {listed(names)} already {verb}; give another one"


def _place(speaker: "Speaker") -> Place:
    return speaker.place or Place("", 1, 1)
