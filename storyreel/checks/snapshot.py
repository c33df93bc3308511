"""A snapshot of the stage: the places of all visible objects, measured without drawing."""

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
"""The opacity from which a shape counts as visible: lower than that of dimmed objects."""
INVISIBLE = 5e-3
"""Manim units; a shape smaller in both directions cannot be seen."""
UNMOVED = 1e-3
"""Manim units by which the place of a still object may differ from sample to sample."""


@dataclass(frozen=True, eq=False)
class Label:
    """The glyphs of one text that are on stage and not in flight, as indices in the snapshot (`members`)."""

    piece: GlyphPart
    members: list[int]


class Snapshot:
    """All that is visible on a stage: `shapes` in drawing order, and their `boxes`.

    `resting` is True for each shape whose place is the same as in the snapshot `before`; for all of them if
    the picture `is_still`. `flying` is True for parts of copies in flight.
    """

    def __init__(self, stage: Stage, before: "Snapshot | None" = None, is_still: bool = False) -> None:
        shapes = [
            shape
            for shape in extract_mobject_family_members(stage.mobjects, True, only_those_with_points=True)
            if isinstance(shape, VMobject) and opacity(shape) >= VISIBLE
        ]
        boxes = np.array([_box(shape) for shape in shapes]).reshape(-1, 4)
        is_seen = (boxes[:, 2:] - boxes[:, :2]).max(axis=1, initial=0.0) > INVISIBLE
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
        """All labels, in the drawing order of their first glyphs."""
        members: dict[GlyphPart, list[int]] = {}
        for number, shape in enumerate(self.shapes):
            if isinstance(shape, Glyph) and shape.piece and not self.flying[number]:
                members.setdefault(shape.piece, []).append(number)
        return [Label(piece, numbers) for piece, numbers in members.items()]


def opacity(shape: VMobject) -> float:
    """The opacity of a shape's fill or stroke, whichever is greater, from 0 to 1."""
    fill = float(shape.get_fill_opacity())
    return max(fill, float(shape.get_stroke_opacity())) if shape.get_stroke_width() > 0 else fill


def _box(shape: VMobject) -> tuple[float, float, float, float]:
    corners = np.concatenate([shape.points[::4, :2], shape.points[3::4, :2]])  # the ends of its curves
    left, bottom = corners.min(axis=0)
    right, top = corners.max(axis=0)
    return left, bottom, right, top


def _flights(animations: Iterable[Animation]) -> Iterator[Flight]:
    """The active flights among animations, inside groups too."""
    for animation in animations:
        if isinstance(animation, AnimationGroup):
            yield from _flights(animation.animations)
        elif isinstance(animation, Flight) and animation.is_under_way:
            yield animation
