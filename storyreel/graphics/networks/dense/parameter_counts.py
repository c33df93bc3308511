"""The numbers of weights and biases of each layer, below a network."""

from collections.abc import Sequence
from itertools import pairwise

from storyreel.core.number_format import shown
from storyreel.graphics import theme
from storyreel.graphics.networks.network_diagram import NetworkDiagram
from storyreel.graphics.text.typeset import Typeset, words

ROOM_FOR_COUNTS = 0.65
"""Units below a network for the numbers of its weights and biases."""
BIASES_BELOW = 0.45
"""Units that the numbers of biases are below those of weights where both do not fit into one row."""
BETWEEN = 0.2
"""Units, at least, between two of them in a row."""


def parameter_counts(
    diagram: NetworkDiagram, bottom: float, in_one_row: bool, weights: Sequence[str], biases: Sequence[str]
) -> list[Typeset]:
    """The numbers of weights between neighbouring layers and then of biases below their layers.

    They stand below `bottom`, which is the lower end of the network, in Manim units. `weights` and `biases`
    are the words for one and for several.
    """
    names = diagram.trace.network.names
    xs = [diagram.nodes[column[0]].get_x() for column in diagram.columns]
    middles = [(left + right) / 2 for left, right in pairwise(xs)]
    baseline = bottom - ROOM_FOR_COUNTS * 0.7
    its_weights = [
        _count(sum(map(len, rows)), weights, "weight").set_x(x).on_baseline(baseline)
        for rows, x in zip(names.weights[1:], middles, strict=True)
    ]
    baseline -= 0.0 if in_one_row else BIASES_BELOW
    its_biases = [
        _count(len(group), biases, "bias").set_x(x).on_baseline(baseline)
        for group, x in zip(names.biases[1:], xs[1:], strict=True)
        if group
    ]
    rows = [its_weights + its_biases] if in_one_row else [its_weights, its_biases]
    _fit(rows)
    return its_weights + its_biases


def _count(number: int, nouns: Sequence[str], kind: str) -> Typeset:
    noun = nouns[0] if number == 1 else nouns[-1]
    return words(f"{shown(number)} {noun}", em=theme.SIZES.small, colour=theme.colour(kind))


def _fit(rows: Sequence[Sequence[Typeset]]) -> None:
    """Make all counts smaller where two of a row would overlap."""
    factors = [
        (other.get_x() - one.get_x()) / ((one.width + other.width) / 2 + BETWEEN)
        for row in rows
        for one, other in pairwise(sorted(row, key=lambda count: float(count.get_x())))
    ]
    for count in (count for row in rows for count in row):
        count.scale(min(1.0, max(min(factors, default=1.0), theme.SIZES.crowded / theme.SIZES.small)))
