"""The silent voice: no sound, and words at an even pace; for drafts, tests and silent films."""

import re

import numpy as np

from storyreel.speech.pauses import PAUSES
from storyreel.speech.voices.base import Speech, SpokenWord, Utterance, VoiceCard
from storyreel.storyboard.unspaced import has_ideographs

WORDS_A_MINUTE = 145
RATE = 48000  # Hz
LETTERS_OF_IDEOGRAPH = 3  # a syllable or two take as long as so many letters
_PHRASE = re.compile("[^\\s，、；：。！？]+[，、；：。！？]*|[，、；：。！？]+")
"""Words between spaces; Chinese, which has none, is read in phrases between punctuation."""


class SilentVoice:
    """Silence as long as the text would take to read: longer words take longer, punctuation is a pause."""

    workers = 1

    def card(self) -> VoiceCard:
        """Its description; it is always available."""
        return VoiceCard("silent", ("any",), "none needed", "no sound; words timed at an even pace")

    def fingerprint(self, utterance: Utterance) -> str:
        """Its name and pace."""
        return f"silent {WORDS_A_MINUTE * utterance.pace:g}"

    def refusal(self, utterance: Utterance) -> None:
        """None: it can be silent in all languages."""

    def speak(self, utterance: Utterance) -> Speech:
        """Zeros for the duration of the text.

        `WORDS_A_MINUTE` is for words of six characters, with a space or punctuation included.
        """
        second = 60 / (WORDS_A_MINUTE * utterance.pace)
        time, words = 0.0, []
        for match in _PHRASE.finditer(utterance.text):
            letters = sum(LETTERS_OF_IDEOGRAPH if has_ideographs(letter) else 1 for letter in match[0])
            end = time + second * (letters + 1) / 6
            words.append(SpokenWord(match.start(), len(match[0]), time, end))
            time = end + PAUSES.get(match[0][-1], 0.0)
        end = words[-1].end if words else 0.0
        return Speech(np.zeros(round(end * RATE), np.float32), RATE, tuple(words))
