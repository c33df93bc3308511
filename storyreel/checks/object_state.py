"""The state of one object in one frame, its place and colours, for comparison with the frame before."""

from collections.abc import Iterable, Iterator

import numpy as np
from manim import Animation, AnimationGroup, BackgroundRectangle, Line, ShowPartial, VMobject

from storyreel.checks.snapshot import Snapshot
from storyreel.graphics.plots.maps.decision_map import Region
from storyreel.graphics.text.glyph import Glyph
from storyreel.stage.stage import Stage

OPAQUE = 0.7
"""The opacity from which a sudden appearance or disappearance is visible."""
SMALL = 0.13
"""Manim units; objects smaller in both directions are ignored unless they are glyphs: dashes of a line."""
NOTICEABLE = 0.15
"""The size in Manim units from which a sudden appearance is reported: larger than `SMALL`, as an object that
grows past that size has not appeared.
"""
PLACE, NUMBER = 0.04, 0.5
"""Distances in Manim units within which an object takes another's place, and a glyph another glyph's."""


class ObjectState:
    """One object on a stage: its `box` (left, bottom, right, top, in Manim units) and its `paint`.

    Motion is measured on four coordinates, the `edges`: those of the box, but for a straight line its end
    points, as the edges of its box reverse when it turns past the vertical. `paint` has the colours of fill
    and stroke, each multiplied by its opacity, and that opacity. An object that `is_exempt`, in flight or
    half drawn, may begin and end suddenly.
    """

    def __init__(self, shape: VMobject, box: np.ndarray, is_exempt: bool) -> None:
        self.shape, self.box, self.is_exempt = shape, box, is_exempt
        fill, stroke = shape.get_fill_rgbas()[0].copy(), shape.get_stroke_rgbas()[0].copy()
        stroke[3] *= shape.get_stroke_width() > 0
        for colour in (fill, stroke):
            colour[:3] *= colour[3]
        self.paint = np.concatenate([fill, stroke])
        self.piece = shape.piece if isinstance(shape, Glyph) else None
        self.edges = box
        if isinstance(shape, Line) and len(shape.points) == 4:
            self.edges = np.concatenate([shape.points[0, :2], shape.points[-1, :2]])

    @property
    def name(self) -> str:
        """A description for messages."""
        return f"a glyph of “{self.piece.plain}”" if self.piece else f"a {type(self.shape).__name__}"

    @property
    def opacity(self) -> float:
        """The opacity of its fill or its stroke, whichever is greater."""
        return float(max(self.paint[3], self.paint[7]))

    @property
    def size(self) -> np.ndarray:
        """Its width and height, in Manim units."""
        return np.asarray(self.box[2:] - self.box[:2])

    @property
    def is_opaque(self) -> bool:
        """True if it is not fading in or out."""
        return self.opacity >= OPAQUE

    @property
    def is_seen(self) -> bool:
        """True if a sudden appearance or disappearance of it would be visible."""
        return not self.is_exempt and self.is_opaque and bool(self.size.max() > NOTICEABLE)

    def has_new_text(self, before: "ObjectState") -> bool:
        """True if the object is a glyph that belonged to another text in the frame before."""
        return self.piece is not before.piece

    def is_changing(self, before: "ObjectState") -> bool:
        """True if its size or opacity has changed since the frame before."""
        is_fading = abs(self.opacity - before.opacity) > 0.01
        return is_fading or bool(np.abs(self.size - before.size).max() > 1e-3)

    def takes_place_of(self, others: Iterable["ObjectState"]) -> bool:
        """True if it is at the place of one of the others."""
        return any(
            np.abs(self.box - other.box).max() < (NUMBER if self.piece and other.piece else PLACE)
            for other in others
        )


def object_states(stage: Stage) -> dict[int, ObjectState]:
    """The states of all visible objects on a stage, by `id`; each state refers to its object.

    Their places are those on stage, so that motion of the view is not theirs. Overlays are left out, which
    move on stage as the view does, regions of a map, as they have several parts whose borders move, and
    plates in the colour of the background.
    """
    snapshot = Snapshot(stage)
    overlays = {id(part) for overlay in stage.overlays for part in overlay.get_family()}
    half_drawn = {id(part) for one in _partial(stage.animations or ()) for part in one.mobject.get_family()}
    return {
        id(shape): ObjectState(shape, box, bool(flies) or id(shape) in half_drawn)
        for shape, box, flies in zip(snapshot.shapes, snapshot.on_stage, snapshot.flying, strict=True)
        if id(shape) not in overlays and _is_followed(shape, box)
    }


def _is_followed(shape: VMobject, box: np.ndarray) -> bool:
    is_large = bool((box[2:] - box[:2]).max() > SMALL)
    return isinstance(shape, Glyph) or (is_large and not isinstance(shape, Region | BackgroundRectangle))


def _partial(animations: Iterable[Animation]) -> Iterator[Animation]:
    """The animations that draw outlines gradually, inside groups too."""
    for animation in animations:
        if isinstance(animation, AnimationGroup):
            yield from _partial(animation.animations)
        elif isinstance(animation, ShowPartial):
            yield animation
