"""The motion rules: whether an object moves evenly, from the steps of its edges in successive frames (a run).

The easings of a film are bounded. Over k frames and a distance d, the first step is at most 3 d/k (a cubic
ease-out), the step changes by at most 6 d/k² from frame to frame unless the path is curved, and the last step
is at most half of the mean speed. A run that exceeds a bound visibly is rough.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

FrameSteps = NDArray[np.float64]
"""The steps of an object's left, lower, right and upper edge in Manim units: (frames, 4)."""

VISIBLE = 0.011
"""The smallest visible difference in Manim units: 1.5 pixels of a film that is 1920 pixels wide."""
TOLD_APART = 0.05
"""The relative difference of two speeds from which it is visible."""
FIRST, BEND, LAST = 3.2, 8.0, 0.55
"""Bounds of the first step in d/k, of the change of a step in d/k², and of the last step in d/k."""
JUMPS, SETS_OFF, STOPS = "jumps", "sets off with a jump", "stops at once"
SLOW = 0.2
"""A run is divided where the speed is below this part of the peaks before and after.

The last step of the easing `ease_travel` has a little more than 0.3/1.7 of the speed of its first.
"""


def roughness(
    steps: FrameSteps, sets_off: bool = True, stops: bool = True
) -> Iterator[tuple[int, str, float]]:
    """Where a run is rough: the index of the step, the broken rule, and the excess in Manim units.

    Without `sets_off` the object was moving before it became visible, and without `stops` it goes on after it
    has faded; its first or last step is then not checked.
    """
    speed = np.abs(steps).max(axis=1)
    for start, end in _moves(speed):
        begins, ends = sets_off or start > 0, stops or end < len(steps)
        for step, rule, size in _faults(steps[start:end]):
            if (begins or rule not in (SETS_OFF, JUMPS)) and (ends or rule != STOPS):
                yield start + step, rule, size


def _moves(speed: NDArray[np.float64]) -> Iterator[tuple[int, int]]:
    """Start and end of each move in a run, which is divided where the speed is lowest between two peaks."""
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


def _faults(steps: FrameSteps) -> Iterator[tuple[int, str, float]]:
    speed, frames = np.abs(steps).max(axis=1), len(steps)
    mean = float(speed.mean())
    first = float(speed[0]) - (FIRST * mean if frames > 1 else 0.0)
    if first > VISIBLE:
        yield 0, JUMPS if frames == 1 else SETS_OFF, first
    if frames == 1:
        return
    changes = np.diff(steps, axis=0)
    # On a closed curve even motion changes its direction in each step; then the change itself is even.
    turns = np.diff(changes, axis=0, prepend=changes[:2][-1:])
    bends = np.minimum(np.abs(changes).max(axis=1), np.abs(turns).max(axis=1)) - BEND * mean / frames
    bends[bends < TOLD_APART * speed[1:]] = 0.0
    if speed[0] < speed[1] <= FIRST * mean:
        bends[0] = 0.0  # a move that follows another may begin between two frames
    worst = int(bends.argmax())
    if bends[worst] > VISIBLE:
        yield worst + 1, "takes a step out of line", float(bends[worst])
    last = float(speed[-1]) - (LAST + 2 / frames) * mean
    if last > VISIBLE:
        yield frames - 1, STOPS, last
