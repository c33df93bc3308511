"""A sighting: where one object is in one frame, and how it looks, to be compared with the frame before."""

from collections.abc import Iterable, Iterator

import numpy as np
from manim import Animation, AnimationGroup, Line, ShowPartial, VMobject

from storyreel.checks.snapshot import Snapshot
from storyreel.graphics.plots.decision_map import Region
from storyreel.graphics.text.glyph import Glyph
from storyreel.stage.stage import Stage

SOLID = 0.7
"""The opacity from which on something is seen to come or go at once."""
SMALL = 0.13
"""Units; what is smaller both ways and no glyph, such as a dash of a dashed line, is not looked at."""
NOTICED = 0.15
"""Units from which something is seen to come or go at once: it has not just grown beyond what is small."""
PLACE, NUMBER = 0.04, 0.5
"""Units within which something takes the place of another thing, and a glyph that of another in a number."""


class ObjectState:
    """One object on a stage: its `box` (left, bottom, right, top, in Manim units) and its `paint`.

    Its `edges`, four coordinates, tell how it moves: those of the box, but the ends of a straight line, as a
    box turns back where a line in it turns past the vertical.

    The paint is the fill's and the stroke's colour, each multiplied by its opacity, and that opacity. What
    `is_free` is in flight or half drawn: it begins and ends as it likes.
    """

    def __init__(self, shape: VMobject, box: np.ndarray, is_free: bool) -> None:
        self.shape, self.box, self.is_free = shape, box, is_free
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
        """What it is, in words."""
        return f"a glyph of “{self.piece.plain}”" if self.piece else f"a {type(self.shape).__name__}"

    @property
    def opacity(self) -> float:
        """That of its fill or its stroke, whichever is more."""
        return float(max(self.paint[3], self.paint[7]))

    @property
    def size(self) -> np.ndarray:
        """Its width and height, in Manim units."""
        return np.asarray(self.box[2:] - self.box[:2])

    @property
    def is_solid(self) -> bool:
        """Whether it is not on its way to be seen, or to go."""
        return self.opacity >= SOLID

    @property
    def is_seen(self) -> bool:
        """Whether it would be seen to come or go at once."""
        return not self.is_free and self.is_solid and bool(self.size.max() > NOTICED)

    def is_another(self, before: "ObjectState") -> bool:
        """Whether the same glyph has become one of another text."""
        return self.piece is not before.piece

    def grows(self, before: "ObjectState") -> bool:
        """Whether it has become larger or smaller, or fades, since the frame before."""
        is_fading = abs(self.opacity - before.opacity) > 0.01
        return is_fading or bool(np.abs(self.size - before.size).max() > 1e-3)

    def replaces(self, others: Iterable["ObjectState"]) -> bool:
        """Whether it stands where one of the others stands."""
        return any(
            np.abs(self.box - other.box).max() < (NUMBER if self.piece and other.piece else PLACE)
            for other in others
        )


def object_states(stage: Stage) -> dict[int, ObjectState]:
    """All objects on a stage that can be seen, by their identity as long as they are referred to.

    A region of a map is none: it is in several places, and has borders that glide rather than a place.
    """
    snapshot = Snapshot(stage)
    half_drawn = {id(part) for one in _partial(stage.animations or ()) for part in one.mobject.get_family()}
    return {
        id(shape): ObjectState(shape, box, bool(flies) or id(shape) in half_drawn)
        for shape, box, flies in zip(snapshot.shapes, snapshot.boxes, snapshot.flying, strict=True)
        if isinstance(shape, Glyph) or ((box[2:] - box[:2]).max() > SMALL and not isinstance(shape, Region))
    }


def _partial(animations: Iterable[Animation]) -> Iterator[Animation]:
    """The animations that draw outlines bit by bit, however deep they are grouped."""
    for animation in animations:
        if isinstance(animation, AnimationGroup):
            yield from _partial(animation.animations)
        elif isinstance(animation, ShowPartial):
            yield animation
