"""What a lesson asks of its voice that the voice cannot do, known before it speaks."""

from dataclasses import replace

from storyreel.core.errors import Problem
from storyreel.speech.narration import utterances_of
from storyreel.speech.script import Script
from storyreel.speech.voices.base import Voice


def refusals(script: Script, voice: Voice) -> list[Problem]:
    """A problem for each beat that `voice` cannot say; only one if it does not speak the language at all."""
    spoken = [
        (beat, utterance)
        for beat, utterance in zip(script.beats, utterances_of(script), strict=True)
        if utterance.text
    ]
    for beat, utterance in spoken[:1]:
        if why := voice.refusal(replace(utterance, text="")):
            return [Problem(script.language_place or beat.place, why)]
    return [Problem(beat.place, why) for beat, utterance in spoken if (why := voice.refusal(utterance))]
