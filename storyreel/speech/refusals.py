"""What a lesson asks of its voice that the voice cannot do, found before anything is spoken."""

from collections.abc import Iterator
from dataclasses import replace

from storyreel.core.errors import Problem
from storyreel.core.limits import beyond, limits
from storyreel.speech.narration import utterances_of
from storyreel.speech.script import Script
from storyreel.speech.voices.base import Utterance, Voice, require_available


def refusals(script: Script, voice: Voice) -> list[Problem]:
    """A problem for each turn that `voice` cannot say, or only one if it cannot speak the language.

    Another if all of it is too long, with what the lexicon has for its words. Raises OutsideError if the
    voice is not there.
    """
    require_available(voice)
    spoken = [
        (beat, utterance)
        for beat, utterances in zip(script.beats, utterances_of(script), strict=True)
        for utterance in utterances
        if utterance.text
    ]
    for beat, utterance in {
        utterance.variant: (beat, utterance) for beat, utterance in spoken[::-1]
    }.values():
        if why := voice.refusal(replace(utterance, text="")):
            return [Problem(script.language_place or beat.place, why)]
    lengths = _lengths(utterance for _, utterance in spoken)
    for (beat, _), length in zip(spoken, lengths, strict=True):
        if length > limits().narration_characters:
            return [Problem(beat.place, beyond("narration_characters"))]
    return [Problem(beat.place, why) for beat, utterance in spoken if (why := voice.refusal(utterance))]


def _lengths(utterances: Iterator[Utterance]) -> Iterator[int]:
    """The characters up to the end of each utterance, phonemes for words that have such."""
    length = 0
    for utterance in utterances:
        length += len(utterance.text)
        length += sum(
            len(phonemes) * utterance.text.count(word) for word, phonemes in utterance.pronunciations
        )
        yield length
