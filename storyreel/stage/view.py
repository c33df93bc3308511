"""Views: which part of the stage the frame shows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from manim import Mobject, VMobject
from manim.utils import family
from numpy.typing import NDArray

from storyreel.graphics.layout import Area
from storyreel.graphics.parts.raster import Raster

Box = tuple[float, float, float, float]
"""Left, bottom, right and top of a rectangle of the stage, in Manim units."""

VISIBLE = 0.2
"""The opacity from which a shape counts as visible: lower than that of dimmed objects."""
INVISIBLE = 5e-3
"""Manim units; a shape smaller in both directions cannot be seen."""
FAR = 100.0
"""Manim units from the middle of the stage to where there is nothing."""


@dataclass(frozen=True)
class View:
    """The part of the stage that the frame shows: the point (`x`, `y`) of the stage is in the middle of the
    frame, in which everything is drawn `scale` times as large as on the stage."""

    x: float = 0.0
    y: float = 0.0
    scale: float = 1.0

    @classmethod
    def of(cls, box: Box, area: Area, largest: float) -> "View":
        """The view in which a box of the stage fills an area of the frame, as near to the frame's centre as
        the area allows; its scale is at most `largest`."""
        scale = scale_in(box, area, largest)
        left, bottom, right, top = box
        x, y = middle_in(area, (right - left) * scale, (top - bottom) * scale)
        return cls((left + right) / 2 - x / scale, (bottom + top) / 2 - y / scale, scale)

    def towards(self, other: "View", share: float) -> "View":
        """The view on the way to another one; the edges of what the frame shows move along straight lines."""
        extent = (1 - share) / self.scale + share / other.scale
        x, y = self.x + share * (other.x - self.x), self.y + share * (other.y - self.y)
        return View(x, y, 1 / extent)

    def on_frame(self, boxes: NDArray[np.float64]) -> NDArray[np.float64]:
        """Where points or boxes of the stage, (…, 2) or (…, 4), are on the frame."""
        origin = np.tile([self.x, self.y], boxes.shape[-1] // 2)
        return np.asarray((boxes - origin) * self.scale)

    def outside(self, area: Area) -> NDArray[np.float64]:
        """The four rectangles of the stage, (4, 4), around what an area of the frame shows."""
        edges = np.array([area.left, area.bottom, area.right, area.top])
        left, bottom, right, top = edges / self.scale + [self.x, self.y, self.x, self.y]
        return np.array(
            [
                (-FAR, -FAR, left, FAR),
                (right, -FAR, FAR, FAR),
                (-FAR, -FAR, FAR, bottom),
                (-FAR, top, FAR, FAR),
            ]
        )


def middle_in(area: Area, width: float, height: float) -> tuple[float, float]:
    """The point of an area that is nearest to the frame's centre, and can be the centre of such a rectangle
    in it."""
    x, y, _ = area.centre
    across, up = max(0.0, area.width - width) / 2, max(0.0, area.height - height) / 2
    return min(max(0.0, x - across), x + across), min(max(0.0, y - up), y + up)


def scale_in(box: Box, area: Area, largest: float) -> float:
    """The factor, at most `largest`, with which a box fills an area."""
    left, bottom, right, top = box
    return min(largest, area.width / max(right - left, 1e-9), area.height / max(top - bottom, 1e-9))


def union(one: Box | None, other: Box | None) -> Box | None:
    """The rectangle around two boxes, of which each may be missing."""
    if one is None or other is None:
        return one or other
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])


def opacity(shape: VMobject) -> float:
    """The opacity of a shape's fill or stroke, whichever is greater, from 0 to 1."""
    fill = float(shape.get_fill_rgbas()[0, 3])
    return max(fill, float(shape.get_stroke_rgbas()[0, 3])) if shape.get_stroke_width() > 0 else fill


def visible_shapes(mobjects: Iterable[Mobject]) -> tuple[list[VMobject], NDArray[np.float64]]:
    """The visible shapes among mobjects and their parts, in drawing order, and the box of each, (n, 4)."""
    members = family.extract_mobject_family_members(mobjects, True, only_those_with_points=True)
    shapes = [shape for shape in members if isinstance(shape, VMobject) and opacity(shape) >= VISIBLE]
    boxes = _boxes_of(shapes)
    is_seen = (boxes[:, 2:] - boxes[:, :2]).max(axis=1, initial=0.0) > INVISIBLE
    return [shape for shape, seen in zip(shapes, is_seen, strict=True) if seen], boxes[is_seen]


def box_around(mobjects: Iterable[Mobject]) -> Box | None:
    """The rectangle around all that is visible of some mobjects, images too; None where nothing is."""
    mobjects = list(mobjects)
    members = family.extract_mobject_family_members(mobjects)
    images = [one for one in members if isinstance(one, Raster) and one.opacity >= VISIBLE]
    boxes = np.concatenate([visible_shapes(mobjects)[1], _boxes_of(images)])
    if not len(boxes):
        return None
    left, bottom = boxes[:, :2].min(axis=0).tolist()
    right, top = boxes[:, 2:].max(axis=0).tolist()
    return left, bottom, right, top


def _boxes_of(shapes: Sequence[Mobject]) -> NDArray[np.float64]:
    """The box of each of some mobjects that have points: (n, 4), left, bottom, right and top.

    Those of shapes are around the ends of their curves, and computed at once: for each alone it would take
    most of the time in which a stage is measured.
    """
    corners = [_ends(shape) if isinstance(shape, VMobject) else shape.points[:, :2] for shape in shapes]
    if not corners:
        return np.empty((0, 4))
    counts = np.array(list(map(len, corners)))
    together, starts = np.concatenate(corners), np.cumsum(counts) - counts
    lowest, highest = np.minimum.reduceat(together, starts), np.maximum.reduceat(together, starts)
    return np.concatenate([lowest, highest], axis=1)


def _ends(shape: VMobject) -> NDArray[np.float64]:
    """The ends of the curves of a shape, (n, 2)."""
    if len(shape.points) % 4:
        return np.concatenate([shape.points[::4, :2], shape.points[3::4, :2]])
    return shape.points.reshape(-1, 4, 3)[:, ::3, :2].reshape(-1, 2)
