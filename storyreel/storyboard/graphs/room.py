"""The room that the picture of a graph takes: where its nodes stand, as large as there is room for.

Sizes are in Manim units at the scale 1. The picture runs from left to right, or from top to bottom.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate

from storyreel.core.errors import StoryreelError
from storyreel.engine.graph.calculation import has_equations
from storyreel.engine.graph.drawn import DrawnNode, drawn_nodes
from storyreel.engine.graph.experiment import GraphExperiment
from storyreel.engine.graph.graph import Graph
from storyreel.engine.graph.layout import Layout, Place, layout_of

RADIUS, HALF_WIDTH = 0.34, 0.67
"""Half the height and half the width of a node."""
SIGN = 0.28
"""Half the size of an operation's sign, which is before its node; longer signs are wider."""
TOUCH = 0.05
"""Units between a sign and its node."""
LABEL = 0.48
"""The font size of signs, names, gradients and local derivatives."""
OVER, UNDER = 0.52, 0.64
"""The room for a name above a node, and for its gradient below it."""
BESIDE, BEHIND = 0.6, 1.5
"""The same where the picture runs down: for a short name on the left, and for a gradient on the right."""
SHORTEST, LONGEST = 0.65, 3.1
"""The least distance between one layer's nodes and the signs of the next, and the largest at any scale, so
that flat pictures fill their room."""
LEAST, EASY, LARGEST = 0.48, 0.52, 1.25
"""The smallest scale at which numbers can be read in nodes, that from which a graph stays in one row, and the
largest that is drawn."""
MOST_APART = 1.8
"""How much farther apart than necessary the nodes of a layer may be."""
LETTER = 0.26
"""The width of a letter of a name or of a sign, in units."""
CARD, MOST_CARDS = 0.09, 4
"""How far the next card of a stack is behind the one before it, across and up or down, and the most of them:
more examples are not counted at sight."""
AROUND, CORRIDOR = 0.8, 0.3
"""The room for an edge from one row to the next: beside the rows, and between them."""
FOR_EQUATION = {"16:9": 1.95, "9:16": 2.74, "1:1": 1.95}
"""The height, in units, of the room for an equation, and of the gap above it."""
ROOMS = {"16:9": (13.22, 4.62), "9:16": (7.0, 9.42), "1:1": (7.0, 4.62)}
"""The width and the height, in units, of the room above an equation, by the aspect ratio of the frame."""
UPRIGHT = 1.2
"""The height of a room, in its widths, from which the picture runs from top to bottom."""
_WORD = re.compile(r'op\("(\w+)"\)|"([^"]+)"|(sqrt|abs|exp|ln)|[A-Za-z]{2,}|[^\s^_()]')

Room = tuple[float, float]
"""A width and a height in Manim units."""


@dataclass(frozen=True)
class GraphRoom:
    """The picture of `nodes` in their `layout`: its `scale`, and whether it runs from top to bottom.

    `along` and `over` are how far each layer's middle is from that of the picture, in the direction of the
    flow and to its right, `lane` the distance of two nodes of a layer, in Manim units. `signs` are half the
    lengths of the longest signs of operations of each layer at the scale 1. A long graph is in two rows, one
    below the other: `first_row` is how many layers the upper one has (of any other, all layers), and
    `corridor` is where the edge between them runs, as `over`. A node whose values differ from example to
    example is a stack of `cards`, if there are more than one.
    """

    nodes: Mapping[str, DrawnNode]
    layout: Layout
    scale: float
    runs_down: bool
    along: tuple[float, ...]
    over: tuple[float, ...]
    lane: float
    signs: tuple[float, ...]
    first_row: int
    corridor: float = 0.0
    cards: int = 1

    @property
    def depth(self) -> float:
        """How far the last card of a stack is behind the first, across and up or down, in Manim units."""
        return self.scale * _depth(self.cards)

    def at(self, place: Place) -> tuple[float, float]:
        """Where a place of the layout is, from the middle of the picture: to the right, and upwards."""
        layer, offset = place
        along, over = self.along[layer], self.over[layer] + offset * self.lane
        return (over, -along) if self.runs_down else (along, -over)


