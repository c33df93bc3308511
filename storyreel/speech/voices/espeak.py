"""The default voice: espeak-ng, as the wheel `espeakng-loader` brings it, one process for each clip.

Of the variants that come with it, a low and a high voice are chosen whose long-term spectrum is near to
that of human speech (Byrne et al., 1994, J. Acoust. Soc. Am. 96), among those that keep away from clipping
and have no `breath`: its noise is seeded with the time of day. The pitch range is widened to that of lively
reading, a standard deviation of two semitones or a little more.
"""

import importlib.metadata
import importlib.util
import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import numpy as np

from storyreel.core.errors import OutsideError
from storyreel.speech.audio import Samples, audible_level, audible_span
from storyreel.speech.voices.base import Speech, SpokenWord, Utterance, VoiceCard

CHILD = Path(__file__).with_name("espeak_process.py")
PACKAGE = "espeakng-loader"
TIMEOUT = 60  # seconds; a beat takes well under one
LEAD = 0.0125  # seconds by which espeak-ng's word events come before the word is heard

# espeak_PARAMETER of speak_lib.h
RATE, PITCH, RANGE = "1", "3", "4"
WORDS_A_MINUTE = 130  # by espeak-ng’s count; about 150 in effect, pauses included
SPEAKERS = (
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
"""Languages that espeak-ng knows by another name, or by several."""


class EspeakVoice:
    """espeak-ng: small, quick, robotic but clear, in more than a hundred languages."""

    workers = max(2, os.cpu_count() or 1)

    def card(self) -> VoiceCard:
        """Its description, with what to do where it is not installed."""
        problem = None if importlib.util.find_spec("espeakng_loader") else f"pip install {PACKAGE}"
        note = "clear and robotic; two speakers; runs in a process of its own"
        return VoiceCard("espeak", ("en", "es", "fr", "de", "hi", "zh", "…"), "GPL-3.0", note, problem)

    def fingerprint(self, utterance: Utterance) -> str:
        """The package's version, the variant and its settings."""
        variant, settings = SPEAKERS[utterance.speaker % len(SPEAKERS)]
        return f"espeak {_version()} {variant} {json.dumps(settings)} {LEAD}"

    def speak(self, utterance: Utterance) -> Speech:
        """Speak in a fresh process; raises `OutsideError` without the package or the language."""
        variant, settings = SPEAKERS[utterance.speaker % len(SPEAKERS)]
        language = utterance.language.lower().replace("_", "-")
        folder = _folder()
        request = {
            "library": str(_library(folder)),
            "voice": f"{LANGUAGES.get(language, language)}+{variant}",
            "text": utterance.text.replace("[[", "  "),  # [[…]] would be read as phonemes
            "settings": settings,
        }
        try:
            child = subprocess.run(
                [sys.executable, "-I", "-S", str(CHILD)],
                input=json.dumps(request).encode(),
                capture_output=True,
                cwd=folder,
                timeout=TIMEOUT,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise OutsideError(f"the espeak voice did not answer: {error}") from error
        if child.returncode == 2:
            raise OutsideError(f"the espeak voice does not speak the language {utterance.language!r}")
        if child.returncode:
            reason = (child.stderr.decode(errors="replace").strip().splitlines() or ["no reason given"])[-1]
            raise OutsideError(f"the espeak voice stopped with exit status {child.returncode}: {reason}")
        header, _, sound = child.stdout.partition(b"\n")
        facts = json.loads(header)
        samples = (np.frombuffer(sound, np.int16) / 32768).astype(np.float32)
        return Speech(samples, facts["rate"], _words(facts["words"], samples, facts["rate"]))


def _words(events: list[tuple[int, int, int]], samples: Samples, rate: int) -> tuple[SpokenWord, ...]:
    """Timed words from the events: a word ends where the next begins, or where its sound ends before that."""
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
    """The package's folder, found without importing it: it holds the library and the data."""
    spec = importlib.util.find_spec("espeakng_loader")
    if spec is None or spec.origin is None:
        raise OutsideError(f"the espeak voice is not installed: pip install {PACKAGE}")
    return Path(spec.origin).parent


def _library(folder: Path) -> Path:
    names = {"win32": "espeak-ng.dll", "darwin": "libespeak-ng.dylib"}
    return folder / names.get(sys.platform, "libespeak-ng.so")
