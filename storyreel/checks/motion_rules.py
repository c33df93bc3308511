"""A run: the steps, frame by frame, in which the edges of an object move, and whether they are even.

The easings of a film are bounded: over k frames and a distance d, none begins with a step of more than 3 d/k
(a cubic ease-out), bends by more than 6 d/k² from one step to the next unless it goes round in a curve, or
ends with more than half of its mean speed, as far as so many frames can tell. A run that does is rough, by as
many units as the eye can tell.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Steps = NDArray[np.float64]
"""How far the left, lower, right and upper edge of an object move, in Manim units: a row for each frame."""

VISIBLE = 0.011
"""Units that the eye can tell: 1.5 pixels of a film that is 1920 pixels wide."""
TOLD_APART = 0.05
"""The part of a speed by which another one must differ for the eye to tell them apart."""
FIRST, BEND, LAST = 3.2, 8.0, 0.55
"""The most that a first step, the change of a step and a last step may be of d/k, d/k² and d/k."""
JUMPS, SETS_OFF, STOPS = "jumps", "sets off with a jump", "stops at once"
SLOW = 0.2
"""The part of a run's highest speed below which it may end, and the next one begin: what glides has, in its
last step, somewhat more than 0.3/1.7 of the speed of its first."""


def roughness(steps: Steps, sets_off: bool = True, stops: bool = True) -> Iterator[tuple[int, str, float]]:
    """Where a run is rough: the number of the step, what is wrong, and by how many units.

    What is seen only from somewhere on its way does not set off there, nor does stop what fades on its way.
    """
    speed = np.abs(steps).max(axis=1)
    for start, end in _moves(speed):
        begins, ends = sets_off or start > 0, stops or end < len(steps)
        for step, rule, size in _faults(steps[start:end]):
            if (begins or rule not in (SETS_OFF, JUMPS)) and (ends or rule != STOPS):
                yield start + step, rule, size


def _moves(speed: NDArray[np.float64]) -> Iterator[tuple[int, int]]:
    """The moves of which a run consists: one ends where it is slowest before the next one is under way."""
    start, peak, slowest = 0, 0.0, 0
    for number, now in enumerate(speed):
        if now > VISIBLE and speed[slowest] < SLOW * min(peak, now):
            yield start, slowest + 1
            start, peak = slowest + 1, 0.0
        if now >= peak:
            peak, slowest = now, number
        elif now < speed[slowest]:
            slowest = number
    yield start, len(speed)


def _faults(steps: Steps) -> Iterator[tuple[int, str, float]]:
    speed, frames = np.abs(steps).max(axis=1), len(steps)
    mean = float(speed.mean())
    first = float(speed[0]) - (FIRST * mean if frames > 1 else 0.0)
    if first > VISIBLE:
        yield 0, JUMPS if frames == 1 else SETS_OFF, first
    if frames == 1:
        return
    changes = np.diff(steps, axis=0)
    # On a ring no step is like the one before, however even they are: each changes as that one has changed.
    turns = np.diff(changes, axis=0, prepend=changes[:2][-1:])
    bends = np.minimum(np.abs(changes).max(axis=1), np.abs(turns).max(axis=1)) - BEND * mean / frames
    bends[bends < TOLD_APART * speed[1:]] = 0.0
    if speed[0] < speed[1] <= FIRST * mean:
        bends[0] = 0.0  # in a row of moves, one sets off between two frames
    worst = int(bends.argmax())
    if bends[worst] > VISIBLE:
        yield worst + 1, "takes a step out of line", float(bends[worst])
    last = float(speed[-1]) - (LAST + 2 / frames) * mean
    if last > VISIBLE:
        yield frames - 1, STOPS, last
