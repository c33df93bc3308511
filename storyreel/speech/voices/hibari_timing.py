"""When each word of the hibari voice is heard.

The model says how long each phoneme takes, and the space between two words. The sound comes one frame
earlier than these durations, and most of a space's time is the next word's: more of it if that begins with a
hiss than with a vowel. After a pause a word begins where the sound sets in. More than nine of ten words are
then within 30 ms of where a forced aligner hears them (`scripts/voices`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from storyreel.speech.audio import Samples
from storyreel.speech.pauses import AFTER, BEFORE, HOP, longest_run, quiet_runs
from storyreel.speech.voices.base import SpokenWord

FRAME = 0.025  # seconds; the model's unit of time
_VOWELS, _NASALS, _HISSING = frozenset("AIOWYaæɑəɛɜɪiɔʊuʌᵊᵻɐð"), frozenset("mnŋ"), frozenset("szʃʒfvθh")
_OPEN = _VOWELS | frozenset("lɹwj")  # sounds of which the end is drawn into the space
SHARES = {
    "vowel": (0.75, 0.9, 0.8),
    "nasal": (1.2, 0.95, 1.0),
    "hissing": (1.25, 1.1, 1.0),
    "other": (1.1, 0.9, 0.9),
}
"""How much of the space is the next word's, by its first sound, after an open sound, a nasal and any other.

More than 1 is a sound that begins within the last one. Fitted to PocketSphinx's forced alignment of 8000
words of English prose, at the model's speeds 0.8 and 0.9.
"""


@dataclass(frozen=True, slots=True)
class WordDurations:
    """A word by the model's durations, in seconds.

    `offset` and `length` say where it is in the text, in characters. `start` and `end` are those of its
    phonemes, `space` is the share of the space before them that is its own, and `stop` is the punctuation
    there.
    """

    offset: int
    length: int
    start: float
    end: float
    space: float
    stop: str


def heard_words(
    durations: Sequence[WordDurations], samples: Samples, rate: int, stretch: float = 1.0
) -> list[SpokenWord]:
    """The words as they are heard in their sound, in order and not overlapping.

    A frame of the model takes `stretch` times as long as it does at the voice's own pitch.
    """
    runs = quiet_runs(samples, rate)
    seconds = len(samples) / rate
    starts: list[float] = []
    ends: list[float] = []
    earliest = 0.0  # where the pause before a word may begin
    for word in durations:
        start = end = word.start - word.space - FRAME * stretch
        if word.stop or not starts:
            end, start = longest_run(runs, earliest, word.start + AFTER) or (end, start)
        starts.append(min(max(start, starts[-1] + HOP if starts else 0.0), seconds - HOP))
        ends.append(end)
        earliest = max(word.start, word.end - BEFORE)
    after, _ = longest_run(runs, earliest, seconds) or (seconds, seconds)
    return [
        SpokenWord(word.offset, word.length, start, min(max(end, start + HOP), following))
        for word, start, end, following in zip(
            durations, starts, [*ends[1:], after], [*starts[1:], seconds], strict=True
        )
    ]


def share_of_space(before: str, after: str) -> float:
    """How much of a space is that of the word which begins with the phoneme `after`; see `SHARES`."""
    kind = "vowel" if after in _VOWELS else "nasal" if after in _NASALS else "other"
    return SHARES["hissing" if after in _HISSING else kind][
        0 if before in _OPEN else 1 if before in _NASALS else 2
    ]
