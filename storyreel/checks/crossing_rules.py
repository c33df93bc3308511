"""The rules for what moves, applied to a snapshot of the stage: numbers that cross, text that is run over.

- Two numbers in flight must not meet, nor a number in flight another that moves, unless they come from the
same place. - A shape that moves must not run over a label, nor a label over a shape: the shape covers it, its
outline passes through the label, or the label is across its edge. A label on a plate that moves with it, or
that has room for it, is at home; what is below that plate does not concern it. Sparks may run over labels, a
label may pass over a line that rests or is drawn, and a number may be struck out. What is dimmed, or fading
and hardly there, is not measured.
"""

from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple

import numpy as np
from manim import Circle, Line, RoundedRectangle

from storyreel.checks.layout_rules import OPAQUE, TOUCH, LayoutFault, kind, near_labels, quoted
from storyreel.checks.outlines import corners, inside, outline, overlaps, passes
from storyreel.checks.snapshot import UNMOVED, Label, Snapshot
from storyreel.checks.written_numbers import numbers_in
from storyreel.graphics.motion.flight import Flight
from storyreel.graphics.motion.spark import SparkDot
from storyreel.graphics.text.glyph import Glyph
from storyreel.graphics.text.strike import Strike

CLEAR = 0.4
"""The opacity from which what meets is seen to meet: above that of dimmed objects."""
SAME_PLACE = 0.3
"""Manim units within which two flights begin at the same place."""
TOGETHER = 0.02
"""Manim units from sample to sample by which the step of a label may differ from that of a shape with which
it moves."""


def motion_faults(snapshot: Snapshot) -> Iterator[LayoutFault]:
    """All violations in a snapshot."""
    if snapshot.moving.any() or snapshot.flights:
        labels = snapshot.labels()
        yield from _crossing_numbers(snapshot, labels)
        yield from _run_over(snapshot, labels)


class _MovingNumber(NamedTuple):
    """A number on its way: what is written, its glyphs by their indices, and its flight if it is in one."""

    plain: str
    members: list[int]
    flight: Flight | None


def _crossing_numbers(snapshot: Snapshot, labels: list[Label]) -> Iterator[LayoutFault]:
    numbers = [*_in_flight(snapshot)]
    if numbers:
        numbers += (
            _MovingNumber(label.piece.plain, label.members, None)
            for label in labels
            if snapshot.moving[label.members].any() and numbers_in(label.piece.plain)
            if _is_clear(snapshot, label.members)
        )
    for one, other in combinations(numbers, 2):
        if one.flight and not _come_from_one_place(one, other) and _overlap(snapshot, one, other):
            where = "in flight" if other.flight else "which moves, in flight"
            yield LayoutFault("cross", f"{quoted(one.plain)} crosses {quoted(other.plain)} {where}")


def _in_flight(snapshot: Snapshot) -> Iterator[_MovingNumber]:
    places = {id(shape): number for number, shape in enumerate(snapshot.shapes)}
    for flight in snapshot.flights:
        family = (places.get(id(part)) for part in flight.mobject.get_family() if isinstance(part, Glyph))
        members = [number for number in family if number is not None]
        texts = (
            shape.piece.plain
            for k in members
            if isinstance(shape := snapshot.shapes[k], Glyph) and shape.piece
        )
        if members and _is_clear(snapshot, members) and numbers_in(plain := next(texts, "")):
            yield _MovingNumber(plain, members, flight)


def _come_from_one_place(one: _MovingNumber, other: _MovingNumber) -> bool:
    """True for two flights with the same beginning, and for a flight from a label."""
    assert one.flight is not None
    if other.flight is None:
        return one.plain == other.plain
    here, there = (flight.way.start for flight in (one.flight, other.flight))
    return bool(np.abs(here - there).max() < SAME_PLACE)


def _overlap(snapshot: Snapshot, one: _MovingNumber, other: _MovingNumber) -> bool:
    """True if glyphs of two numbers overlap, and no plate of one hides the other."""
    low, high = sorted((one.members, other.members), key=max)
    hit = overlaps(snapshot.boxes[low], snapshot.boxes[high], TOUCH).any(axis=1)
    if not hit.any():
        return False
    under = snapshot.boxes[np.array(low)[hit]]
    middles = (under[:, :2] + under[:, 2:]) / 2
    between = range(max(low) + 1, max(high))
    plates = (outline(snapshot.shapes[k], snapshot.view) for k in between if _is_filled(snapshot, k))
    return not any(inside(middles, plate).all() for plate in plates)


def _is_clear(snapshot: Snapshot, members: list[int]) -> bool:
    return bool(np.median(snapshot.opacities[members]) >= CLEAR)


def _is_filled(snapshot: Snapshot, number: int) -> bool:
    shape = snapshot.shapes[number]
    return not isinstance(shape, Glyph) and bool(shape.get_fill_opacity() >= OPAQUE)


def _run_over(snapshot: Snapshot, labels: list[Label]) -> Iterator[LayoutFault]:
    moving = snapshot.moving
    is_other = np.array(
        [not isinstance(shape, Glyph | SparkDot | Strike) for shape in snapshot.shapes], dtype=bool
    )
    top_down = np.flatnonzero(is_other & ~snapshot.flying & (snapshot.opacities >= CLEAR))[::-1]
    labels = [label for label in labels if _is_clear(snapshot, label.members)]
    for label, near in zip(labels, near_labels(snapshot, labels, top_down, -TOUCH), strict=True):
        label_moves = bool(moving[label.members].all())
        if label_moves or moving[near].any():
            yield from _on_label(snapshot, label, near, label_moves)


def _on_label(snapshot: Snapshot, label: Label, near: np.ndarray, label_moves: bool) -> Iterator[LayoutFault]:
    """Of the shapes `near` a label, from the top down, those that run over it or that it runs over."""
    boxes = snapshot.boxes[label.members]
    middles, edges = (boxes[:, :2] + boxes[:, 2:]) / 2, corners(boxes, TOUCH)
    inner = boxes + TOUCH * np.array([1, 1, -1, -1])
    step = snapshot.steps[label.members].mean(axis=0)
    for number in near:
        shape, moves = snapshot.shapes[number], bool(snapshot.moving[number])
        is_concerned = (moves or label_moves) and np.abs(snapshot.steps[number] - step).max() > TOGETHER
        shape_outline = outline(shape, snapshot.view)
        if _is_filled(snapshot, number):
            if number > max(label.members):
                if is_concerned and inside(middles, shape_outline).any():
                    yield LayoutFault("run over", f"{_name(label)} is run over by {kind(shape)}")
                continue
            within = inside(edges, shape_outline)
            if within.all():
                return
            if is_concerned and within.any() and (moves or isinstance(shape, RoundedRectangle | Circle)):
                yield LayoutFault("run over", f"{_name(label)} crosses the edge of {kind(shape)} in motion")
                continue
        if moves and is_concerned and _sweeps(snapshot, number) and passes(shape, snapshot.view, inner):
            yield LayoutFault("run over", f"{kind(shape)} in motion passes through {_name(label)}")


def _name(label: Label) -> str:
    return quoted(label.piece.plain)


def _sweeps(snapshot: Snapshot, number: int) -> bool:
    """True for a stroke in motion that is no straight line drawn from its end: as one at rest, it may meet
    labels."""
    shape, still = snapshot.shapes[number], np.abs(snapshot.steps[number]) < UNMOVED
    is_drawn = isinstance(shape, Line) and bool((still[:2] | still[2:]).all())
    has_stroke = shape.get_stroke_width() > 0 and shape.get_stroke_opacity() >= CLEAR
    return bool(has_stroke and not is_drawn)
