"""The hibari voice: neural English from the package `hibari-tts`, model included, with the time of each word.

The second variant is the first one, said faster and then played slower, which lowers pitch and formants.
"""

import importlib.metadata
import importlib.util
import json
import os
from functools import cache
from pathlib import Path

from storyreel.core.code_digest import code_digest
from storyreel.core.errors import OutsideError
from storyreel.speech.voices.base import (
    Speech,
    Utterance,
    VoiceCard,
    VoiceVariant,
    require_available,
)
from storyreel.speech.voices.english import english_speech, unsayable
from storyreel.speech.voices.hibari_model import load_model

PACKAGE, VERSION = "hibari-tts", "0.2.1"
RUNTIME = "onnxruntime"
VARIANTS = {"heart": (1, 1), "low": (5, 4)}
"""For each variant, by how much the sound is stretched when it is made: up and down, as a fraction."""


class HibariVoice:
    """A clear and friendly voice in English; a second, lower one is made of it."""

    workers = max(2, os.cpu_count() or 1)

    def card(self) -> VoiceCard:
        """Its description, with the command that installs the packages where they are missing."""
        is_there = _version(PACKAGE) == VERSION and importlib.util.find_spec(RUNTIME)
        return VoiceCard(
            name="hibari",
            languages=("en",),
            licence="Apache-2.0",
            note="neural, clear and friendly",
            remedy=None if is_there else f"pip install {PACKAGE}=={VERSION} {RUNTIME}",
            needs=f"the packages {PACKAGE} {VERSION} and {RUNTIME}",
            variants=tuple(map(VoiceVariant, VARIANTS)),
        )

    def fingerprint(self, utterance: Utterance) -> str:
        """The packages' versions, the code that makes the sound, the pace and the pronunciations."""
        versions = f"{_version(PACKAGE)} {_version(RUNTIME)}"
        settings = json.dumps([utterance.pace, utterance.pronunciations])
        return f"hibari {versions} {_code()} {settings}"

    def refusal(self, utterance: Utterance) -> str | None:
        """Why it cannot say this: another language, another script."""
        if utterance.language.partition("-")[0] != "en":
            return f"the voice hibari only speaks English; for `{utterance.language}` write `voice: espeak`"
        if why := unsayable(utterance):
            return f"the voice hibari {why}"
        return None

    def speak(self, utterance: Utterance) -> Speech:
        """Speak, in the caller's thread; raises `OutsideError` without the package or for a refusal."""
        if problem := self.refusal(utterance):
            raise OutsideError(problem)
        require_available(self)
        stretch = [*VARIANTS.values()][utterance.variant]
        return english_speech(utterance, load_model().sound, stretch)


@cache
def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "absent"


@cache
def _code() -> str:
    return code_digest([Path(__file__)])[:16]
