"""How a frame is divided between the picture of the ways to a graph's output and their equations."""

import re

from storyreel.engine.graph.ways import Link, Ways
from storyreel.storyboard.graphs.room import ROOMS

LARGEST, LEAST = 0.5, 0.36
"""The font sizes of equations to reckon with, in Manim units, and below which they have two lines each."""
LINE, LINE_WITH_LAYERS = 1.35, 1.75
"""The height of a line in em, and of one with raised numbers of layers."""
LINE_OF_FRACTIONS, MOST_WITH_FRACTIONS, WITH_FRACTIONS = 2.5, 3, ("16:9",)
"""The height of a line of fractions in em, and up to how many lines there is room for them, and where."""
TALLER = 0.4
"""How many units higher than others the line of a single equation is, which has fractions."""
OF_FORMULA = {"16:9": 1.7, "9:16": 2.49, "1:1": 1.7}
"""The height of the room for an equation below a picture, by the aspect ratio of the frame."""
_AROUND, _LETTER = 2.7, 0.5
"""The width of the signs of a derivative and of its number, and of a letter or digit, in em."""
_WITH_LAYER = re.compile(r"[A-Za-z]\d+\[")


def taken_by_equations(ways: Ways, aspect: str) -> float:
    """The height, in Manim units, that the equations of some ways need more than the room for an equation."""
    width = ROOMS[aspect][0]
    em = min(LARGEST, width / max(_length(ways, way) for way in ways.links))
    lines = len(ways.calculations)
    if em < LEAST:
        em, lines = LEAST, lines + len(ways.links)
    line = LINE_WITH_LAYERS if _WITH_LAYER.search(" ".join(ways.trace)) else LINE
    if aspect in WITH_FRACTIONS and len(ways.links) > 1 and lines <= MOST_WITH_FRACTIONS:
        line = LINE_OF_FRACTIONS
    height = em * line * lines + (TALLER if len(ways.links) == 1 else 0.0)
    return max(0.0, height - OF_FORMULA[aspect])


def _length(ways: Ways, way: tuple[Link, ...]) -> float:
    """About the length, in em, of the product along a way, in symbols and in numbers."""
    notation = ways.experiment.notation
    names = "".join(link.symbol or f"{link.edge.to} {link.source}" for link in way)
    numbers = "".join(notation.text(link.name, link.derivative) for link in way)
    return _AROUND * (len(way) + 2) + _LETTER * len(re.sub(r"[^\w.]", "", names + numbers))