@dataclass(frozen=True)
class _Row:
    """Some layers of a picture, whose nodes are in `lanes` lanes around the offset `middle`.

    `before` is the length up to the middle of the first layer's nodes, `after` that from the middle of the
    last one's on, `steps` how far each of the others is at least from the one before it, without the gap
    between the two; at the scale 1.
    """

    before: float
    steps: tuple[float, ...]
    after: float
    middle: float
    lanes: float

    @property
    def least(self) -> float:
        """The least length."""
        return self.before + sum(self.steps) + len(self.steps) * SHORTEST + self.after


def room_of_graph(
    experiment: GraphExperiment, aspect: str, taken: float | None = None, cards: int = 1
) -> GraphRoom:
    """The largest picture of a graph in a frame of an aspect ratio, of which the equations below it have
    `taken` so many units more of the height than a single one; see `taken_below` and `graph_room`."""
    (width, height), taken = ROOMS[aspect], taken_below(experiment, aspect) if taken is None else taken
    return graph_room(experiment.graph, (width, height - taken), height > UPRIGHT * width, cards)


def taken_below(experiment: GraphExperiment, aspect: str) -> float:
    """The height that equations take more than a single one: less if none of its numbers has one, as where
    all are in arrays."""
    return 0.0 if has_equations(experiment) else -FOR_EQUATION[aspect]


def graph_room(graph: Graph, room: Room, runs_down: bool, cards: int = 1) -> GraphRoom:
    """The largest picture of a graph in a room, in one row: from top to bottom if it `runs_down`, and can be
    read easily so, or else from left to right. Where that cannot be read easily, it is in two rows if one
    edge alone leads on somewhere, and they are larger. In the picture of a batch, stacks have so many
    `cards`.

    Raises StoryreelError if it would be too small to read.
    """
    nodes = drawn_nodes(graph)
    layout = layout_of({name: node.inputs for name, node in nodes.items()})
    rooms: list[GraphRoom] = []
    for is_down in (True, False) if runs_down else (False,):
        rooms.append(_in_rows(nodes, layout, room, is_down, layout.layers, cards))
        if rooms[-1].scale >= EASY:
            return rooms[-1]
    rooms += [_in_rows(nodes, layout, room, False, cut, cards) for cut in _cuts(nodes, layout)]
    if (best := max(rooms, key=lambda each: each.scale)).scale >= LEAST:
        return best
    length, depth = reversed(room) if runs_down else room
    step = _rows(nodes, layout, runs_down, layout.layers, cards)[0].least / layout.layers
    rows = layout.reach[1] - layout.reach[0] + 1
    most = [int(length / LEAST / step), int(depth / LEAST / _lane(nodes, runs_down, cards))]
    raise StoryreelError(
        f"the graph is too large to be read: its {len(nodes)} nodes take {layout.layers} layers and"
        f" {math.ceil(rows)} rows; there is room for about {most[0]} layers and {most[1]} rows, so"
        " `fold` some of its formulas"
    )


def _cuts(nodes: Mapping[str, DrawnNode], layout: Layout) -> list[int]:
    """The numbers of layers after which one edge alone leads on."""
    spans = [
        (layout.places[source][0], layout.places[name][0]) for name in nodes for source in nodes[name].inputs
    ]
    return [cut for cut in range(1, layout.layers) if sum(low < cut <= high for low, high in spans) == 1]


def _depth(cards: int) -> float:
    return CARD * (cards - 1)


