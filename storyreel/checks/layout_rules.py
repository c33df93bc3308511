"""The layout rules for a readable picture, applied to a snapshot of the stage.

- No two labels overlap, glyph by glyph; labels in flight are exempt. - No label is covered by a shape, or
lies across the edge of a plate or a node. A label inside a plate or a node is on top of it, and what the
plate or node covers does not concern the label. - Nothing leaves the frame's margin or enters the band of the
captions, in flight or not. - No text is smaller than 1/36 of the frame's height. Its size is the em of the
font and not the height of its glyphs, as a minus sign is always low; subscripts and superscripts count with
the text that they belong to. A label is not measured while its size changes.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from manim import Circle, RoundedRectangle, VMobject

from storyreel.checks.snapshot import Boxes, Label, Snapshot
from storyreel.graphics import layout
from storyreel.graphics.text.glyph import Glyph

TOUCH = 0.02
"""Manim units by which objects may overlap or cross an edge: less than a pixel at 480 lines."""
SMALLEST_EM = layout.FRAME_HEIGHT / 36
OPAQUE = 0.5
"""The opacity from which a fill hides what is behind it."""


@dataclass(frozen=True)
class LayoutFault:
    """A violation of the `rule`; `text` says by what."""

    rule: str
    text: str


def faults(snapshot: Snapshot) -> Iterator[LayoutFault]:
    """All violations in a snapshot."""
    labels = snapshot.labels()
    yield from _overlaps(snapshot, labels)
    yield from _hidden_and_crossing(snapshot, labels)
    yield from _out_of_place(snapshot)
    for label in labels:
        if snapshot.resting[label.members].all():
            em = snapshot.view.scale * float(
                np.median([_glyph(snapshot, number).em for number in label.members])
            )
            if em < SMALLEST_EM - 1e-3:
                yield LayoutFault(
                    "small", f"{_name(label)} is set at {em:.2f} units, under {SMALLEST_EM:.2f}"
                )


def _glyph(snapshot: Snapshot, number: int) -> Glyph:
    glyph = snapshot.shapes[number]
    assert isinstance(glyph, Glyph)
    return glyph


def _overlaps(snapshot: Snapshot, labels: list[Label]) -> Iterator[LayoutFault]:
    numbers = np.array([number for label in labels for number in label.members], dtype=int)
    owners = np.repeat(np.arange(len(labels)), [len(label.members) for label in labels])
    low, high = snapshot.boxes[numbers, :2], snapshot.boxes[numbers, 2:]
    shared = np.minimum(high[:, None], high[None]) - np.maximum(low[:, None], low[None])
    hit = (shared > TOUCH).all(axis=2) & (owners[:, None] < owners[None])
    for one, other in sorted({(int(owners[i]), int(owners[j])) for i, j in np.argwhere(hit)}):
        yield LayoutFault("overlap", f"{_name(labels[one])} overlaps {_name(labels[other])}")


def _hidden_and_crossing(snapshot: Snapshot, labels: list[Label]) -> Iterator[LayoutFault]:
    """Labels covered by shapes drawn later, and labels that cross the edge of a plate or a node."""
    filled = [
        number
        for number, shape in enumerate(snapshot.shapes)
        if snapshot.resting[number] and not isinstance(shape, Glyph) and shape.get_fill_opacity() >= OPAQUE
    ]
    outlines = {number: snapshot.view.on_frame(_outline(snapshot.shapes[number])) for number in filled}
    for label in labels:
        if not snapshot.resting[label.members].all():
            continue
        boxes = snapshot.boxes[label.members]
        middles, corners = (boxes[:, :2] + boxes[:, 2:]) / 2, _corners(boxes)
        whole = np.array([*boxes[:, :2].min(axis=0), *boxes[:, 2:].max(axis=0)])
        for number in reversed(filled):
            if not _meet(whole, snapshot.boxes[number]):
                continue
            shape = snapshot.shapes[number]
            if number > max(label.members):
                if _inside(middles, outlines[number]).any():
                    yield LayoutFault("hidden", f"{_name(label)} is hidden by {_kind(shape)}")
                continue
            within = _inside(corners, outlines[number])
            if within.all():
                break
            if within.any() and isinstance(shape, RoundedRectangle | Circle):
                yield LayoutFault("crossing", f"{_name(label)} crosses the edge of {_kind(shape)}")


def _out_of_place(snapshot: Snapshot) -> Iterator[LayoutFault]:
    if not snapshot.shows_all:
        return
    frame, band = layout.FRAME, layout.PICTURE.bottom
    limits = np.array([frame.left, frame.bottom, frame.right, frame.top]) + TOUCH * np.array([-1, -1, 1, 1])
    out = (snapshot.boxes[:, :2] < limits[:2]).any(axis=1) | (snapshot.boxes[:, 2:] > limits[2:]).any(axis=1)
    for rule, where, numbers in (
        ("margin", "leaves the frame's margin", np.flatnonzero(out)),
        ("captions", "is in the band of the captions", np.flatnonzero(snapshot.boxes[:, 1] < band - TOUCH)),
    ):
        for thing in dict.fromkeys(_thing(snapshot, int(number)) for number in numbers):
            yield LayoutFault(rule, f"{thing} {where}")


def _thing(snapshot: Snapshot, number: int) -> str:
    shape = snapshot.shapes[number]
    return _quoted(shape.piece.plain) if isinstance(shape, Glyph) and shape.piece else _kind(shape)


def _name(label: Label) -> str:
    return _quoted(label.piece.plain)


def _quoted(plain: str) -> str:
    return f"`{plain}`" if plain else "a sign"


def _kind(shape: VMobject) -> str:
    words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in type(shape).__name__)
    return f"a {words.strip()}"


def _corners(boxes: Boxes) -> np.ndarray:
    """The four corners of each box, moved inwards by `TOUCH`: (4 × boxes, 2)."""
    left, bottom, right, top = boxes.T + TOUCH * np.array([[1], [1], [-1], [-1]])
    return np.concatenate([np.column_stack([x, y]) for x in (left, right) for y in (bottom, top)])


def _meet(one: np.ndarray, other: np.ndarray) -> bool:
    """True if two boxes overlap."""
    return bool((np.minimum(one[2:], other[2:]) - np.maximum(one[:2], other[:2]) > TOUCH).all())


def _outline(shape: VMobject) -> np.ndarray:
    """A polygon that approximates a shape's outline, with three points for each curve: (points, 2)."""
    curves = shape.points[:, :2].reshape(-1, 4, 2)
    shares = np.array([0, 1 / 3, 2 / 3])[None, :, None]
    start, one, two, end = (curves[:, None, k] for k in range(4))
    rest = 1 - shares
    points = rest**3 * start + 3 * rest**2 * shares * one + 3 * rest * shares**2 * two + shares**3 * end
    return np.asarray(points.reshape(-1, 2))


def _inside(points: np.ndarray, outline: np.ndarray) -> np.ndarray:
    """For each point, whether it is in a polygon: a ray to the right crosses an odd number of its sides."""
    x, y = points.T[:, :, None]
    (x1, y1), (x2, y2) = outline.T, np.roll(outline, -1, axis=0).T
    level = np.where(y1 == y2, 1.0, y2 - y1)
    crosses = ((y1 > y) != (y2 > y)) & (x < x1 + (y - y1) / level * (x2 - x1))
    return np.asarray(crosses.sum(axis=1) % 2 == 1)
