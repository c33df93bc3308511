"""The phonemes of a text by espeak-ng, for neural voices that are trained with these."""

import json
import re
from collections.abc import Iterator, Sequence

from storyreel.speech.voices.espeak import answer_of_espeak

_PHRASE = re.compile(r"([^.,:;!?…]*)([.,:;!?…]*)\s*")
_ENDS = frozenset(".!?…")


def sentences(text: str, language: str, tie: str = "") -> Iterator[str]:
    """The phonemes of each sentence in IPA, with a punctuation mark after each phrase.

    `tie` is written between the letters of a diphthong or an affricate. Raises OutsideError if espeak-ng is
    not there or does not speak the language.
    """
    phrases = [match.groups() for match in _PHRASE.finditer(text) if match[0].strip()]
    said = _phonemes([phrase for phrase, _ in phrases], language, tie)
    sentence = ""
    for phonemes, (_, stop) in zip(said, phrases, strict=True):
        sentence += f"{phonemes.strip()}{stop[:1]} "
        if stop[:1] in _ENDS:
            yield sentence.strip()
            sentence = ""
    if sentence.strip():
        yield sentence.strip()


def _phonemes(phrases: Sequence[str], language: str, tie: str) -> list[str]:
    """Each phrase, without its punctuation, in IPA."""
    plain = [phrase.replace("[[", "  ") for phrase in phrases]  # [[…]] would be read as phonemes
    found: list[str] = json.loads(answer_of_espeak(language, "", {"phrases": plain, "tie": tie}))
    return found
