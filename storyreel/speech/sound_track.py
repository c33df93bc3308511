"""The sound of a film or of a part of it, loaded in slices: an hour of it would fill the memory."""

import hashlib
import json
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, Protocol

import numpy as np

from storyreel.speech.audio import RATE, Samples

if TYPE_CHECKING:
    from storyreel.speech.narration import BeatNarration

KEPT = 6
"""Beats whose samples stay in memory: a few threads encode neighbouring beats at the same time."""


class Layer(Protocol):
    """Sound that is added to the narration; samples are counted from the start of the film."""

    @property
    def start(self) -> int:
        """Its first sample in the film."""
        ...

    @property
    def end(self) -> int:
        """The sample of the film after its last."""
        ...

    def name(self, first: int, after: int) -> str:
        """A name of its samples from `first` to before `after`; equal names mean equal samples."""
        ...

    def samples(self, first: int, after: int) -> Samples:
        """Its samples from `first` to before `after`, which are within it."""
        ...


class SoundTrack:
    """The samples `start` to `end` (exclusive) of a film's sound: mono, 48 kHz.

    Each of `beats` is the film's sample at which its sound begins, and its narration. They are in order and
    do not overlap; the rest is silent. `layers` are added to them. `len()` is the number of samples, and a
    slice is an array of samples.
    """

    __slots__ = ("_beats", "_end", "_layers", "_samples", "_start")

    def __init__(
        self,
        beats: "Sequence[tuple[int, BeatNarration]]",
        start: int,
        end: int,
        layers: Sequence[Layer] = (),
        samples: "Callable[[BeatNarration], Samples] | None" = None,
    ) -> None:
        self._beats = beats
        self._start = start
        self._end = end
        self._layers = layers
        # Shared with all parts of this track, as a beat can be in several of them.
        self._samples = samples or lru_cache(KEPT)(attrgetter("samples"))

    def __len__(self) -> int:
        return self._end - self._start

    def __getitem__(self, span: slice) -> Samples:
        first, after, _ = span.indices(len(self))
        return self._filled(first, max(first, after))

    @property
    def starts(self) -> list[int]:
        """The samples at which beats begin, counted from the track's start."""
        within = self._beats[self._first_from(self._start) : self._first_from(self._end)]
        return [start - self._start for start, _ in within]

    @property
    def joins(self) -> list[int]:
        """The samples at which sounds of beats and layers begin and end, counted from the track's start."""
        beats = ((start, start + beat.length) for start, beat in self._beats)
        layers = ((layer.start, layer.end) for layer in self._layers)
        borders = {border for span in (*beats, *layers) for border in span}
        return sorted(border - self._start for border in borders if self._start <= border <= self._end)

    def blocks(self) -> Iterator[Samples]:
        """The whole sound in blocks of a second."""
        return (self._filled(start, min(start + RATE, len(self))) for start in range(0, len(self), RATE))

    @property
    def name(self) -> str:
        """Hash of the length, and of clips and layers with their places; no samples are loaded for it."""
        first, after = self._reaching(self._start), self._first_from(self._end)
        beats = [
            (start - self._start, beat.sound.name)
            for start, beat in self._beats[first:after]
            if beat.sound and start + beat.length > self._start
        ]
        layers = [
            (begin - self._start, layer.name(begin, finish))
            for layer, begin, finish in self._layers_in(self._start, self._end)
        ]
        return hashlib.sha256(json.dumps([len(self), beats, layers]).encode()).hexdigest()[:40]

    def part(self, start: int, end: int) -> "SoundTrack":
        """The samples `start` to `end` (exclusive) of this track."""
        return SoundTrack(self._beats, self._start + start, self._start + end, self._layers, self._samples)

    def _filled(self, first: int, after: int) -> Samples:
        first, after = first + self._start, after + self._start
        samples = np.zeros(after - first, np.float32)
        for number in range(self._reaching(first), self._first_from(after)):
            start, beat = self._beats[number]
            overlap = self._samples(beat)[max(0, first - start) : after - start]
            begin = max(start - first, 0)
            samples[begin : begin + len(overlap)] = overlap
        for layer, begin, finish in self._layers_in(first, after):
            samples[begin - first : finish - first] += layer.samples(begin, finish)
        return samples

    def _layers_in(self, first: int, after: int) -> Iterator[tuple[Layer, int, int]]:
        """The layers that are heard between two samples of the film, and from when to when within these."""
        for layer in self._layers:
            begin, finish = max(first, layer.start), min(after, layer.end)
            if begin < finish:
                yield layer, begin, finish

    def _first_from(self, sample: int) -> int:
        """The index of the first beat that begins at or after a sample of the film."""
        return bisect_left(self._beats, sample, key=itemgetter(0))

    def _reaching(self, sample: int) -> int:
        """The index of the first beat whose sound may reach a sample of the film, or that begins after it."""
        return max(0, bisect_right(self._beats, sample, key=itemgetter(0)) - 1)
