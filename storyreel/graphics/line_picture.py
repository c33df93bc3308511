"""The lines of a bundle as one picture, which a renderer can keep while they run, fade or change."""

from collections.abc import Sequence
from copy import copy
from typing import Any

import numpy as np
from manim import VMobject
from numpy.typing import NDArray

from storyreel.core.arrays import Array
from storyreel.graphics.polylines import polyline

NEAR = 1e-6
"""Manim units within which lines begin, or end, at the same distance from the left; and the difference of
opacities that are the same."""


class LinePicture:
    """All of the lines of a bundle, and which part of them is seen, with what light.

    `lines` (lines, 2, 3) have the starts and ends of all, in Manim units. `shapes` says which shape each is
    part of, -1 for none; `colours` (shapes, 3), `widths` and `opacities` are those of the strokes of shapes,
    at full light. Each shape of a bundle has it as its attribute `line_picture`. A renderer may draw it in
    place of them, with the light that `light_of` gives: it need not draw the lines anew as long as its
    `version` is the same, as lines that run are what is between two `edges` of a picture, if all begin at one
    edge and end at another one.
    """

    def __init__(self, lines: Array, shapes: Array, colours: Array, widths: Array, opacities: Array) -> None:
        self._lines, self._shapes = lines, shapes
        self._colours, self._widths, self._opacities = colours, widths, opacities
        self.version = 0
        self.extent = (0.0, 1.0)
        self.light = 1.0
        self.is_changing = False
        """True during a change, of light or of the lines' numbers."""
        starts, ends = lines[:, 0, 0], lines[:, 1, 0]
        self._sides = (float(starts[0]), float(ends[0])) if len(lines) else (0.0, 0.0)
        is_even = len(lines) and max(np.ptp(starts), np.ptp(ends)) < NEAR and self._sides[0] < self._sides[1]
        self._can_run = bool(is_even)
        self._order()

    def __deepcopy__(self, _: dict[int, Any]) -> "LinePicture":
        """Arrays are shared: none of them is changed in place."""
        return copy(self)

    def take(self, shapes: Array | None = None, widths: Array | None = None) -> None:
        """Take other shapes for the lines, or other widths of these."""
        self._shapes = self._shapes if shapes is None else shapes
        self._widths = self._widths if widths is None else widths
        self.version += 1
        self._order()

    def _order(self) -> None:
        order = np.argsort(self._shapes, kind="stable")
        self._drawn = order[self._shapes[order] >= 0]
        self._own, self._counts = np.unique(self._shapes[self._drawn], return_counts=True)

    def light_of(self, shapes: Sequence[VMobject]) -> float | None:
        """The light with which the picture looks like all of its shapes that are on stage, in their order.

        None where it does not, or where they rest in full light: then they are drawn but once. Where they are
        dimmed, they are a picture also at rest, so that crossings look as while they fade.
        """
        is_whole = self.extent == (0.0, 1.0)
        if len(shapes) != len(self._own) or not (is_whole or self._can_run):
            return None
        shown = np.array([shape.stroke_rgbas[0, 3] for shape in shapes])
        full = self._opacities[self._own] * self.light
        shares = np.divide(shown, full, out=np.zeros_like(full), where=full > 0)
        share = float(shares[0])
        rests = is_whole and not self.is_changing and share * self.light > 1 - NEAR
        if rests or np.ptp(shares) > NEAR or (is_whole and not self._is_in_place(shapes)):
            return None
        return self.light * share

    def _is_in_place(self, shapes: Sequence[VMobject]) -> bool:
        """True if the first and the last of the lines of some shapes are where they were laid out."""
        ends = np.stack([shapes[0].points[0], shapes[-1].points[-1]])
        first, last = self._drawn[[0, -1]]
        return bool(np.abs(ends - [self._lines[first, 0], self._lines[last, 1]]).max() < NEAR)

    @property
    def edges(self) -> tuple[float, float]:
        """What is seen is between these distances from the left, in Manim units."""
        (start, end), (low, high) = self._sides, self.extent
        along = end - start
        return start + low * along if low > 0 else -np.inf, start + high * along if high < 1 else np.inf

    def drawn(self) -> tuple[Array, NDArray[np.intp], Array, Array]:
        """The points of all lines that are drawn, one shape after the other, (points, 3), the number of
        points of each shape, its stroke's colour and opacity, (shapes, 4), and its width."""
        strokes = np.concatenate([self._colours[self._own], self._opacities[self._own, None]], axis=1)
        points = polyline(self._lines[self._drawn]).reshape(-1, 3)
        return points, 4 * self._counts, strokes, self._widths[self._own]
