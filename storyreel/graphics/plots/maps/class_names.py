"""Names of the classes of a map of the plane: beside it with their markers, and on it near examples."""

from collections.abc import Sequence

import numpy as np
from manim import DL, DOWN, LEFT, RIGHT, UR, VGroup, VMobject

from storyreel.core.arrays import Array
from storyreel.engine.regions.decision_regions import STEPS, Labels, grid
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, at
from storyreel.graphics.plots.maps.decision_map import DecisionMap, class_marker
from storyreel.graphics.text.typeset import Typeset, words

CLEAR = 0.25
"""How far, in Manim units, a name keeps from the middle of an example at least, if there is such a place."""
WIDE = 5.0
"""The side of a map, in units, below which names on it become smaller with it."""
MARKER, BESIDE, BETWEEN = 1.8, 0.3, 0.55
"""How much larger markers are in the key than on the map, and the units to their names and between rows."""


class ClassKey(VGroup):
    """The names of classes one below the other in an area, each a row with the marker of its class and
    its name; `pairs` are both of each class."""

    def __init__(self, texts: Sequence[str], area: Area) -> None:
        rows, self.pairs = VGroup(), list[tuple[VMobject, VMobject]]()
        for number, text in enumerate(texts):
            marker = class_marker(number).scale(MARKER)
            name = words(text, em=theme.SIZES.number, colour=theme.colour("text"))
            rows.add(VGroup(marker, name.next_to(marker, RIGHT, buff=BESIDE)))
            self.pairs.append((marker, name))
        rows.arrange(DOWN, buff=BETWEEN, aligned_edge=LEFT)
        rows.scale(min(1.0, area.width / rows.width, area.height / rows.height))
        super().__init__(*rows.move_to(area.centre))


def names_on_map(
    plane: DecisionMap, inputs: Array, classes: Labels, texts: Sequence[str], own: Array
) -> list[Typeset]:
    """The name of each class on a map, where its examples are nearest, as far as possible from all others.

    `inputs`, (examples, 2), are those of the examples, and `classes`, (examples,), their classes; names keep
    off the lines from the example with the inputs `own`, (2,), to its coordinates.
    """
    low, spot = plane.frame.get_corner(DL)[:2], plane.place_of(own)[:2]
    along = np.linspace(0, 1, STEPS)[:, None]
    ways = np.concatenate([spot + along * (end - spot) for end in ((spot[0], low[1]), (low[0], spot[1]))])
    places = low + plane.side / STEPS * grid()
    spots = np.array([plane.place_of(each)[:2] for each in inputs])
    nearest = classes[np.linalg.norm(places[:, None] - spots, axis=2).argmin(axis=1)]
    em = max(theme.SIZES.smallest, theme.SIZES.body * min(1.0, plane.side / WIDE))
    clear = CLEAR * em / theme.SIZES.body
    names: list[Typeset] = []
    for number, text in enumerate(texts):
        is_own = nearest == number
        if is_own.any():
            name = words(text, em=em, colour=theme.colour("text"))
            others = [(places[~is_own], 0.0, 0.0), (spots, clear, clear), (ways, 0.0, 0.0)]
            others += [
                (one.get_center()[None, :2], one.width / 2 + clear / 2, one.height / 2 + clear / 2)
                for one in names
            ]
            names.append(name.move_to(at(*_clearest(name, places[is_own], others, plane))))
    return names


def _clearest(
    name: Typeset, own: Array, others: Sequence[tuple[Array, float, float]], plane: DecisionMap
) -> Array:
    """Of its `own` places, (nodes, 2), the one at which a name is farthest from the edge of the map and from
    others: the middles of each, (things, 2), and how far they reach across and up, in units."""
    half = np.array([name.width, name.height]) / 2
    low, high = plane.frame.get_corner(DL)[:2], plane.frame.get_corner(UR)[:2]
    clear = (np.minimum(own - low, high - own) - half).min(axis=1)
    for middles, across, up in others:
        if len(middles):
            apart = np.abs(own[:, None] - middles) - half - np.array([across, up])
            clear = np.minimum(clear, apart.max(axis=2).min(axis=1))
    return np.asarray(own[clear.argmax()])
