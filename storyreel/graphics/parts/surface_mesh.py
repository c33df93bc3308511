"""A surface as polygons, shaded by height and by the light that falls on them, the farthest drawn first."""

import math

import numpy as np
from manim import VGroup, VMobject

from storyreel.core.arrays import Array
from storyreel.graphics.height_colour import height_colour
from storyreel.graphics.parts.surface_view import SurfaceView
from storyreel.graphics.polylines import polyline

DARKEST, BRIGHTEST = 0.2, 1.0
"""The shares of full colour of the lowest and of the highest place, on which light falls from above."""
LIGHT = np.array([-0.35, -0.45, 0.82])
"""Where the light comes from: a unit vector to the right, into the depth, and upwards."""
SHADOW = 0.42
"""The part of its colour that a polygon loses where the light only grazes it."""
OVERLAP = 0.02
"""Units by which polygons are larger than they should be, so that nothing shines through between them."""


class SurfaceMesh(VGroup):
    """The surface of `heights`, of shape (rows, columns), over the places `across` and `into` the depth.

    All are in Manim units. It ends where it is higher than `top`; `lowest` is the height of its lowest place,
    at most 0. `draw_in` draws it in a view.
    """

    def __init__(self, across: Array, into: Array, heights: Array, top: float, kind: str) -> None:
        corners = _quads(across, into, heights)
        self.polygons = [cut for quad in corners if len(cut := _below(quad, top)) > 2]
        self.middles = np.array([polygon.mean(axis=0) for polygon in self.polygons]).reshape(-1, 3)
        self.lowest = min(0.0, *(float(polygon[:, 2].min()) for polygon in self.polygons), 0.0)
        self.shades = np.array([_colour(polygon, self.lowest, top, kind) for polygon in self.polygons])
        # Polygons with equally many corners are drawn together: their numbers, and their closed outlines.
        counts = np.array(list(map(len, self.polygons)))
        groups = [np.flatnonzero(counts == count) for count in np.unique(counts)]
        closed = [np.concatenate([polygon, polygon[:1]]) for polygon in self.polygons]
        self._outlines = [(group, np.stack([closed[number] for number in group])) for group in groups]
        super().__init__(*(VMobject(stroke_width=0, fill_opacity=1) for _ in self.polygons))

    def draw_in(self, view: SurfaceView, opacities: Array) -> None:
        """Draw the polygons, each with its opacity (0 to 1), as they are seen in a view."""
        for group, outlines in self._outlines:
            if not (seen := opacities[group] > 0).any():  # those that are not seen stay where they are
                continue
            corners = view.surface(outlines[seen])
            for number, points in zip(group[seen], polyline(_enlarged(corners)), strict=True):
                self.submobjects[number].points = points
        # The order of drawing is that of z indices, which are above 0 and below 1.
        ranks = np.argsort(np.argsort(-view.depth(self.middles), kind="stable")) + 1
        fills = np.column_stack([self.shades, opacities])[:, None]
        for shape, fill, z_index in zip(self, fills, (ranks / (len(ranks) + 1)).tolist(), strict=True):
            shape.fill_rgbas, shape.z_index = fill, z_index


def _quads(across: Array, into: Array, heights: Array) -> Array:
    """The corners of the quadrilaterals between neighbouring places, counter-clockwise: (quads, 4, 3)."""
    places = np.dstack([*np.meshgrid(across, into), heights])
    around = (places[:-1, :-1], places[:-1, 1:], places[1:, 1:], places[1:, :-1])
    return np.stack(around, axis=2).reshape(-1, 4, 3)


def _below(corners: Array, top: float) -> Array:
    """The part of a polygon that is not higher than `top`: its corners."""
    kept: list[Array] = []
    for here, there in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        if here[2] <= top:
            kept.append(here)
        if (here[2] <= top) != (there[2] <= top):
            kept.append(here + (there - here) * (top - here[2]) / (there[2] - here[2]))
    return np.array(kept).reshape(-1, 3)


def _colour(polygon: Array, low: float, top: float, kind: str) -> Array:
    normal = np.cross(polygon[1] - polygon[0], polygon[-1] - polygon[0])
    light = abs(float(normal @ LIGHT)) / max(float(np.linalg.norm(normal)), 1e-12)
    height = math.sqrt(min(1.0, max(0.0, (float(polygon[:, 2].mean()) - low) / (top - low))))
    share = (DARKEST + (BRIGHTEST - DARKEST) * height) * (1 - SHADOW * (1 - light))
    return height_colour(height, kind, share)


def _enlarged(corners: Array) -> Array:
    """Closed polygons, (polygons, corners, 3), with their corners moved away from their middles."""
    aside = corners - corners[:, :-1].mean(axis=1, keepdims=True)
    length = np.maximum(np.linalg.norm(aside, axis=2, keepdims=True), 1e-9)
    return np.asarray(corners + aside / length * np.minimum(OVERLAP, length / 4))
