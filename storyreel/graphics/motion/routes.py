"""Ways for numbers that fly, on which they cover neither each other nor what is written on stage."""

from collections.abc import Callable, Iterable, Sequence

import numpy as np
from manim import Circle, Mobject, VMobject

from storyreel.core.arrays import Array
from storyreel.graphics.motion.flight import Way
from storyreel.graphics.text.glyph import Glyph

ARCS = (0.6, -0.6, 0.0, 1.0, -1.0, 1.5, -1.5, 2.0, -2.0)
"""The angles, in radians, of the arcs that are tried, the best first."""
LAGS = (0.0, 0.4, 0.7, 1.0)
"""How much later each flight may begin than the one before, as shares of its time."""
MOMENTS = 32
PADDING = np.array([-0.04, -0.04, 0.04, 0.04])
"""Manim units that stay free around what is written, where that is possible."""
PER_RADIAN, PER_LAG, PER_MEETING = 0.0003, 0.008, 30.0
"""How many square units may be covered, on average over the way, rather than fly along an arc that differs
from the best by one radian, or begin later by the time of a flight; and how much worse it is to cover another
number in the air."""

Boxes = Array
"""Rectangles in Manim units: (n, 4) of left, bottom, right, top."""


def written_boxes(shapes: Iterable[Mobject]) -> Boxes:
    """The rectangles of all glyphs that can be seen in `shapes`, and squares in the circles of neurons."""
    parts = {
        id(part): part
        for shape in shapes
        for part in shape.get_family()
        if (isinstance(part, Glyph) or type(part) is Circle)  # a dot is not only a circle
        and len(part.points)
        and part.get_fill_opacity() > 0.05
    }
    boxes = [_box(part) if isinstance(part, Glyph) else _square_in(part) for part in parts.values()]
    return np.array(boxes).reshape(-1, 4)


def _square_in(circle: VMobject) -> tuple[float, float, float, float]:
    (x, y, _), half = circle.get_center(), circle.width / 8**0.5
    return float(x - half), float(y - half), float(x + half), float(y + half)


def routes(
    pairs: Sequence[tuple[VMobject, VMobject]], taken: Boxes, easing: Callable[[float], float]
) -> tuple[list[float], float]:
    """The arc of each flight from a source to a target, and the lag between their starts.

    `taken` are rectangles on stage; those at the ends of a flight do not count for it.
    """
    flights = [_Route(source, target, taken) for source, target in pairs]
    best, arcs, chosen = np.inf, list[float](), 0.0
    for lag in LAGS if len(pairs) > 1 else LAGS[:1]:
        if best <= PER_LAG * lag:
            break  # it could not get better
        cost, found = _arcs(flights, lag, easing)
        if cost + PER_LAG * lag < best:
            best, arcs, chosen = cost + PER_LAG * lag, found, lag
    return arcs, chosen


def _arcs(
    flights: "Sequence[_Route]", lag: float, easing: Callable[[float], float]
) -> tuple[float, list[float]]:
    """The arc of each flight, chosen one after the other, and how much is covered with them."""
    length, total = 1 + lag * (len(flights) - 1), 0.0
    arcs, before = list[float](), list[Boxes]()
    for number, flight in enumerate(flights):
        times = np.linspace(0, length, MOMENTS + 1) - number * lag
        shares = np.array([easing(float(time)) for time in np.clip(times, 0, 1)])
        aloft = (times > 0) & (times < 1)
        ways = [flight.boxes(arc, shares) for arc in ARCS]
        costs = [
            sum(float(_shared(way + PADDING, other)[aloft].mean()) for other in before) * PER_MEETING
            + flight.covers(way[aloft])
            + PER_RADIAN * abs(abs(arc) - ARCS[0])
            for way, arc in zip(ways, ARCS, strict=True)
        ]
        best = int(np.argmin(costs))
        arcs.append(ARCS[best])
        before.append(ways[best])
        total += costs[best]
    return total, arcs


class _Route:
    """A flight from one shape to another, and the rectangles `taken` that it may cover."""

    def __init__(self, source: VMobject, target: VMobject, taken: Boxes) -> None:
        self.ends = np.array([_box(source), _box(target)])
        # The border of the frame, which an end may touch, is none of them.
        ends = self.ends - PADDING / 2
        at_end = [_shared(taken, np.broadcast_to(end, taken.shape)) > 0 for end in ends]
        self.taken = taken[~(at_end[0] | at_end[1])] + PADDING

    def boxes(self, arc: float, shares: Array) -> Boxes:
        """The rectangles of what flies at these shares of the way."""
        middles = (self.ends[:, :2] + self.ends[:, 2:]) / 2
        start, end = np.pad(middles, ((0, 0), (0, 1)))
        places = Way(start, end, arc)(shares[:, None])[:, :2]
        halves = (self.ends[:, 2:] - self.ends[:, :2]) / 2
        sizes = halves[0] + shares[:, None] * (halves[1] - halves[0])
        return np.concatenate([places - sizes, places + sizes], axis=1)

    def covers(self, boxes: Boxes) -> float:
        """How much of what is on stage is covered on the way, in square units, on average."""
        if not len(self.taken):
            return 0.0
        shared = _shared(boxes[:, None, :], self.taken[None, :, :])
        return float(shared.sum() / len(boxes))


def _shared(one: Boxes, other: Boxes) -> Array:
    """The area that rectangles have in common."""
    low, high = np.maximum(one[..., :2], other[..., :2]), np.minimum(one[..., 2:], other[..., 2:])
    return np.asarray(np.prod(np.maximum(high - low, 0.0), axis=-1))


def _box(shape: VMobject) -> tuple[float, float, float, float]:
    points = np.concatenate([part.points[:, :2] for part in shape.get_family()])
    (left, bottom), (right, top) = points.min(axis=0), points.max(axis=0)
    return float(left), float(bottom), float(right), float(top)
