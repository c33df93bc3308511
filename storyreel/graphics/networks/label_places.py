"""Places for labels, badges and remarks in a network's picture, at which they cover nothing."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np
from manim import VMobject

from storyreel.core.arrays import Array

Box = tuple[float, float, float, float]
"""A rectangle in Manim units: left, bottom, right, top."""
Segment = tuple[float, float, float, float]
"""A connection in Manim units, from (x, y) to (x, y)."""

SHARES = tuple(round(float(share), 3) for share in np.linspace(0.14, 0.86, 19))
"""Places along a connection at which its label is tried."""
GAP = 0.07
"""Manim units between two labels, and from a label to another connection."""
TOUCH = 1e-3
"""Square units that may be covered: less than can be seen."""
MOST_LABELS = 25
STARTS, MOVES = 6, 120
"""How often the search for places begins anew, and how many labels it moves before that."""


def box_of(shape: VMobject, margin: float = 0.0) -> Box:
    """The rectangle around the ends of a shape's curves."""
    points = np.concatenate([part.points[ends::4, :2] for part in shape.get_family() for ends in (0, 3)])
    (left, bottom), (right, top) = points.min(axis=0) - margin, points.max(axis=0) + margin
    return float(left), float(bottom), float(right), float(top)


def boxes_around(places: Array, width: float, height: float) -> Array:
    """The rectangles of this size around `places`, (n, 2) or (n, 3): (n, 4)."""
    half = np.array([width / 2, height / 2])
    return np.concatenate([places[:, :2] - half, places[:, :2] + half], axis=1)


def covered(boxes: Array, taken: Array, each: bool = False) -> Array:
    """How much of `taken`, rectangles (m, 4), each of `boxes` (n, 4) covers, in square units: (n,).

    With `each`, how much of each of them: (n, m).
    """
    low = np.maximum(boxes[:, None, :2], taken[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], taken[None, :, 2:])
    shared = np.prod(np.maximum(high - low, 0.0), axis=2)
    return np.asarray(shared if each else shared.sum(axis=1))


def is_clear(shape: VMobject, taken: Sequence[Box]) -> bool:
    """True where a shape covers nothing of `taken`."""
    return bool(covered(np.array([box_of(shape)]), np.array(taken).reshape(-1, 4))[0] <= TOUCH)


def put_clear(
    shape: VMobject, places: Sequence[Array], taken: Iterable[Box], scales: Sequence[float]
) -> None:
    """Move a shape to the first of `places` at which it covers nothing, as large as possible.

    `scales` are tried from the first on. Where it covers something everywhere, it goes where that is least.
    """
    blocked = np.array(list(taken)).reshape(-1, 4)
    spots = np.array([place[:2] for place in places])
    width, height = shape.width, shape.height
    best = (np.inf, 0, 1.0)
    for scale in scales:
        shared = covered(boxes_around(spots, scale * width, scale * height), blocked)
        first = int(np.argmax(shared <= TOUCH)) if (shared <= TOUCH).any() else int(np.argmin(shared))
        if shared[first] < best[0] - TOUCH:
            best = (float(shared[first]), first, scale)
        if best[0] <= TOUCH:
            break
    _, number, scale = best
    shape.scale(scale).move_to((*spots[number], 0.0))


@lru_cache(maxsize=256)
def shares_for_labels(
    segments: tuple[Segment, ...], widths: tuple[float, ...], height: float, taken: tuple[Box, ...]
) -> tuple[float, ...] | None:
    """A place (0 to 1) along each connection for its label, so that no two touch; None where there are none.

    `widths` are those of the labels. They keep clear of the rectangles `taken`, and of other connections
    where that is possible.
    """
    if len(segments) > MOST_LABELS:
        return None
    ends = np.array(segments)
    places = _places(ends)
    boxes = np.stack([boxes_around(row, width, height) for row, width in zip(places, widths, strict=True)])
    blocked = np.array(taken).reshape(-1, 4)
    is_free = np.stack([covered(row, blocked) <= TOUCH for row in boxes])
    crossed = np.stack([_crossed(ends, number, boxes[number]) for number in range(len(ends))])
    cost = crossed + 0.4 * np.abs(np.array(SHARES) - 0.5)
    for most in (0.5, 1.5, np.inf):
        found = _chosen(boxes, np.where(is_free & (crossed <= most), cost, np.inf))
        if found is not None:
            return tuple(SHARES[choice] for choice in found)
    return None


