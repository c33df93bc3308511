"""The rule for a chapter's start: it shows the picture with which the chapter before ended, without a cut."""

from collections.abc import Iterator

import numpy as np
from manim import VMobject, Wait
from numpy.typing import NDArray

from storyreel.checks.snapshot import Snapshot
from storyreel.core.errors import Problem
from storyreel.graphics.text.glyph import Glyph
from storyreel.stage.stage import Stage
from storyreel.timing.timeline import Timeline

FARTHEST = 0.1
"""The most Manim units of the frame by which a shape may jump."""

_Form = tuple[type, int, str]
_Places = dict[_Form, list[NDArray[np.float64]]]


class ChapterStarts:
    """Compares the first picture of each chapter of a film with the one before it.

    Titles and marks are no part of the picture. If a cue moves something from the first frame on, only what
    vanishes is a cut.
    """

    def __init__(self, timeline: Timeline) -> None:
        self.timeline = timeline
        self.found: list[tuple[int, str]] = []
        self._last: _Places | None = None

    def look(self, stage: Stage, snapshot: Snapshot, frame: int) -> None:
        """Look at a stage from a frame on; at all of them, in the film's order."""
        if self._last is not None and any(chapter.start == frame for chapter in self.timeline.chapters):
            is_still = all(isinstance(move, Wait) for move in stage.animations or ())
            if fault := _difference(self._last, _places(stage, snapshot), is_still):
                self.found.append((frame, fault))
        self._last = _places(stage, snapshot)

    def problems(self) -> Iterator[tuple[int, Problem]]:
        """The cuts that are seen, each with its frame, in the place of the chapter's first beat."""
        for frame, fault in self.found:
            beat = next(beat for beat in self.timeline.beats if beat.start == frame)
            text = f"chapter {beat.chapter} begins with another picture than the chapter before ends with"
            yield frame, Problem(beat.place, f"{text}: {fault}")


def _places(stage: Stage, snapshot: Snapshot) -> _Places:
    """The boxes on the frame of all shapes of the picture, by what they are."""
    overlays = {id(part) for overlay in stage.overlays for part in overlay.get_family()}
    places: _Places = {}
    for shape, box in zip(snapshot.shapes, snapshot.boxes, strict=True):
        if id(shape) not in overlays:
            places.setdefault(_form(shape), []).append(box)
    return places


def _form(shape: VMobject) -> _Form:
    return (
        type(shape),
        len(shape.points),
        shape.piece.plain if isinstance(shape, Glyph) and shape.piece else "",
    )


def _difference(before: _Places, after: _Places, is_still: bool) -> str:
    """What of a picture changes at once: how many shapes vanish and, if no cue moves any, appear and jump."""
    vanished = sum(max(0, len(boxes) - len(after.get(form, ()))) for form, boxes in before.items())
    still = after if is_still else {}
    appeared = sum(max(0, len(boxes) - len(before.get(form, ()))) for form, boxes in still.items())
    moved = [far for form, boxes in still.items() for far in _distances(before.get(form, []), boxes)]
    jumps = [distance for distance in moved if distance > FARTHEST]
    parts = [
        f"{vanished} shapes vanish at once" if vanished else "",
        f"{appeared} shapes appear at once" if appeared else "",
        f"{len(jumps)} shapes jump by up to {max(jumps):.2f} units" if jumps else "",
    ]
    return ", ".join(filter(None, parts))


def _distances(before: list[NDArray[np.float64]], after: list[NDArray[np.float64]]) -> Iterator[float]:
    """How far, in Manim units, each box is from the nearest of those before that no other one has taken."""
    free = list(before)
    for box in after:
        if free:
            distances = [float(np.abs(box - other).max()) for other in free]
            nearest = int(np.argmin(distances))
            free.pop(nearest)
            yield distances[nearest]
