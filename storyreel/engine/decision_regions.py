"""Where in the plane of its two inputs a network predicts each class.

The network is asked at the nodes of a grid. Between two nodes of different classes, the border is where the
scores of both are equal, so that it glides as the network learns; a square through which it runs is cut into
two triangles, and those along straight lines.
"""

import numpy as np
from numpy.typing import NDArray

from storyreel.core.arrays import Array
from storyreel.engine.network import Network

STEPS = 56
"""The steps from node to node, across and upwards."""
Labels = NDArray[np.int64]


def classes_of(values: Array) -> Labels:
    """The class that each row of outputs or targets stands for: the largest; of a single one, whether ≥ ½."""
    return values.argmax(axis=1) if values.shape[1] > 1 else (values[:, 0] >= 0.5).astype(np.int64)


def grid() -> Array:
    """The nodes, row by row from the lowest, in steps from the first: shape (nodes, 2)."""
    across, up = np.meshgrid(np.arange(STEPS + 1.0), np.arange(STEPS + 1.0))
    return np.stack([across.ravel(), up.ravel()], axis=1)


def regions(network: Network, places: Array, classes: int) -> list[Array]:
    """The quadrilaterals in which each class is predicted: arrays of the shape (quadrilaterals, 4, 2).

    `places`, (nodes, 2), are the inputs at the nodes; corners are in steps from the first node, and run
    round counter-clockwise. A triangle has its last corner twice.
    """
    forward = network.forward(places)
    labels, scores = classes_of(forward.prediction), forward.pre_activations[-1]
    if scores.shape[1] == 1:
        scores = np.concatenate([0.5 - forward.prediction, forward.prediction - 0.5], axis=1)
    nodes = np.arange(len(places)).reshape(STEPS + 1, STEPS + 1)
    squares = np.stack([nodes[:-1, :-1], nodes[:-1, 1:], nodes[1:, 1:], nodes[1:, :-1]], axis=2)
    is_whole = (labels[squares] == labels[squares][:, :, :1]).all(axis=2)
    cut = squares[~is_whole]
    triangles = np.concatenate([cut[:, :3], cut[:, [0, 2, 3]]])
    parts = [_rows(np.where(is_whole, labels[squares[:, :, 0]], -1)), *_cut(triangles, labels, scores)]
    kinds, corners = (np.concatenate(those) for those in zip(*parts, strict=True))
    return [corners[kinds == number] for number in range(classes)]


def _rows(labels: Labels) -> tuple[Labels, Array]:
    """The classes and the corners of what lies side by side in each row of squares; −1 is of no class."""
    framed = np.pad(labels, ((0, 0), (1, 1)), constant_values=-1)
    changes = framed[:, 1:] != framed[:, :-1]
    rows, starts = np.nonzero(changes & (framed[:, 1:] >= 0))
    ends = np.nonzero(changes & (framed[:, :-1] >= 0))[1]
    xs = np.stack([starts, ends, ends, starts], axis=1)
    ys = np.stack([rows, rows, rows + 1, rows + 1], axis=1)
    return labels[rows, starts], np.stack([xs, ys], axis=2).astype(float)


def _cut(triangles: Labels, labels: Labels, scores: Array) -> list[tuple[Labels, Array]]:
    """The classes and the corners of the parts of triangles whose nodes are of one class, two, or three."""
    one, two, three = (labels[triangles[:, corner]] for corner in range(3))
    odd = np.where(two == three, 0, np.where(three == one, 1, 2))  # the node that differs, if one does
    a, b, c = np.take_along_axis(triangles, (odd[:, None] + np.arange(3)) % 3, axis=1).T
    places = grid()

    def border(one: Labels, other: Labels) -> Array:
        here, there = labels[one], labels[other]
        lead, lag = scores[one, here] - scores[one, there], scores[other, there] - scores[other, here]
        share = np.divide(lead, lead + lag, out=np.full_like(lead, 0.5), where=lead + lag > 0)
        return np.asarray(places[one] + share[:, None] * (places[other] - places[one]))

    def part(of: Labels, *corners: Array) -> tuple[Labels, Array]:
        return labels[of], np.stack(corners, axis=1)

    is_one, is_two = (one == two) & (two == three), (labels[a] != labels[b]) & (labels[b] == labels[c])
    whole, (first, second, third) = a[is_one], (those[is_two] for those in (a, b, c))
    parts = [part(whole, places[whole], *(places[those[is_one]] for those in (b, c, c)))]
    to, back = border(first, second), border(first, third)
    parts.append(part(first, places[first], to, back, back))
    parts.append(part(second, to, places[second], places[third], back))
    first, second, third = (those[~is_one & ~is_two] for those in (a, b, c))
    sides = border(first, second), border(second, third), border(third, first)
    middle = (sides[0] + sides[1] + sides[2]) / 3
    for node, ahead, behind in zip((first, second, third), sides, (sides[2], *sides), strict=False):
        parts.append(part(node, places[node], ahead, middle, behind))
    return parts