def _rows(
    nodes: Mapping[str, DrawnNode], layout: Layout, runs_down: bool, cut: int, cards: int
) -> list[_Row]:
    """The picture's rows, of which the first has `cut` layers."""
    word = max((LETTER * len(node.name) for node in nodes.values() if node.is_named), default=0.0)
    signs = _signs(nodes, layout)
    own = (2 * RADIUS if runs_down else max(2 * HALF_WIDTH, word)) + _depth(cards)
    steps = [own + (TOUCH + 2 * (SIGN if runs_down else sign)) for sign in signs]
    rows = []
    for layers in (range(cut), range(cut, layout.layers)):
        offsets = [offset for layer, offset in layout.places.values() if layer in layers]
        offsets += [offset for way in layout.ways.values() for layer, offset in way if layer in layers]
        if not offsets:
            continue
        before = steps[cut] - own / 2 + AROUND if layers.start else own / 2
        after = own / 2 + (AROUND if layers.stop < layout.layers else 0.0)
        middle = (min(offsets) + max(offsets)) / 2
        lanes = max(offsets) - min(offsets) + 1
        rows.append(_Row(before, tuple(steps[layer] for layer in layers[1:]), after, middle, lanes))
    return rows


def _signs(nodes: Mapping[str, DrawnNode], layout: Layout) -> list[float]:
    signs = [0.0] * layout.layers
    for name, node in nodes.items():
        layer, _ = layout.places[name]
        signs[layer] = max(signs[layer], half_sign(node.sign) if node.sign else 0.0)
    return signs


def _lane(nodes: Mapping[str, DrawnNode], runs_down: bool, cards: int) -> float:
    """The least distance of two nodes of a layer."""
    if not runs_down:
        return OVER + 2 * RADIUS + UNDER + 2 * _depth(cards)  # of a gradient, and of the node below
    word = max((LETTER * len(node.name) for node in nodes.values() if node.is_named), default=0.0)
    sign = max((half_sign(node.sign) for node in nodes.values()), default=0.0)
    # A sign is above its node, and so above the name and the gradient beside that.
    return max(max(BESIDE, word) + HALF_WIDTH, sign + TOUCH) + max(
        HALF_WIDTH + BEHIND + _depth(cards), sign + TOUCH
    )


def _in_rows(
    nodes: Mapping[str, DrawnNode], layout: Layout, room: Room, runs_down: bool, cut: int, cards: int
) -> GraphRoom:
    """The picture with `cut` layers in its first row, at any scale."""
    rows, lane = _rows(nodes, layout, runs_down, cut, cards), _lane(nodes, runs_down, cards)
    length, depth = reversed(room) if runs_down else room
    lanes, between = sum(row.lanes for row in rows), CORRIDOR * (len(rows) - 1)
    least = max(row.least for row in rows)
    scale = min(LARGEST, length / least, depth / (lane * lanes + between))
    apart = min(MOST_APART, (depth / scale - between) / (lane * lanes)) * lane * scale
    along: list[float] = []
    over: list[float] = []
    top = -(apart * lanes + scale * between) / 2
    corridor = top + apart * rows[0].lanes + scale * between / 2
    for row in rows:
        spare = (length / scale - row.least) / max(1, len(row.steps)) + SHORTEST
        gap = min(LONGEST / scale, spare)
        ends = [scale * each for each in accumulate((step + gap for step in row.steps), initial=0.0)]
        first = scale * (row.before - row.after) / 2 - ends[-1] / 2
        along += [first + end for end in ends]
        over += [top + apart * row.lanes / 2 - row.middle * apart] * len(ends)
        top += apart * row.lanes + scale * between
    signs = tuple(_signs(nodes, layout))
    places = tuple(along), tuple(over)
    return GraphRoom(nodes, layout, scale, runs_down, *places, apart, signs, cut, corridor, cards)


def half_sign(sign: str) -> float:
    """Half the length of an operation's sign in Typst maths, about as long as it will be."""
    letters = sum(len(found[1] or found[2] or found[3] or "x") for found in _WORD.finditer(sign))
    return max(SIGN, 0.14 + 0.5 * LETTER * letters)
