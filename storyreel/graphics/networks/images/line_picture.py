"""The lines of a bundle as one picture, which a renderer can keep while they run, fade or change."""

from copy import copy
from typing import Any

import numpy as np

from storyreel.core.arrays import Array
from storyreel.graphics.polylines import polyline

NEAR = 1e-6
"""Manim units within which lines begin, or end, at the same distance from the left."""


class LinePicture:
    """All of the lines of a bundle, and which part of them is seen, with what light.

    `lines` (lines, 2, 3) have the starts and ends of all, in Manim units. `shapes` says which shape each is
    part of, -1 for none; `colours` (shapes, 3), `widths` and `opacities` are those of the strokes of shapes,
    at full light. Each shape of a bundle has it as its attribute `line_picture`. Where it `is_moving`, a
    renderer may draw it in place of them: it need not draw the lines anew as long as its `version` is the
    same, as lines that run are what is between two `edges` of a picture, if all begin at one edge and end at
    another one.
    """

    def __init__(
        self, lines: Array, shapes: Array, colours: Array, widths: Array, opacities: Array
    ) -> None:
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

    def __deepcopy__(self, _: dict[int, Any]) -> "LinePicture":
        """Arrays are shared: none of them is changed in place."""
        return copy(self)

    def take(self, shapes: Array | None = None, widths: Array | None = None) -> None:
        """Take other shapes for the lines, or other widths of these."""
        self._shapes = self._shapes if shapes is None else shapes
        self._widths = self._widths if widths is None else widths
        self.version += 1

    @property
    def is_moving(self) -> bool:
        """True while it takes less to draw the lines as one picture than one by one."""
        is_whole = self.extent == (0.0, 1.0)
        return self.is_changing if is_whole else self._can_run

    @property
    def edges(self) -> tuple[float, float]:
        """What is seen is between these distances from the left, in Manim units."""
        (start, end), (low, high) = self._sides, self.extent
        along = end - start
        return start + low * along if low > 0 else -np.inf, start + high * along if high < 1 else np.inf

    def drawn(self) -> tuple[Array, Array, Array, Array]:
        """The points of all lines that are drawn, one shape after the other, (points, 3), the number of
        points of each shape, its stroke's colour and opacity, (shapes, 4), and its width."""
        order = np.argsort(self._shapes, kind="stable")
        order = order[self._shapes[order] >= 0]
        own, counts = np.unique(self._shapes[order], return_counts=True)
        strokes = np.concatenate([self._colours[own], self._opacities[own, None]], axis=1)
        points = polyline(self._lines[order]).reshape(-1, 3)
        return points, 4 * counts, strokes, self._widths[own]
