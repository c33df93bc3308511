"""The room that the picture of a graph takes: where its nodes stand, as large as there is room for.

Sizes are in Manim units at the scale 1. The picture runs from left to right, or from top to bottom.
"""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import accumulate

from storyreel.core.errors import StoryreelError
from storyreel.engine.graph.drawn import DrawnNode, drawn_nodes
from storyreel.engine.graph.graph import Graph
from storyreel.engine.graph.layout import Layout, Place, layout_of

RADIUS, HALF_WIDTH = 0.42, 0.64
"""Half the height and half the width of a node."""
SIGN = 0.3
"""Half the size of an operation's sign, which is before its node; longer signs are wider."""
TOUCH = 0.05
"""Units between a sign and its node."""
LABEL = 0.46
"""The font size of signs, names, gradients and local derivatives."""
OVER, UNDER = 0.56, 0.6
"""The room for a name above a node, and for its gradient below it."""
BESIDE, BEHIND = 0.3, 1.05
"""The same where the picture runs down: for a short name on the left, and for a gradient on the right."""
SHORTEST, LONGEST = 0.65, 2.2
"""The least and the largest distance between one layer's nodes and the signs of the next."""
LEAST, LARGEST = 0.5, 1.25
"""The smallest scale at which the picture can be read, and the largest that is drawn."""
MOST_APART = 1.4
"""How much farther apart than necessary the nodes of a layer may be."""
LETTER = 0.26
"""The width of a letter of a name or of a sign, in units."""
WIDE = (13.22, 4.62)
"""The width and the height of the room in a frame of 16:9, above an equation."""
_WORD = re.compile(r'op\("(\w+)"\)|(exp|ln)|[A-Za-z]{2,}|\S')
_NOT_SEEN = re.compile(r"[\^_()]")

Room = tuple[float, float]
"""A width and a height in Manim units."""


@dataclass(frozen=True)
class GraphRoom:
    """The picture of `nodes` in their `layout`: its `scale`, and whether it runs from top to bottom.

    `along` is how far each layer is from the first, `lane` the distance of two nodes of a layer, in Manim
    units. `signs` are half the lengths of the longest signs of operations of each layer at the scale 1.
    """

    nodes: Mapping[str, DrawnNode]
    layout: Layout
    scale: float
    runs_down: bool
    along: tuple[float, ...]
    lane: float
    signs: tuple[float, ...]

    def at(self, place: Place) -> tuple[float, float]:
        """Where a place of the layout is, from the middle of the picture: to the right, and upwards."""
        layer, offset = place
        along = self.along[layer] - self.along[-1] / 2
        low, high = self.layout.reach
        over = (offset - (low + high) / 2) * self.lane
        return (over, -along) if self.runs_down else (along, -over)


def graph_room(graph: Graph, room: Room, runs_down: bool) -> GraphRoom:
    """The largest picture of a graph in a room. Raises StoryreelError if it would be too small to read."""
    nodes = drawn_nodes(graph)
    layout = layout_of({name: node.inputs for name, node in nodes.items()})
    layers = layout.layers
    signs = [0.0] * layers
    for name, node in nodes.items():
        layer, _ = layout.places[name]
        signs[layer] = max(signs[layer], half_sign(node.sign) if node.sign else 0.0)
    word = max((LETTER * len(node.name) for node in nodes.values() if node.is_named), default=0.0)
    lanes = layout.reach[1] - layout.reach[0]
    width, height = room
    if runs_down:
        length, depth, node_length = height, width, 2 * RADIUS
        steps = [node_length + TOUCH + 2 * SIGN] * (layers - 1)
        lane = max(BESIDE, word) + 2 * max(HALF_WIDTH, *signs) + BEHIND
    else:
        length, depth, node_length = width, height, max(2 * HALF_WIDTH, word)
        steps = [node_length + TOUCH + 2 * sign for sign in signs[1:]]
        lane = OVER + 2 * RADIUS + UNDER
    least = node_length + sum(steps) + (layers - 1) * SHORTEST
    scale = min(LARGEST, length / least, depth / (lane * (1 + lanes)))
    if scale < LEAST:
        typical = (least / layers, lane)
        raise StoryreelError(_too_large(layers, lanes, typical, (length, depth), len(nodes)))
    spare = (length / scale - node_length - sum(steps)) / max(1, layers - 1)
    gap = min(LONGEST, spare)
    along = tuple(scale * each for each in accumulate((step + gap for step in steps), initial=0.0))
    apart = min(MOST_APART, depth / scale / (lane * (1 + lanes)))
    return GraphRoom(nodes, layout, scale, runs_down, along, scale * lane * apart, tuple(signs))


def half_sign(sign: str) -> float:
    """Half the length of an operation's sign in Typst maths, about as long as it will be."""
    written = _NOT_SEEN.sub("", sign)
    letters = sum(len(found[1] or found[2] or "x") for found in _WORD.finditer(written))
    return max(SIGN, 0.14 + 0.5 * LETTER * letters)


def _too_large(
    layers: int, lanes: float, step: tuple[float, float], room: Iterable[float], count: int
) -> str:
    most = [int(each / LEAST / size) for each, size in zip(room, step, strict=True)]
    return (
        f"the graph is too large to be read: its {count} nodes take {layers} layers and"
        f" {math.ceil(lanes + 1)} rows; there is room for about {most[0]} layers and {most[1]} rows"
    )
