"""Where in a recording each sentence of a text is heard, which ones are missing, and what is added.

A recording is compared with all sentences one after the other, as spoken by a reference voice. The cheapest
way through both is found (dynamic programming). Between two sentences anything may be said, and a sentence
may be left out; both cost a bit more than a sentence that is alike, and less than another one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from storyreel.speech.features import CEPSTRA, HOP, Frames, Track

TOGETHER = 3  # frames of a track that are compared as one
STEP = TOGETHER * HOP  # seconds
# Costs of a frame in mean distances of two frames: to stay in one sound while the other goes on, to compare
# sound with silence, and to compare silence or leave it out.
STAY, MISMATCH, SILENCE = 0.15, 1.1, 0.1
PAUSE = 0.09  # as SILENCE, between sentences
CHANGE = 6.0  # what leaving out a sentence, or beginning to leave out sound, costs besides
NEVER = 1000.0
PAIRS = 5000  # of frames from which the mean distance is estimated

Costs = NDArray[np.float64]
Indices = NDArray[np.intp]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class FoundSentence:
    """A sentence in a recording, from `start` to `end` in seconds; where it is missing these are equal.

    `cost` is the mean cost of a frame. `before` is what is left out of the recording before the sentence,
    from when to when.
    """

    start: float
    end: float
    cost: float
    is_missing: bool
    before: tuple[float, float]


@dataclass(frozen=True, eq=False, slots=True)
class _Frames:
    """Cepstra as they are compared, and where it is quiet."""

    cepstra: Frames
    quiet: Mask

    def __len__(self) -> int:
        return len(self.quiet)


@dataclass(frozen=True, eq=False, slots=True)
class _Column:
    """Costs before and after a sentence, for each number of frames of the recording, and how they came about.

    `since` is where what is left out before the sentence begins, for each frame where that ends; `begun` is
    where the sentence begins, for each frame where it ends. `frames` are those of the sentence.
    """

    before: NDArray[np.float32]
    since: NDArray[np.int32]
    after: NDArray[np.float32]
    begun: NDArray[np.int32]
    is_missing: Mask
    frames: int


def find_sentences(
    ours: Track, theirs: Track, sentences: Sequence[tuple[float, float]], other: float
) -> tuple[float, list[FoundSentence]]:
    """The mean cost of a frame, and where each of the sentences of `theirs` is in `ours`, in seconds.

    `other` is the cost of a frame of sound that is left out, in mean distances of two frames: more than that
    of a sentence that is alike, about 0.3 with a neural reference voice, and less than that of another one. A
    last place, of no sentence, has what is left out at the end of the recording.
    """
    recording, reference = _coarse(ours), _coarse(theirs)
    mean = _mean_distance(recording, reference)
    costs = np.full(len(recording) + 1, np.inf)
    costs[0] = 0.0
    columns: list[_Column] = []
    for begin, end in sentences:
        first = min(int(begin / STEP), len(reference) - 1)
        part = slice(first, max(first + 1, round(end / STEP)))
        sentence = _Frames(reference.cepstra[part], reference.quiet[part])
        costs, column = _column(costs, recording, sentence, mean, other)
        columns.append(column)
    final, since = _left_out(costs, recording.quiet, other)
    mean_cost = float(final[-1]) / (len(recording) + sum(column.frames for column in columns))
    return mean_cost, _traced(columns, int(since[-1]), len(recording))


def _traced(columns: Sequence[_Column], at: int, count: int) -> list[FoundSentence]:
    """The sentences, found from the last one to the first; the last sentence ends with the frame `at`."""
    found = [FoundSentence(count * STEP, count * STEP, 0.0, False, (at * STEP, count * STEP))]
    for column in reversed(columns):
        begun = int(column.begun[at])
        since = int(column.since[begun])
        cost = float(column.after[at] - column.before[begun]) / (at - begun + column.frames)
        missing = bool(column.is_missing[at])
        found.append(FoundSentence(begun * STEP, at * STEP, cost, missing, (since * STEP, begun * STEP)))
        at = since
    return found[::-1]


def _column(costs: Costs, ours: _Frames, theirs: _Frames, mean: float, other: float) -> tuple[Costs, _Column]:
    """The costs after a sentence `theirs`, from those after the one before it."""
    before, since = _left_out(costs, ours.quiet, other)
    here = np.arange(len(before))
    now, begun = before.copy(), here
    squares = np.square(ours.cepstra).sum(axis=1)
    for frame, is_quiet in zip(theirs.cepstra, theirs.quiet, strict=True):
        products = squares + np.square(frame).sum() - 2 * (ours.cepstra @ frame)
        alike = SILENCE if is_quiet else np.sqrt(np.maximum(products, 0)) / mean
        local = np.where(ours.quiet == is_quiet, alike, MISMATCH)
        # Both go on; only theirs goes on; only ours goes on.
        both = np.append(np.inf, now[:-1] + local)
        hurry = now + (SILENCE if is_quiet else np.append(MISMATCH, local + STAY))
        origins = np.where(both <= hurry, np.append(0, begun[:-1]), begun)
        now, origin = _passed(np.minimum(both, hurry), np.where(ours.quiet, SILENCE, local + STAY))
        begun = origins[origin]
    missing = before + CHANGE + float(np.where(theirs.quiet, SILENCE, other).sum())
    is_missing = missing < now
    after = np.where(is_missing, missing, now)
    begun = np.where(is_missing, here, begun)
    # Half as exact, as of a long recording they fill much memory.
    kept = (
        before.astype(np.float32),
        since.astype(np.int32),
        after.astype(np.float32),
        begun.astype(np.int32),
    )
    return after, _Column(*kept, is_missing, len(theirs))


def _left_out(costs: Costs, quiet: Mask, other: float) -> tuple[Costs, Indices]:
    """The costs where frames of the recording may be left out; and from which frame on they are."""
    pause, since_pause = _passed(costs, np.where(quiet, PAUSE, NEVER))
    sound, since_sound = _passed(costs + CHANGE, np.where(quiet, PAUSE, other))
    return np.minimum(pause, sound), np.where(pause <= sound, since_pause, since_sound)


def _passed(costs: Costs, prices: Costs) -> tuple[Costs, Indices]:
    """The costs where each frame may be passed over at its price, and from which one on they are."""
    sums = np.append(0.0, np.cumsum(prices))
    gained = costs - sums
    least = np.minimum.accumulate(gained)
    return least + sums, np.maximum.accumulate(np.where(gained <= least, np.arange(len(costs)), 0))


def _coarse(track: Track) -> _Frames:
    """Means of neighbouring frames, at least one."""
    count = max(len(track) // TOGETHER, 1)
    padded = max(count * TOGETHER - len(track), 0)
    cepstra = np.pad(track.features[:, :CEPSTRA], ((0, padded), (0, 0)), mode="edge")[: count * TOGETHER]
    quiet = np.pad(track.quiet, (0, padded), mode="edge")[: count * TOGETHER]
    means = cepstra.reshape(count, TOGETHER, CEPSTRA).mean(axis=1)
    return _Frames(means, quiet.reshape(count, TOGETHER).mean(axis=1) > 0.5)


def _mean_distance(ours: _Frames, theirs: _Frames) -> float:
    """The mean distance of a frame of one sound from one of the other, where both are loud."""
    chosen = np.random.default_rng(0)
    some = [
        loud[chosen.integers(0, len(loud), PAIRS)]
        for its in (ours, theirs)
        if len(loud := its.cepstra[~its.quiet])
    ]
    return float(np.linalg.norm(some[0] - some[1], axis=1).mean()) + 1e-6 if len(some) == 2 else 1.0
