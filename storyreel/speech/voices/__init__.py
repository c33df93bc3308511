"""Voices: text to speech with the time of each word.

In: an `Utterance`. Out: `Speech`. `voice` gives a voice by its name, `voices` describes all of them. An
installed package adds one with an entry point in the group `storyreel.voices`: its name, and a class that
implements `Voice` and takes no arguments. The room `speech` uses them, and whatever lists them.
"""

from collections.abc import Callable

from storyreel.core.errors import UsageError
from storyreel.core.plugins import with_plugins
from storyreel.speech.voices.base import Speech, SpokenWord, Utterance, Voice, VoiceCard
from storyreel.speech.voices.command import CommandVoice
from storyreel.speech.voices.espeak import EspeakVoice
from storyreel.speech.voices.hibari import HibariVoice
from storyreel.speech.voices.kokoro import KokoroVoice
from storyreel.speech.voices.piper import PiperVoice
from storyreel.speech.voices.recording import RecordingVoice
from storyreel.speech.voices.silent import SilentVoice

__all__ = [
    "VOICES",
    "Speech",
    "SpokenWord",
    "Utterance",
    "Voice",
    "VoiceCard",
    "default_voice",
    "voice",
    "voices",
]

VOICES: dict[str, Callable[[], Voice]] = {
    "command": CommandVoice,
    "espeak": EspeakVoice,
    "hibari": HibariVoice,
    "kokoro": KokoroVoice,
    "piper": PiperVoice,
    "recording": RecordingVoice,
    "silent": SilentVoice,
}
"""The built-in voices, by name."""


def default_voice(language: str) -> str:
    """The name of the voice that speaks a language where the storyboard names none."""
    return "hibari" if language.partition("-")[0].lower() == "en" else "espeak"


def voice(name: str) -> Voice:
    """The voice called `name`; raises UsageError if there is none."""
    makers = _makers()
    if name not in makers:
        raise UsageError(f"no voice named {name!r}; there are {', '.join(sorted(makers))}")
    return makers[name]()


def voices() -> tuple[VoiceCard, ...]:
    """Descriptions of all voices, sorted by name, including those that are not available on this machine."""
    return tuple(make().card() for _, make in sorted(_makers().items()))


def _makers() -> dict[str, Callable[[], Voice]]:
    return with_plugins(VOICES, "storyreel.voices")
