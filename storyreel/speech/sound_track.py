"""The sound of a part of the film, made a stretch at a time: an hour of it would fill the memory."""

import hashlib
import json
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING

import numpy as np

from storyreel.speech.audio import RATE, Samples

if TYPE_CHECKING:
    from storyreel.speech.narration import BeatNarration

KEPT = 6
"""Beats whose sound is in memory at once: those around where a few threads encode."""


class SoundTrack:
    """Mono sound at 48 kHz of the samples from `start` to before `end` of a film.

    Each of `beats` is where in the film its sound begins, in samples, and its narration; they are in order
    and do not overlap, and what no beat fills is silent. `len()` counts samples, and a slice is an array.
    """

    __slots__ = ("_beats", "_end", "_samples", "_start")

    def __init__(
        self,
        beats: "Sequence[tuple[int, BeatNarration]]",
        start: int,
        end: int,
        samples: "Callable[[BeatNarration], Samples] | None" = None,
    ) -> None:
        self._beats = beats
        self._start = start
        self._end = end
        # All parts have them in common: where one is made after the other, a beat is in several of them.
        self._samples = samples or lru_cache(KEPT)(attrgetter("samples"))

    def __len__(self) -> int:
        return self._end - self._start

    def __getitem__(self, span: slice) -> Samples:
        first, after, _ = span.indices(len(self))
        return self._filled(first, max(first, after))

    @property
    def starts(self) -> list[int]:
        """The samples with which its beats begin."""
        within = self._beats[self._first_from(self._start) : self._first_from(self._end)]
        return [start - self._start for start, _ in within]

    def blocks(self) -> Iterator[Samples]:
        """All of it, a second at a time."""
        return (self._filled(start, min(start + RATE, len(self))) for start in range(0, len(self), RATE))

    @property
    def name(self) -> str:
        """A hash of what it is made of, equal for all that sounds equal; finding it takes no sound."""
        first, after = self._reaching(self._start), self._first_from(self._end)
        beats = [
            (start - self._start, beat.sound.name)
            for start, beat in self._beats[first:after]
            if beat.sound and start + beat.length > self._start
        ]
        return hashlib.sha256(json.dumps([len(self), beats]).encode()).hexdigest()[:40]

    def part(self, start: int, end: int) -> "SoundTrack":
        """The sound from sample `start` to before `end` of this one."""
        return SoundTrack(self._beats, self._start + start, self._start + end, self._samples)

    def _filled(self, first: int, after: int) -> Samples:
        first, after = first + self._start, after + self._start
        samples = np.zeros(after - first, np.float32)
        for number in range(self._reaching(first), self._first_from(after)):
            at, beat = self._beats[number]
            heard = self._samples(beat)[max(0, first - at) : after - at]
            begin = max(at - first, 0)
            samples[begin : begin + len(heard)] = heard
        return samples

    def _first_from(self, sample: int) -> int:
        """The number of the first beat that begins at a sample of the film or after it."""
        return bisect_left(self._beats, sample, key=itemgetter(0))

    def _reaching(self, sample: int) -> int:
        """The number of the first beat that may be heard at a sample of the film or after it."""
        return max(0, bisect_right(self._beats, sample, key=itemgetter(0)) - 1)
