"""Pauses at punctuation, as long in the speech of one voice as in that of any other.

At the same comma or full stop voices pause for 0 to 0.6 s. Where a voice pauses at all, its pause is made as
long as `PAUSES` says: by silence in its middle, or without a part of its middle. Where a voice reads on over
a comma it is left alone: silence would cut a word.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from storyreel.speech.audio import Samples

if TYPE_CHECKING:
    from storyreel.speech.voices.base import Speech

PAUSES = {
    **dict.fromkeys(",،，、", 0.26),
    **dict.fromkeys("-–—", 0.35),
    **dict.fromkeys(":;：；", 0.4),
    **dict.fromkeys(".?!…。？！", 0.5),
}
"""Seconds that a pause takes, by the punctuation mark that it is at."""
HOP = 0.005  # seconds over which a level is measured
QUIET = (-40.0, -30.0, -20.0)  # dB below loud syllables: silence, or else what comes nearest to it
SHORTEST = 0.02  # seconds of quiet that count as a pause
BEFORE, AFTER = 0.1, 0.04  # seconds around punctuation, by the words' times, in which its pause is

_INSIDE_WORDS = frozenset(".,:;?!-–")  # which are no punctuation without a space: 3.5, well-known

Span = tuple[float, float]
"""From when to when, in seconds."""


def with_even_pauses(speech: "Speech", text: str) -> "Speech":
    """The speech with pauses at the punctuation of its text as long as `PAUSES` says."""
    if speech.has_own_pauses or not speech.words or not speech.samples.any():
        return speech
    samples, rate = speech.samples, speech.rate
    runs = quiet_runs(samples, rate)
    words = [speech.words[0]]
    parts: list[Samples] = []
    done, shift = 0, 0  # samples that are in `parts`, and by how many what follows comes later
    for before, word in zip(speech.words, speech.words[1:], strict=False):
        wanted = round(pause_at(text[before.offset : word.offset]) * rate)
        pause = longest_run(runs, max(before.start, before.end - BEFORE), word.start + AFTER)
        start, after = (round(time * rate) for time in pause or (0.0, 0.0))
        # What is not silent, only less loud, may be a soft sound: nothing of it is cut away.
        if pause and wanted and done <= start and (wanted >= after - start or pause in runs[0]):
            end = min(words[-1].end, max(words[-1].start, pause[0] + shift / rate))
            words[-1] = replace(words[-1], end=end)
            missing = wanted - (after - start)
            cut = quietest(samples, start, after, rate) if missing > 0 else start + wanted // 2
            parts += [_faded(samples[done:cut], rate), np.zeros(max(missing, 0), np.float32)]
            done, shift = cut - min(missing, 0), shift + missing
        words.append(replace(word, start=word.start + shift / rate, end=word.end + shift / rate))
    parts.append(_faded(samples[done:], rate))
    return replace(speech, samples=np.concatenate(parts), words=tuple(words))


def pause_at(written: str) -> float:
    """The seconds of the pause between two words, by what is `written` from the one's start to the other's.

    0 if there is no punctuation between them.
    """
    between = re.search(r"\W*$", written)
    marks = set(between[0]) if between else set()
    if not any(mark.isspace() for mark in marks):
        marks -= _INSIDE_WORDS
    return max((PAUSES.get(mark, 0.0) for mark in marks), default=0.0)


def quiet_runs(samples: Samples, rate: int) -> list[list[Span]]:
    """When it is quiet for `SHORTEST` or longer: for each of the levels `QUIET` a list in order of time."""
    levels = _levels(samples, rate)
    if not len(levels):
        return []
    loud = np.percentile(levels, 95)
    return [_runs(levels < loud + quiet) for quiet in QUIET]


def longest_run(runs: Iterable[Sequence[Span]], earliest: float, latest: float) -> Span | None:
    """The run of which most is between two times, at the first level of `quiet_runs` that has one there."""

    def inside(run: Span) -> float:
        return min(run[1], latest) - max(run[0], earliest)

    for its in runs:
        longest = max(its, key=inside, default=None)
        if longest and inside(longest) >= SHORTEST - 1e-9:
            return longest
    return None


def quietest(samples: Samples, first: int, after: int, rate: int) -> int:
    """The middle of the quietest hop from sample `first` to before `after`."""
    hop = round(HOP * rate)
    return first + int(np.argmin(_levels(samples[first:after], rate))) * hop + hop // 2


def _levels(samples: Samples, rate: int) -> NDArray[np.float64]:
    """The level of each whole `HOP`, in dB."""
    hop = round(HOP * rate)
    energies = np.square(samples[: len(samples) // hop * hop].reshape(-1, hop), dtype=np.float64).mean(axis=1)
    return np.asarray(10 * np.log10(energies + 1e-12))


def _runs(is_quiet: NDArray[np.bool_]) -> list[Span]:
    edges = np.flatnonzero(np.diff(is_quiet, prepend=False, append=False)).reshape(-1, 2) * HOP
    return [(start, end) for start, end in edges.tolist() if end - start >= SHORTEST - 1e-9]


def _faded(samples: Samples, rate: int) -> Samples:
    """The samples without a click at either end."""
    fade = np.linspace(0, 1, min(round(HOP * rate), len(samples) // 2), dtype=np.float32)
    middle = np.ones(len(samples) - 2 * len(fade), np.float32)
    return np.asarray(samples * np.concatenate([fade, middle, fade[::-1]]))
