"""The sound of a part of the film, made a stretch at a time: an hour of it would fill the memory."""

import hashlib
import json
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from storyreel.sound import RATE, Samples

if TYPE_CHECKING:
    from storyreel.narration import BeatNarration


class SoundTrack:
    """Mono sound at 48 kHz of the samples from `start` to before `end` of a film.

    Each of `beats` is where in the film its sound begins, in samples, and its narration; they are in order
    and do not overlap, and what no beat fills is silent. `len()` counts samples, and a slice is an array.
    """

    def __init__(self, beats: "Sequence[tuple[int, BeatNarration]]", start: int, end: int) -> None:
        self._beats = beats
        self._starts = [at for at, _ in beats]
        self._start = start
        self._end = end
        self._made: tuple[int, Samples] = -1, np.zeros(0, np.float32)

    def __len__(self) -> int:
        return self._end - self._start

    def __getitem__(self, span: slice) -> Samples:
        first, after, _ = span.indices(len(self))
        first, after = first + self._start, max(first, after) + self._start
        samples = np.zeros(after - first, np.float32)
        for number in range(max(0, bisect_right(self._starts, first) - 1), len(self._beats)):
            at = self._starts[number]
            if at >= after:
                break
            clip = self._clip(number)[max(0, first - at) : after - at]
            begin = max(at - first, 0)
            samples[begin : begin + len(clip)] = clip
        return samples

    @property
    def starts(self) -> list[int]:
        """The samples with which its beats begin."""
        first, after = bisect_left(self._starts, self._start), bisect_left(self._starts, self._end)
        return [start - self._start for start in self._starts[first:after]]

    def blocks(self) -> Iterator[Samples]:
        """All of it, a second at a time."""
        return (self[start : start + RATE] for start in range(0, len(self), RATE))

    @property
    def name(self) -> str:
        """A hash of what it is made of, equal for all that sounds equal; finding it takes no sound."""
        first = max(0, bisect_right(self._starts, self._start) - 1)
        after = bisect_left(self._starts, self._end)
        beats = [
            (start - self._start, beat.sound.name)
            for start, beat in self._beats[first:after]
            if beat.sound and start + beat.length > self._start
        ]
        return hashlib.sha256(json.dumps([len(self), beats]).encode()).hexdigest()[:40]

    def part(self, start: int, end: int) -> "SoundTrack":
        """The sound from sample `start` to before `end` of this one."""
        return SoundTrack(self._beats, self._start + start, self._start + end)

    def _clip(self, number: int) -> Samples:
        """A beat's sound; that of the last one asked for is kept, as blocks follow each other."""
        if self._made[0] != number:
            self._made = number, self._beats[number][1].samples
        return self._made[1]
