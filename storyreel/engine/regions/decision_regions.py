"""The regions of the plane of its two inputs in which a network predicts each class.

The network is evaluated at the nodes of a grid. Between two nodes of different classes the border is where
linear interpolation makes the scores of both classes equal, so that it moves continuously as the network
learns. A square that contains a border is divided into two triangles, and these along straight lines.
"""

import numpy as np
from numpy.typing import NDArray

from storyreel.core.arrays import Array
from storyreel.engine.network import Network

STEPS = 56
"""The number of steps of the grid, horizontally and vertically."""
Labels = NDArray[np.int64]


def classes_of(values: Array) -> Labels:
    """The class of each row of outputs or targets: its largest value; of a single output, 1 if it is ≥ ½."""
    return values.argmax(axis=1) if values.shape[1] > 1 else (values[:, 0] >= 0.5).astype(np.int64)


def classes_of_examples(targets: Array) -> Labels:
    """The class of each row of targets; 0 for all of them where a row says more, or less, than one class."""
    if targets.shape[1] > 1 and not (np.count_nonzero(targets, axis=1) == 1).all():
        return np.zeros(len(targets), np.int64)
    return classes_of(targets)


def are_answers(targets: Array) -> bool:
    """True for targets, (examples, questions), that say yes or no to several questions at once: 1 or 0 for
    each, and not always just one yes, as that of a class."""
    several = targets.shape[1] > 1 and bool(np.isin(targets, (0, 1)).all())
    return several and not (np.count_nonzero(targets, axis=1) == 1).all()


def combinations(values: Array) -> Array:
    """A score for each combination of answers to q questions, (rows, 2^q), which is above 0 only for that of
    the outputs or targets in `values`, (rows, q): the least distance from ½ of an output on the side of its
    answer. A yes to the first question counts 1, to the second one 2, then 4, and so on."""
    count = values.shape[1]
    signs = 2.0 * (np.arange(2**count)[:, None] >> np.arange(count) & 1) - 1
    return np.asarray((signs * (values[:, None, :] - 0.5)).min(axis=2))


def grid() -> Array:
    """The nodes as (x, y) in steps, row by row from the lowest: shape (nodes, 2)."""
    across, up = np.meshgrid(np.arange(STEPS + 1.0), np.arange(STEPS + 1.0))
    return np.stack([across.ravel(), up.ravel()], axis=1)


def regions(
    network: Network, places: Array, classes: int, margin: float = 0.0, combined: bool = False
) -> list[Array]:
    """For each class the quadrilaterals in which it is predicted: arrays of the shape (quadrilaterals, 4, 2).

    `places`, (nodes, 2), are the inputs at the nodes. Corners are in steps from the first node and
    counter-clockwise. A triangle has its last corner twice. With a `margin` above 0, a class is predicted
    only where its output is above each of the others by more than that. Where outputs are `combined`, their
    answers are: the classes are those of `combinations`.
    """
    forward = network.forward(places)
    labels, scores = classes_of(forward.prediction), forward.pre_activations[-1]
    if combined:
        scores = combinations(forward.prediction)
        labels = scores.argmax(axis=1)
    elif scores.shape[1] == 1:
        scores = np.concatenate([0.5 - forward.prediction, forward.prediction - 0.5], axis=1)
    if margin > 0:
        outputs = scores if combined or forward.prediction.shape[1] == 1 else forward.prediction
        unsure = np.sort(outputs, axis=1)[:, -2:-1] + margin  # above the largest where that leads by less
        scores = np.concatenate([outputs, unsure], axis=1)
        labels = scores.argmax(axis=1)
    nodes = np.arange(len(places)).reshape(STEPS + 1, STEPS + 1)
    squares = np.stack([nodes[:-1, :-1], nodes[:-1, 1:], nodes[1:, 1:], nodes[1:, :-1]], axis=2)
    is_whole = (labels[squares] == labels[squares][:, :, :1]).all(axis=2)
    cut = squares[~is_whole]
    triangles = np.concatenate([cut[:, :3], cut[:, [0, 2, 3]]])
    parts = [_rows(np.where(is_whole, labels[squares[:, :, 0]], -1)), *_cut(triangles, labels, scores)]
    kinds, corners = (np.concatenate(those) for those in zip(*parts, strict=True))
    return [corners[kinds == number] for number in range(classes)]


def _rows(labels: Labels) -> tuple[Labels, Array]:
    """The classes and the corners of the rectangles of one class in each row of squares; −1 is no class."""
    padded = np.pad(labels, ((0, 0), (1, 1)), constant_values=-1)
    changes = padded[:, 1:] != padded[:, :-1]
    rows, starts = np.nonzero(changes & (padded[:, 1:] >= 0))
    ends = np.nonzero(changes & (padded[:, :-1] >= 0))[1]
    xs = np.stack([starts, ends, ends, starts], axis=1)
    ys = np.stack([rows, rows, rows + 1, rows + 1], axis=1)
    return labels[rows, starts], np.stack([xs, ys], axis=2).astype(float)


def _cut(triangles: Labels, labels: Labels, scores: Array) -> list[tuple[Labels, Array]]:
    """The classes and the corners of the parts of triangles, whose nodes have one, two or three classes."""
    one, two, three = (labels[triangles[:, corner]] for corner in range(3))
    odd = np.where(two == three, 0, np.where(three == one, 1, 2))  # the node whose class differs, if one does
    a, b, c = np.take_along_axis(triangles, (odd[:, None] + np.arange(3)) % 3, axis=1).T
    places = grid()

    def border(one: Labels, other: Labels) -> Array:
        # How far the score of its own class is above that of the other's, at each node.
        own, others = labels[one], labels[other]
        at_one, at_other = scores[one, own] - scores[one, others], scores[other, others] - scores[other, own]
        total = at_one + at_other
        share = np.divide(at_one, total, out=np.full_like(at_one, 0.5), where=total > 0)
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
