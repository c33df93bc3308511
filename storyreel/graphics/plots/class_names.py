"""Names of the classes of a map of the plane: beside it with their markers, and on it near examples."""

from collections.abc import Sequence

import numpy as np
from manim import DL, DOWN, LEFT, RIGHT, UR, VGroup

from storyreel.core.arrays import Array
from storyreel.engine.regions.decision_regions import STEPS, grid
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, at
from storyreel.graphics.plots.decision_map import DecisionMap, class_marker
from storyreel.graphics.text.typeset import Typeset, words

CLEAR = 0.25
"""How far, in Manim units, a name keeps from the middle of an example at least, if there is such a place."""
MARKER, BESIDE, BETWEEN = 1.8, 0.3, 0.55
"""How much larger markers are in the key than on the map, and the units to their names and between rows."""


class ClassKey(VGroup):
    """The names of classes one below the other in an area, each a row with the marker of its class and
    its name."""

    def __init__(self, texts: Sequence[str], area: Area) -> None:
        rows = VGroup()
        for number, text in enumerate(texts):
            marker = class_marker(number).scale(MARKER)
            name = words(text, em=theme.SIZES.number, colour=theme.colour("text"))
            rows.add(VGroup(marker, name.next_to(marker, RIGHT, buff=BESIDE)))
        rows.arrange(DOWN, buff=BETWEEN, aligned_edge=LEFT)
        rows.scale(min(1.0, area.width / rows.width, area.height / rows.height))
        super().__init__(*rows.move_to(area.centre))


def names_on_map(
    plane: DecisionMap, inputs: Array, classes: Array, texts: Sequence[str], own: Array
) -> list[Typeset]:
    """The name of each class on a map, where its examples are nearest, as far as possible from all others.

    `inputs`, (examples, 2), are those of the examples, and `classes`, (examples,), their classes; names keep
    off the lines from the example with the inputs `own`, (2,), to its coordinates.
    """
    low, spot = plane.frame.get_corner(DL)[:2], plane.place_of(own)[:2]
    along = np.linspace(0, 1, STEPS)[:, None]
    ways = np.concatenate([spot + along * (end - spot) for end in ((spot[0], low[1]), (low[0], spot[1]))])
    places = plane.frame.get_corner(DL)[:2] + plane.side / STEPS * grid()
    spots = np.array([plane.place_of(each)[:2] for each in inputs])
    apart = np.linalg.norm(places[:, None] - spots, axis=2)
    nearest = classes[apart.argmin(axis=1)]
    return [
        name.move_to(at(*_clearest(name, places, nearest == number, spots, ways, plane)))
        for number, text in enumerate(texts)
        for name in [words(text, em=theme.SIZES.body, colour=theme.colour("text"))]
        if (nearest == number).any()
    ]


def _clearest(
    name: Typeset, places: Array, is_own: Array, spots: Array, ways: Array, plane: DecisionMap
) -> Array:
    """Of its own places, (nodes, 2), the one at which a name is farthest from others, from the examples at
    `spots`, from the `ways` and from the edge of the map."""
    half = np.array([name.width, name.height]) / 2
    own, others = places[is_own], places[~is_own]
    low, high = plane.frame.get_corner(DL)[:2], plane.frame.get_corner(UR)[:2]
    clear = (np.minimum(own - low, high - own) - half).min(axis=1)
    for around, free in ((others, 0.0), (spots, CLEAR), (ways, 0.0)):
        if len(around):
            apart = (np.abs(own[:, None] - around) - half).max(axis=2).min(axis=1)
            clear = np.minimum(clear, apart - free)
    return np.asarray(own[clear.argmax()])
