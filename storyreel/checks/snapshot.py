"""A snapshot of the stage: the place of all that can be seen on it, measured without drawing a picture."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from manim import Animation, AnimationGroup, VMobject
from manim.utils.family import extract_mobject_family_members

from storyreel.graphics.motion.verbs import Flight
from storyreel.graphics.text.glyph import Glyph, GlyphPart
from storyreel.stage.stage import Stage

Boxes = np.ndarray
"""Rectangles in Manim units, a row each: left, bottom, right, top."""

VISIBLE = 0.2
"""The opacity from which a shape counts as visible: less than that of what is dimmed."""
NOTHING = 5e-3
"""Units; what is smaller both ways cannot be seen."""
UNMOVED = 1e-3
"""Units by which the place of what stands still may differ from sample to sample."""


@dataclass(frozen=True, eq=False)
class Label:
    """The glyphs of one piece of text that are on stage, not in flight: their numbers in the snapshot."""

    piece: GlyphPart
    members: list[int]


class Snapshot:
    """What can be seen on a stage: `shapes` in the order in which they are drawn, `boxes` their places.

    `resting` says of each whether it stands where it stood `before`; a snapshot that `is_still` is of a
    picture in which nothing moves. `flying` says which shapes are parts of copies that are on their way.
    """

    def __init__(self, stage: Stage, before: "Snapshot | None" = None, is_still: bool = False) -> None:
        shapes = [
            shape
            for shape in extract_mobject_family_members(stage.mobjects, True, only_those_with_points=True)
            if isinstance(shape, VMobject) and opacity(shape) >= VISIBLE
        ]
        boxes = np.array([_box(shape) for shape in shapes]).reshape(-1, 4)
        is_seen = (boxes[:, 2:] - boxes[:, :2]).max(axis=1, initial=0.0) > NOTHING
        self.shapes = [shape for shape, seen in zip(shapes, is_seen, strict=True) if seen]
        self.boxes: Boxes = boxes[is_seen]
        self._places = {id(shape): box for shape, box in zip(self.shapes, self.boxes, strict=True)}
        self.resting = np.array([is_still or self._rests(shape, before) for shape in self.shapes], dtype=bool)
        aloft = {
            id(part) for flight in _flights(stage.animations or ()) for part in flight.mobject.get_family()
        }
        self.flying = np.array([id(shape) in aloft for shape in self.shapes], dtype=bool)

    def _rests(self, shape: VMobject, before: "Snapshot | None") -> bool:
        place = before._places.get(id(shape)) if before else None
        return place is not None and bool(np.abs(place - self._places[id(shape)]).max() < UNMOVED)

    def labels(self) -> list[Label]:
        """Every label, in the order in which their first glyphs are drawn."""
        members: dict[GlyphPart, list[int]] = {}
        for number, shape in enumerate(self.shapes):
            if isinstance(shape, Glyph) and shape.piece and not self.flying[number]:
                members.setdefault(shape.piece, []).append(number)
        return [Label(piece, numbers) for piece, numbers in members.items()]


def opacity(shape: VMobject) -> float:
    """How opaque the more opaque of a shape's fill and stroke is, from 0 to 1."""
    fill = float(shape.get_fill_opacity())
    return max(fill, float(shape.get_stroke_opacity())) if shape.get_stroke_width() > 0 else fill


def _box(shape: VMobject) -> tuple[float, float, float, float]:
    corners = np.concatenate([shape.points[::4, :2], shape.points[3::4, :2]])  # where its curves join
    left, bottom = corners.min(axis=0)
    right, top = corners.max(axis=0)
    return left, bottom, right, top


def _flights(animations: Iterable[Animation]) -> Iterator[Flight]:
    """The flights under way among animations, however deep they are grouped."""
    for animation in animations:
        if isinstance(animation, AnimationGroup):
            yield from _flights(animation.animations)
        elif isinstance(animation, Flight) and animation.is_under_way:
            yield animation
