"""The voices: those that come with storyreel, and those that installed packages add.

A package adds one with an entry point in the group `storyreel.voices`: its name, and a class of no arguments
that is a `Voice`.
"""

from collections.abc import Callable

from storyreel.core.errors import UsageError
from storyreel.core.plugins import with_plugins
from storyreel.speech.voices.base import Speech, SpokenWord, Utterance, Voice, VoiceCard
from storyreel.speech.voices.espeak import EspeakVoice
from storyreel.speech.voices.silent import SilentVoice

__all__ = [
    "DEFAULT_VOICE",
    "VOICES",
    "Speech",
    "SpokenWord",
    "Utterance",
    "Voice",
    "VoiceCard",
    "voice",
    "voices",
]

DEFAULT_VOICE = "espeak"
VOICES: dict[str, Callable[[], Voice]] = {"espeak": EspeakVoice, "silent": SilentVoice}
"""The voices that come with storyreel, by name."""


def voice(name: str) -> Voice:
    """The voice called `name`; raises `UsageError` when there is none."""
    makers = _makers()
    if name not in makers:
        raise UsageError(f"no voice named {name!r}; there are {', '.join(sorted(makers))}")
    return makers[name]()


def voices() -> tuple[VoiceCard, ...]:
    """The cards of all voices, sorted by name, those that cannot speak here included."""
    return tuple(make().card() for _, make in sorted(_makers().items()))


def _makers() -> dict[str, Callable[[], Voice]]:
    return with_plugins(VOICES, "storyreel.voices")
