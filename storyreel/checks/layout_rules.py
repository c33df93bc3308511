"""The layout rules for a readable picture, applied to a snapshot of the stage.

- No two labels overlap, glyph by glyph; labels in flight are exempt. - No label is covered by a shape, or
lies across the edge of a plate or a node. A label inside a plate or a node is on top of it, and what the
plate or node covers does not concern the label. - Nothing rests in the frame's margin or leaves the frame,
and no word or number is in the band of the captions, in flight or not; shapes may enter it. - No text is
smaller than 1/36 of the frame's shorter side. Its size is the em of the font and not the height of its
glyphs, as a minus sign is always low; subscripts and superscripts count with the text that they belong to. A
label is not measured while its size changes.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from manim import Circle, RoundedRectangle, VMobject

from storyreel.checks.outlines import corners, inside, outline, overlaps
from storyreel.checks.snapshot import Label, Snapshot
from storyreel.graphics.layout import SHORTER_SIDE
from storyreel.graphics.motion.spark import Beam
from storyreel.graphics.text.glyph import Glyph

TOUCH = 0.02
"""Manim units by which objects may overlap or cross an edge: less than a pixel at 480 lines."""
SMALLEST_EM = SHORTER_SIDE / 36
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
    sizes = (snapshot.boxes[:, 2:] - snapshot.boxes[:, :2]).max(axis=1, initial=0.0)
    for label in labels:
        if snapshot.resting[label.members].all():
            em = float(np.median([sizes[k] / _glyph(snapshot, k).size_in_em for k in label.members]))
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
    boxes = snapshot.boxes[numbers]
    hit = overlaps(boxes, boxes, TOUCH) & (owners[:, None] < owners[None])
    for one, other in sorted({(int(owners[i]), int(owners[j])) for i, j in np.argwhere(hit)}):
        yield LayoutFault("overlap", f"{_name(labels[one])} overlaps {_name(labels[other])}")


def _hidden_and_crossing(snapshot: Snapshot, labels: list[Label]) -> Iterator[LayoutFault]:
    """Labels covered by shapes drawn later, and labels that cross the edge of a plate or a node.

    What moves counts only where a label is on it: it hides what is behind.
    """
    filled = [
        number
        for number, shape in enumerate(snapshot.shapes)
        if not isinstance(shape, Glyph) and shape.get_fill_opacity() >= OPAQUE
    ]
    labels = [label for label in labels if _is_there(snapshot, label)]
    top_down = np.array(filled[::-1], dtype=int)
    for label, near in zip(labels, near_labels(snapshot, labels, top_down, TOUCH), strict=True):
        boxes = snapshot.boxes[label.members]
        middles, edges = (boxes[:, :2] + boxes[:, 2:]) / 2, corners(boxes, TOUCH)
        for number in near:
            shape, rests = snapshot.shapes[number], snapshot.resting[number]
            if number > max(label.members):
                if rests and inside(middles, outline(shape, snapshot.view)).any():
                    yield LayoutFault("hidden", f"{_name(label)} is hidden by {kind(shape)}")
                continue
            within = inside(edges, outline(shape, snapshot.view))
            if within.all():
                break
            if rests and within.any() and isinstance(shape, RoundedRectangle | Circle):
                yield LayoutFault("crossing", f"{_name(label)} crosses the edge of {kind(shape)}")


def _is_there(snapshot: Snapshot, label: Label) -> bool:
    """True for a label at rest, unless it fades; then its plate no longer hides what is behind it."""
    return bool(
        snapshot.resting[label.members].all() and np.median(snapshot.opacities[label.members]) >= OPAQUE
    )


def _out_of_place(snapshot: Snapshot) -> Iterator[LayoutFault]:
    if not snapshot.shows_all:
        return
    frame, band = snapshot.frame.within_margin, snapshot.frame.captions.top
    # A beam is no thing of its own, but makes a line wider for a moment.
    rests = snapshot.resting & ~np.array([isinstance(shape, Beam) for shape in snapshot.shapes], dtype=bool)
    allowed = np.where(rests, TOUCH, snapshot.frame.margin)[:, None]
    limits = np.array([-frame.left, -frame.bottom, frame.right, frame.top]) + allowed
    out = (snapshot.boxes * np.array([-1, -1, 1, 1]) > limits).any(axis=1)
    low = snapshot.boxes[:, 1] < band - TOUCH
    low &= np.array([isinstance(shape, Glyph) for shape in snapshot.shapes], dtype=bool)
    for rule, where, numbers in (
        ("margin", "leaves the frame's margin", np.flatnonzero(out)),
        ("captions", "is in the band of the captions", np.flatnonzero(low)),
    ):
        for thing in dict.fromkeys(_thing(snapshot, int(number)) for number in numbers):
            yield LayoutFault(rule, f"{thing} {where}")


def _thing(snapshot: Snapshot, number: int) -> str:
    shape = snapshot.shapes[number]
    return quoted(shape.piece.plain) if isinstance(shape, Glyph) and shape.piece else kind(shape)


def _name(label: Label) -> str:
    return quoted(label.piece.plain)


def quoted(plain: str) -> str:
    """A text as messages name it."""
    return f"`{plain}`" if plain else "a sign"


def kind(shape: VMobject) -> str:
    """A shape as messages name it, by its class."""
    name = "Shape" if type(shape) is VMobject else type(shape).__name__
    words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name).strip()
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"


def near_labels(
    snapshot: Snapshot, labels: list[Label], numbers: np.ndarray, by: float
) -> Iterator[np.ndarray]:
    """For each label, those shapes of these `numbers` whose boxes overlap its box by more than `by`."""
    boxes = [snapshot.boxes[label.members] for label in labels]
    wholes = [[*box[:, :2].min(axis=0), *box[:, 2:].max(axis=0)] for box in boxes]
    meet = overlaps(np.array(wholes).reshape(-1, 4), snapshot.boxes[numbers], by)
    return (numbers[row] for row in meet)
