"""A snapshot of the frame: the places of all visible objects in it, measured without drawing."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from manim import Animation, AnimationGroup, VMobject

from storyreel.graphics.motion.flight import Flight
from storyreel.graphics.text.glyph import Glyph, GlyphPart
from storyreel.stage.overlays.corner_mark import CornerMark
from storyreel.stage.stage import Stage
from storyreel.stage.view import opacity, visible_shapes

Boxes = np.ndarray
"""Rectangles in Manim units, a row each: left, bottom, right, top."""

UNMOVED = 1e-3
"""Manim units by which the place of a still object may differ from sample to sample."""


@dataclass(frozen=True, eq=False)
class Label:
    """The glyphs of one text that are on stage and not in flight, as indices in the snapshot (`members`)."""

    piece: GlyphPart
    members: list[int]


class Snapshot:
    """All that is visible on a stage but its corner mark: `shapes` in drawing order, `boxes` on the frame.

    The frame shows the stage in a `view`; `on_stage` are the boxes there. `shows_all` is False while the view
    moves or is close to a part, so that the frame's border may cut things.

    `resting` is True for each shape whose place is the same as in the snapshot `before`; for all of them if
    the picture `is_still`. `steps` are the moves on stage since `before`, as differences of the boxes, 0 for
    what is new. `flying` is True for parts of copies in flight, the `flights`. `frame` is the stage's.
    """

    def __init__(self, stage: Stage, before: "Snapshot | None" = None, is_still: bool = False) -> None:
        # The corner mark is the only thing in the band of the captions, and so meets nothing.
        own = [mobject for mobject in stage.mobjects if not isinstance(mobject, CornerMark)]
        self.shapes, self.on_stage = visible_shapes(own)
        self.boxes: Boxes = stage.view.on_frame(self.on_stage)
        self.view, self.shows_all, self.frame = stage.view, stage.shows_all, stage.frame
        self._stage_places = {id(shape): box for shape, box in zip(self.shapes, self.on_stage, strict=True)}
        self._places = {id(shape): box for shape, box in zip(self.shapes, self.boxes, strict=True)}
        self.resting = np.array([is_still or self._rests(shape, before) for shape in self.shapes], dtype=bool)
        earlier = before._stage_places if before and not is_still else {}
        since = [earlier.get(key, box) for key, box in self._stage_places.items()]
        self.steps: Boxes = (self.on_stage - np.array(since).reshape(-1, 4)) * self.view.scale
        self.flights = list(_flights(stage.animations or ()))
        aloft = {id(part) for flight in self.flights for part in flight.mobject.get_family()}
        self.flying = np.array([id(shape) in aloft for shape in self.shapes], dtype=bool)

    def _rests(self, shape: VMobject, before: "Snapshot | None") -> bool:
        place = before._places.get(id(shape)) if before else None
        return place is not None and bool(np.abs(place - self._places[id(shape)]).max() < UNMOVED)

    @cached_property
    def opacities(self) -> np.ndarray:
        """The opacity of each shape's fill or stroke, whichever is greater."""
        return np.array([opacity(shape) for shape in self.shapes])

    @cached_property
    def moving(self) -> np.ndarray:
        """True for each shape that has moved on stage, or changed its size, since the snapshot before."""
        return np.asarray(np.abs(self.steps).max(axis=1, initial=0.0) >= UNMOVED)

    @cached_property
    def texts(self) -> set[str]:
        """The texts of all visible glyphs, in flight or not."""
        return {shape.piece.plain for shape in self.shapes if isinstance(shape, Glyph) and shape.piece}

    def labels(self) -> list[Label]:
        """All labels, in the drawing order of their first glyphs."""
        members: dict[GlyphPart, list[int]] = {}
        for number, shape in enumerate(self.shapes):
            if isinstance(shape, Glyph) and shape.piece and not self.flying[number]:
                members.setdefault(shape.piece, []).append(number)
        return [Label(piece, numbers) for piece, numbers in members.items()]


def _flights(animations: Iterable[Animation]) -> Iterator[Flight]:
    """The active flights among animations, inside groups too."""
    for animation in animations:
        if isinstance(animation, AnimationGroup):
            yield from _flights(animation.animations)
        elif isinstance(animation, Flight) and animation.is_under_way:
            yield animation
