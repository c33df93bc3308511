"""The outlines of shapes as polygons, and where points and boxes lie to them."""

import numpy as np
from manim import VMobject

from storyreel.checks.snapshot import Boxes
from storyreel.stage.view import View


def corners(boxes: Boxes, inset: float) -> np.ndarray:
    """The four corners of each box, moved inwards by `inset` Manim units: (4 × boxes, 2)."""
    left, bottom, right, top = boxes.T + inset * np.array([[1], [1], [-1], [-1]])
    return np.concatenate([np.column_stack([x, y]) for x in (left, right) for y in (bottom, top)])


def overlaps(these: Boxes, those: Boxes, by: float) -> np.ndarray:
    """For each pair of boxes, whether they overlap by more than `by` units both ways: (these, those)."""
    low = np.maximum(these[:, None, :2], those[None, :, :2])
    high = np.minimum(these[:, None, 2:], those[None, :, 2:])
    return np.asarray((high - low > by).all(axis=2))


def outline(shape: VMobject, view: View) -> np.ndarray:
    """A polygon like a shape's outline on the frame, with three points for each curve: (points, 2)."""
    return _curves(shape, view)[:, :-1].reshape(-1, 2)


def _curves(shape: VMobject, view: View) -> np.ndarray:
    """Four points of each of a shape's curves, its ends among them: (curves, 4, 2)."""
    curves = shape.points[:, :2].reshape(-1, 4, 2)
    shares = np.array([0, 1 / 3, 2 / 3, 1])[None, :, None]
    start, one, two, end = (curves[:, None, k] for k in range(4))
    rest = 1 - shares
    points = rest**3 * start + 3 * rest**2 * shares * one + 3 * rest * shares**2 * two + shares**3 * end
    return view.on_frame(points)


def inside(points: np.ndarray, outline: np.ndarray) -> np.ndarray:
    """For each point, whether it is in a polygon: a ray to the right crosses an odd number of its sides."""
    x, y = points.T[:, :, None]
    (x1, y1), (x2, y2) = outline.T, np.roll(outline, -1, axis=0).T
    level = np.where(y1 == y2, 1.0, y2 - y1)
    crosses = ((y1 > y) != (y2 > y)) & (x < x1 + (y - y1) / level * (x2 - x1))
    return np.asarray(crosses.sum(axis=1) % 2 == 1)


def passes(shape: VMobject, view: View, boxes: Boxes) -> bool:
    """True if a shape's outline passes through one of the boxes, or is inside of it.

    The lines between the points of each curve are clipped by each box (Liang and Barsky, 1984); there are
    none from one curve to the next, as a shape may have several parts.
    """
    curves = _curves(shape, view)
    starts, ends = curves[:, :-1].reshape(-1, 1, 2), curves[:, 1:].reshape(-1, 1, 2)
    steps = np.where(ends == starts, 1e-12, ends - starts)
    shares = np.stack([(boxes[None, :, :2] - starts) / steps, (boxes[None, :, 2:] - starts) / steps])
    enters = np.maximum(shares.min(axis=0).max(axis=2), 0.0)
    leaves = np.minimum(shares.max(axis=0).min(axis=2), 1.0)
    return bool((enters < leaves).any())
