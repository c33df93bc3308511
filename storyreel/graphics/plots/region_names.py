"""Words in the regions of a map of the plane, each where it is farthest from what is around it."""

from collections.abc import Sequence

import numpy as np
from manim import DL, UR, VGroup

from storyreel.core.arrays import Array
from storyreel.engine.network import Network
from storyreel.engine.regions.decision_regions import STEPS, grid
from storyreel.graphics import theme
from storyreel.graphics.layout import at
from storyreel.graphics.plots.decision_map import DecisionMap
from storyreel.graphics.text.typeset import Typeset, words

CLEAR = 0.25
"""How far, in Manim units, a word keeps from the middle of an example at least, if there is such a place."""


def region_names(plane: DecisionMap, network: Network, texts: Sequence[str]) -> list[Typeset]:
    """A text for each class in its region on a map, which shows what `network` predicts; none for a class that
    it predicts nowhere."""
    labels = plane.classes_of(network.forward(plane.places).prediction)
    places = plane.frame.get_corner(DL)[:2] + plane.side / STEPS * grid()
    markers = np.array([example.get_center()[:2] for example in plane.examples])
    return [
        name.move_to(at(*_clearest(name, places, labels == number, markers, plane.frame)))
        for number, text in enumerate(texts)
        for name in [words(text, em=theme.SIZES.body, colour=theme.colour("text"))]
        if (labels == number).any()
    ]


def _clearest(name: Typeset, places: Array, is_own: Array, markers: Array, frame: VGroup) -> Array:
    """Of its own places, (nodes, 2), the one at which a name is farthest from others, from the `markers` of
    examples and from the edge of the map."""
    half = np.array([name.width, name.height]) / 2
    own, others = places[is_own], places[~is_own]
    room = np.minimum(own - frame.get_corner(DL)[:2], frame.get_corner(UR)[:2] - own)
    clear = (room - half).min(axis=1)
    for around, free in ((others, 0.0), (markers, CLEAR)):
        if len(around):
            apart = (np.abs(own[:, None] - around) - half).max(axis=2).min(axis=1)
            clear = np.minimum(clear, apart - free)
    return np.asarray(own[clear.argmax()])
