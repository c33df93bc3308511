"""When each word of the hibari voice is heard, and longer pauses where punctuation asks for them.

The model says how long each phoneme takes, and the space between two words. The sound comes one frame
earlier than these durations, and most of a space's time is the next word's: more of it if that begins with a
hiss than with a vowel. After a pause a word begins where the sound sets in. More than nine of ten words are
then within 30 ms of where a forced aligner hears them (`scripts/voices`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from storyreel.speech.audio import Samples
from storyreel.speech.voices.base import SpokenWord

FRAME = 0.025  # seconds; the model's unit of time
HOP = 0.005  # seconds over which a level is measured
QUIET = (-40.0, -30.0, -20.0)  # dB below loud syllables: silence, or else what comes nearest to it
SHORTEST = 0.02  # seconds of quiet that count as a pause
BEFORE, AFTER = 0.1, 0.04  # seconds around punctuation, by the durations, in which its pause is
PAUSES = {
    ",": 0.26,
    **dict.fromkeys("-–—", 0.35),
    **dict.fromkeys(":;", 0.4),
    **dict.fromkeys(".?!…", 0.55),
}
"""Seconds that a pause takes at least, by the punctuation mark that it is at."""

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
    pauses = [_quiet_runs(samples, rate, quiet) for quiet in QUIET]
    seconds = len(samples) / rate
    starts: list[float] = []
    ends: list[float] = []
    earliest = 0.0  # where the pause before a word may begin
    for word in durations:
        start = end = word.start - word.space - FRAME * stretch
        if word.stop or not starts:
            end, start = _longest(pauses, earliest, word.start + AFTER) or (end, start)
        starts.append(min(max(start, starts[-1] + HOP if starts else 0.0), seconds - HOP))
        ends.append(end)
        earliest = max(word.start, word.end - BEFORE)
    after, _ = _longest(pauses, earliest, seconds) or (seconds, seconds)
    return [
        SpokenWord(word.offset, word.length, start, min(max(end, start + HOP), following))
        for word, start, end, following in zip(
            durations, starts, [*ends[1:], after], [*starts[1:], seconds], strict=True
        )
    ]


def with_long_pauses(
    durations: Sequence[WordDurations], words: Sequence[SpokenWord], samples: Samples, rate: int, pace: float
) -> tuple[Samples, list[SpokenWord]]:
    """The sound and its words with silence put into pauses that are shorter than `PAUSES` at this pace."""
    parts: list[Samples] = []
    moved: list[SpokenWord] = []
    done, shift = 0, 0.0  # samples that are in `parts`, seconds of silence among them
    for number, (word, about) in enumerate(zip(words, durations, strict=True)):
        pause = word.start - words[number - 1].end if number else 0.0
        wanted = max((PAUSES.get(mark, 0.0) for mark in about.stop), default=0.0) / pace
        if SHORTEST <= pause < wanted:
            cut = _quietest(samples, round(words[number - 1].end * rate), round(word.start * rate), rate)
            silence = round((wanted - pause) * rate)
            parts += [_faded(samples[done:cut], rate), np.zeros(silence, np.float32)]
            done, shift = cut, shift + silence / rate
        moved.append(SpokenWord(word.offset, word.length, word.start + shift, word.end + shift))
    return np.concatenate([*parts, _faded(samples[done:], rate)]), moved


def _faded(samples: Samples, rate: int) -> Samples:
    """The samples without a click at either end."""
    fade = np.linspace(0, 1, min(round(HOP * rate), len(samples) // 2), dtype=np.float32)
    middle = np.ones(len(samples) - 2 * len(fade), np.float32)
    return np.asarray(samples * np.concatenate([fade, middle, fade[::-1]]))


def share_of_space(before: str, after: str) -> float:
    """How much of a space is that of the word which begins with the phoneme `after`; see `SHARES`."""
    kind = "vowel" if after in _VOWELS else "nasal" if after in _NASALS else "other"
    return SHARES["hissing" if after in _HISSING else kind][
        0 if before in _OPEN else 1 if before in _NASALS else 2
    ]


def _levels(samples: Samples, rate: int) -> NDArray[np.float64]:
    """The level of each whole `HOP`, in dB."""
    hop = round(HOP * rate)
    energies = np.square(samples[: len(samples) // hop * hop].reshape(-1, hop), dtype=np.float64).mean(axis=1)
    return np.asarray(10 * np.log10(energies + 1e-12))


def _quiet_runs(samples: Samples, rate: int, quiet: float) -> list[tuple[float, float]]:
    """From when to when it is `quiet`, in seconds, each time that it is so for `SHORTEST` or longer."""
    levels = _levels(samples, rate)
    if not len(levels):
        return []
    is_quiet = levels < np.percentile(levels, 95) + quiet
    edges = np.flatnonzero(np.diff(is_quiet, prepend=False, append=False)).reshape(-1, 2) * HOP
    return [(start, end) for start, end in edges.tolist() if end - start >= SHORTEST - 1e-9]


def _longest(
    pauses: Iterable[Sequence[tuple[float, float]]], earliest: float, latest: float
) -> tuple[float, float] | None:
    """The pause of which most is between two times, in the first of `pauses` that has one there."""

    def inside(pause: tuple[float, float]) -> float:
        return min(pause[1], latest) - max(pause[0], earliest)

    for runs in pauses:
        longest = max(runs, key=inside, default=None)
        if longest and inside(longest) >= SHORTEST - 1e-9:
            return longest
    return None


def _quietest(samples: Samples, first: int, after: int, rate: int) -> int:
    """The middle of the quietest hop from sample `first` to before `after`."""
    hop = round(HOP * rate)
    return first + int(np.argmin(_levels(samples[first:after], rate))) * hop + hop // 2
