"""When each word of the hibari voice is heard, and longer pauses where punctuation asks for them.

The model says how long each phoneme takes, and also the space between two words. Its sound comes one frame
earlier than these durations, and the time of a space is that of the word after it; so a word begins a frame
before its space does. After a pause it begins where the sound sets in. This puts more than nine of ten words
within 30 ms of where a forced aligner hears them (`scripts/voices`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from storyreel.speech.audio import Samples
from storyreel.speech.voices.base import SpokenWord

FRAME = 0.025  # seconds; the model's unit of time
LONG_SPACE = 0.08  # seconds; a longer one is the drawn-out end of a phrase, and only in part the next word's
PHRASE_END = 0.05  # seconds of a long space that are the next word's
HOP = 0.005  # seconds over which a level is measured
QUIET = -40.0  # dB below loud syllables
SHORTEST = 0.02  # seconds of quiet that count as a pause
BEFORE, AFTER = 0.1, 0.04  # seconds around punctuation, by the durations, in which its pause is
PAUSES = {
    ",": 0.22,
    **dict.fromkeys("-–—", 0.3),
    **dict.fromkeys(":;", 0.35),
    **dict.fromkeys(".?!…", 0.5),
}
"""Seconds that a pause takes at least, by the punctuation mark that it is at."""


@dataclass(frozen=True, slots=True)
class WordDurations:
    """A word by the model's durations, in seconds.

    `offset` and `length` say where it is in the text, in characters. `start` and `end` are those of its
    phonemes, `space` is what the space before them takes, and `stop` is the punctuation there.
    """

    offset: int
    length: int
    start: float
    end: float
    space: float
    stop: str

    def begins(self, stretch: float) -> float:
        """When it is heard, if no pause is before it."""
        space = self.space if self.space < LONG_SPACE * stretch else PHRASE_END * stretch
        return self.start - space - FRAME * stretch


def heard_words(
    durations: Sequence[WordDurations], samples: Samples, rate: int, stretch: float = 1.0
) -> list[SpokenWord]:
    """The words as they are heard in their sound, in order and not overlapping.

    A frame of the model takes `stretch` times as long as it does at the voice's own pitch.
    """
    pauses = _quiet_runs(samples, rate)
    seconds = len(samples) / rate
    starts: list[float] = []
    ends: list[float] = []
    earliest = 0.0  # where the pause before a word may begin
    for word in durations:
        start = end = word.begins(stretch)
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
            parts += [samples[done:cut], np.zeros(silence, np.float32)]
            done, shift = cut, shift + silence / rate
        moved.append(SpokenWord(word.offset, word.length, word.start + shift, word.end + shift))
    return np.concatenate([*parts, samples[done:]]), moved


def _levels(samples: Samples, rate: int) -> NDArray[np.float64]:
    """The level of each whole `HOP`, in dB."""
    hop = round(HOP * rate)
    energies = np.square(samples[: len(samples) // hop * hop].reshape(-1, hop), dtype=np.float64).mean(axis=1)
    return np.asarray(10 * np.log10(energies + 1e-12))


def _quiet_runs(samples: Samples, rate: int) -> list[tuple[float, float]]:
    """From when to when it is quiet, in seconds, each time that it is so for `SHORTEST` or longer."""
    levels = _levels(samples, rate)
    if not len(levels):
        return []
    is_quiet = levels < np.percentile(levels, 95) + QUIET
    edges = np.flatnonzero(np.diff(is_quiet, prepend=False, append=False)).reshape(-1, 2) * HOP
    return [(start, end) for start, end in edges.tolist() if end - start >= SHORTEST - 1e-9]


def _longest(
    pauses: Sequence[tuple[float, float]], earliest: float, latest: float
) -> tuple[float, float] | None:
    """The pause of which most is between two times, if one is there."""

    def inside(pause: tuple[float, float]) -> float:
        return min(pause[1], latest) - max(pause[0], earliest)

    found = max(pauses, key=inside, default=None)
    return found if found and inside(found) >= SHORTEST - 1e-9 else None


def _quietest(samples: Samples, first: int, after: int, rate: int) -> int:
    """The middle of the quietest hop from sample `first` to before `after`."""
    hop = round(HOP * rate)
    return first + int(np.argmin(_levels(samples[first:after], rate))) * hop + hop // 2