def share_for_label(
    segments: Sequence[Segment], number: int, width: float, height: float, taken: Sequence[Box]
) -> float | None:
    """A place along connection `number` for its label that covers nothing of `taken`, or None."""
    ends = np.array(segments)
    boxes = boxes_around(_places(ends)[number], width, height)
    shared = covered(boxes, np.array(taken).reshape(-1, 4))
    cost = _crossed(ends, number, boxes) + 0.4 * np.abs(np.array(SHARES) - 0.5)
    cost = np.where(shared <= TOUCH, cost, np.inf)
    best = int(np.argmin(cost))
    return SHARES[best] if np.isfinite(cost[best]) else None


def _places(ends: Array) -> Array:
    """The points at `SHARES` of each segment: (segments, shares, 2)."""
    shares = np.array(SHARES)[None, :, None]
    return np.asarray(ends[:, None, :2] + shares * (ends[:, None, 2:] - ends[:, None, :2]))


def _crossed(ends: Array, number: int, boxes: Array) -> Array:
    """How many other segments run through each of `boxes`: (boxes,)."""
    return crossings(np.delete(ends, number, axis=0), boxes)


def crossings(segments: Array, boxes: Array) -> Array:
    """How many of `segments`, (n, 4), run through each of `boxes`, (m, 4): (m,)."""
    if not len(segments):
        return np.zeros(len(boxes))
    starts, ways = segments[None, :, :2], segments[None, :, 2:] - segments[None, :, :2]
    ways = np.where(ways == 0, 1e-12, ways)  # level or upright
    # The shares of each way at which it passes the box's sides, across and up.
    sides = np.sort([(boxes[:, None, k : k + 2] - starts) / ways for k in (0, 2)], axis=0)
    enter, leave = np.maximum(sides[0].max(axis=2), 0.0), np.minimum(sides[1].min(axis=2), 1.0)
    return np.asarray((enter < leave).sum(axis=1), dtype=float)


def _chosen(boxes: Array, cost: Array) -> list[int] | None:
    """One of the boxes, (labels, shares, 4), for each label, so that no two touch; None if none are found.

    A search by least conflicts: it begins with the cheapest, and moves a label that touches others to where
    it touches the fewest, with some chance, the same in every run.
    """
    if not np.isfinite(cost).any(axis=1).all():
        return None
    labels, shares = cost.shape
    flat = boxes.reshape(-1, 4)
    touches = (covered(flat + np.array([-GAP, -GAP, GAP, GAP]), flat, each=True) > 0).reshape(
        labels, shares, labels, shares
    )
    touches[np.arange(labels), :, np.arange(labels), :] = False
    random = np.random.default_rng(labels)
    for start in range(STARTS):
        choice = np.argmin(cost + start * random.random(cost.shape), axis=1)
        # How many other labels each label touches, wherever it is: (labels, shares).
        touched = touches[:, :, np.arange(labels), choice].sum(axis=2)
        for _ in range(MOVES):
            faulty = np.flatnonzero(touched[np.arange(labels), choice])
            if not len(faulty):
                return [int(one) for one in choice]
            label = int(random.choice(faulty))
            ways = touched[label] + 0.3 * cost[label] + 0.8 * random.random(shares)
            chosen = int(np.argmin(ways))
            touched += touches[:, :, label, chosen].astype(int) - touches[:, :, label, choice[label]]
            choice[label] = chosen
    return None
