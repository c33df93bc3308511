"""The default voice: espeak-ng from the package `espeakng-loader`, one process for each utterance.

The two variants are those, a low and a high one, whose long-term spectrum is closest to that of human
speech (Byrne et al., 1994, J. Acoust. Soc. Am. 96), out of those that do not clip and do not use `breath`,
whose noise is seeded with the time. The pitch range is widened to that of lively reading, with a standard
deviation of about two semitones.
"""

import importlib.metadata
import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import numpy as np

from storyreel.core.errors import OutsideError
from storyreel.speech.audio import Samples, audible_level, audible_span
from storyreel.speech.voices.base import (
    Speech,
    SpokenWord,
    Utterance,
    VoiceCard,
    VoiceVariant,
    require_available,
)

CHILD = Path(__file__).with_name("espeak_process.py")
PACKAGE = "espeakng-loader"
TIMEOUT = 60  # seconds; a beat takes less than one
LEAD = 0.0125  # seconds from espeak-ng's word event to the start of the word's sound

# espeak_PARAMETER of speak_lib.h
RATE, PITCH, RANGE = "1", "3", "4"
WORDS_A_MINUTE = 130  # espeak-ng's setting; measured with pauses, about 150
VARIANTS = (
    ("m7", {RATE: WORDS_A_MINUTE, PITCH: 48, RANGE: 68}),
    ("f1", {RATE: WORDS_A_MINUTE, PITCH: 48, RANGE: 65}),
)
LANGUAGES = {
    "en": "en-us",
    "en-gb": "en",
    "zh": "cmn",
    "fr-fr": "fr",
    "pt-pt": "pt",
}
"""Language tags that espeak-ng has another name for."""


class EspeakVoice:
    """espeak-ng: fast, robotic but clear, with more than a hundred languages."""

    workers = max(2, os.cpu_count() or 1)

    def card(self) -> VoiceCard:
        """Its description, with the command that installs the package, if it is missing."""
        return VoiceCard(
            name="espeak",
            languages=("en", "es", "fr", "de", "hi", "zh", "and more than a hundred others"),
            licence="GPL-3.0",
            note="clear and robotic; runs in a process of its own",
            remedy=None if importlib.util.find_spec("espeakng_loader") else f"pip install {PACKAGE}",
            needs=f"the package {PACKAGE}",
            variants=tuple(VoiceVariant(name) for name, _ in VARIANTS),
        )

    def fingerprint(self, utterance: Utterance) -> str:
        """The version of the package, the variant and its settings."""
        variant, settings = _variant(utterance)
        return f"espeak {_version()} {variant} {json.dumps(settings)} {LEAD}"

    def refusal(self, utterance: Utterance) -> None:
        """None: which languages it speaks, espeak-ng knows only when it speaks."""

    def speak(self, utterance: Utterance) -> Speech:
        """Speak in a new process; raises OutsideError without the package or for an unknown language."""
        require_available(self)
        variant, settings = _variant(utterance)
        text = utterance.text.replace("[[", "  ")  # [[…]] would be read as phonemes
        output = answer_of_espeak(utterance.language, variant, {"text": text, "settings": settings})
        header, _, sound = output.partition(b"\n")
        facts = json.loads(header)
        samples = (np.frombuffer(sound, np.int16) / 32768).astype(np.float32)
        return Speech(samples, facts["rate"], _words(facts["words"], samples, facts["rate"]))


def answer_of_espeak(language: str, variant: str, request: Mapping[str, object]) -> bytes:
    """What a new process of espeak-ng answers to a request, for which see `espeak_process`.

    Raises OutsideError without the package or for an unknown language.
    """
    folder = _folder()
    tag = language.lower().replace("_", "-")
    name = LANGUAGES.get(tag, tag) + (f"+{variant}" if variant else "")
    try:
        child = subprocess.run(
            [sys.executable, "-I", "-S", str(CHILD)],
            input=json.dumps({"library": str(_library(folder)), "voice": name, **request}).encode(),
            capture_output=True,
            cwd=folder,
            timeout=TIMEOUT,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise OutsideError(f"the espeak voice did not answer: {error}") from error
    if child.returncode == 2:
        raise OutsideError(f"the espeak voice does not speak the language {language!r}")
    if child.returncode:
        reason = (child.stderr.decode(errors="replace").strip().splitlines() or ["no reason given"])[-1]
        raise OutsideError(f"the espeak voice stopped with exit status {child.returncode}: {reason}")
    return child.stdout


def _variant(utterance: Utterance) -> tuple[str, dict[str, int]]:
    """The variant that speaks, and its settings."""
    variant, settings = VARIANTS[utterance.variant]
    return variant, {**settings, RATE: round(settings[RATE] * utterance.pace)}


def _words(events: list[tuple[int, int, int]], samples: Samples, rate: int) -> tuple[SpokenWord, ...]:
    """Timed words from the events: a word ends with its sound, and before the next word begins."""
    level = audible_level(samples)
    starts = [sample / rate + LEAD for _, _, sample in events]
    limits = [*starts, len(samples) / rate][1:]
    words = []
    for (offset, length, _), start, limit in zip(events, starts, limits, strict=True):
        _, after = audible_span(samples[round(start * rate) : round(limit * rate)], level)
        words.append(SpokenWord(offset, length, start, start + after / rate))
    return tuple(words)


@cache
def _version() -> str:
    try:
        return importlib.metadata.version(PACKAGE)
    except importlib.metadata.PackageNotFoundError:
        return "absent"


def _folder() -> Path:
    """The package's folder, which has the library and its data; found without importing the package."""
    spec = importlib.util.find_spec("espeakng_loader")
    if spec is None or spec.origin is None:
        raise OutsideError(f"{PACKAGE} is not installed: pip install {PACKAGE}")
    return Path(spec.origin).parent


def _library(folder: Path) -> Path:
    names = {"win32": "espeak-ng.dll", "darwin": "libespeak-ng.dylib"}
    return folder / names.get(sys.platform, "libespeak-ng.so")
