"""A layout of a graph in layers, with few crossings and straight edges: pure numbers.

    layout = layout_of({"x": (), "y": (), "z": (), "q": ("x", "y"), "f": ("q", "z")})
    layout.places["f"]                              (2, 0.0): in layer 2, in the middle
    layout.ways[Edge("f", 0)]                       (): no layer between

This is the method of Sugiyama, Tagawa and Toda: layers by the longest path, sweeps that order each layer by
the barycentres of its neighbours, and then places that are near the neighbours' mean.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from storyreel.engine.graph.graph import Edge

SWEEPS, PASSES = 12, 16
"""How often the order is swept, and the places are moved."""
BETWEEN_NODES, BESIDE_WAY, BETWEEN_WAYS = 1.0, 0.62, 0.3
"""The least distance of two nodes of a layer, of an edge that passes a node, and of two edges that pass."""

Place = tuple[int, float]
"""A layer, counted from 0, and how far below its middle something is, in distances of nodes."""
Passing = tuple[Edge, int]
"""An edge where it passes a layer."""
Vertex = str | Passing


@dataclass(frozen=True)
class Layout:
    """The `places` of nodes by name, and the `ways` of edges: their places in the layers that they pass."""

    places: Mapping[str, Place]
    ways: Mapping[Edge, tuple[Place, ...]]

    @property
    def layers(self) -> int:
        """How many layers there are."""
        return 1 + max(layer for layer, _ in self.places.values())

    @property
    def reach(self) -> tuple[float, float]:
        """The least and the largest distance of a node or an edge from the middle."""
        passing = [offset for way in self.ways.values() for _, offset in way]
        nodes = [offset for _, offset in self.places.values()]
        return min(nodes + passing), max(nodes + passing)


def layout_of(inputs: Mapping[str, Sequence[str]]) -> Layout:
    """The layout of nodes by name, each after its inputs. What is given stands one layer before its use."""
    layers = _layers(inputs)
    columns: list[list[Vertex]] = [[] for _ in range(1 + max(layers.values()))]
    links: list[tuple[Vertex, Vertex]] = []
    for name in _depth_first(inputs):
        columns[layers[name]].append(name)
        for position, source in enumerate(inputs[name]):
            edge, before = Edge(name, position), source
            chain: list[Vertex] = [before]
            for layer in range(layers[source] + 1, layers[name]):
                columns[layer].append((edge, layer))
                chain.append((edge, layer))
            links += pairwise([*chain, name])
    ordered = _ordered(columns, links)
    offsets = _offsets(ordered, links)
    places = {name: (layers[name], offsets[name]) for name in inputs}
    ways = {
        Edge(name, position): tuple(
            (layer, offsets[Edge(name, position), layer]) for layer in range(layers[source] + 1, layers[name])
        )
        for name, sources in inputs.items()
        for position, source in enumerate(sources)
    }
    return Layout(places, ways)


def _layers(inputs: Mapping[str, Sequence[str]]) -> dict[str, int]:
    layers: dict[str, int] = {}
    for name, sources in inputs.items():
        layers[name] = 1 + max((layers[source] for source in sources), default=-1)
    for name, sources in inputs.items():
        users = [layers[user] for user, its in inputs.items() if name in its]
        if not sources and users:
            layers[name] = min(users) - 1
    return layers


def _depth_first(inputs: Mapping[str, Sequence[str]]) -> list[str]:
    """The names so that what belongs together is together: each after its inputs, from the last one on."""
    found: dict[str, None] = {}

    def visit(name: str) -> None:
        if name not in found:
            for source in inputs[name]:
                visit(source)
            found[name] = None

    for name in reversed(list(inputs)):
        visit(name)
    return list(found)


def _ordered(columns: list[list[Vertex]], links: Sequence[tuple[Vertex, Vertex]]) -> list[list[Vertex]]:
    """The columns in an order with few crossings."""
    before: dict[Vertex, list[Vertex]] = {vertex: [] for column in columns for vertex in column}
    after: dict[Vertex, list[Vertex]] = {vertex: [] for vertex in before}
    for source, sink in links:
        before[sink].append(source)
        after[source].append(sink)
    columns = [list(column) for column in columns]
    best, fewest = [list(column) for column in columns], crossings(columns, links)
    for sweep in range(SWEEPS):
        forward = sweep % 2 == 1
        neighbours = before if forward else after
        for number in range(len(columns)) if forward else reversed(range(len(columns))):
            at = {vertex: place for column in columns for place, vertex in enumerate(column)}

            means = {
                vertex: _mean(at[one] for one in neighbours[vertex] or [vertex]) for vertex in columns[number]
            }
            columns[number].sort(key=means.__getitem__)
        _exchange(columns, links)
        if (count := crossings(columns, links)) < fewest:
            best, fewest = [list(column) for column in columns], count
    return best


def _exchange(columns: list[list[Vertex]], links: Sequence[tuple[Vertex, Vertex]]) -> None:
    """Exchange neighbours of a layer where that leaves fewer crossings."""
    fewest = crossings(columns, links)
    for column in columns:
        for place in range(len(column) - 1):
            column[place : place + 2] = reversed(column[place : place + 2])
            count = crossings(columns, links)
            if count < fewest:
                fewest = count
            else:
                column[place : place + 2] = reversed(column[place : place + 2])


def crossings(columns: Sequence[Sequence[Vertex]], links: Sequence[tuple[Vertex, Vertex]]) -> int:
    """How many pairs of edges cross between neighbouring layers."""
    at = {vertex: (n, place) for n, column in enumerate(columns) for place, vertex in enumerate(column)}
    of_layer: dict[int, list[tuple[int, int]]] = {}
    for source, sink in links:
        of_layer.setdefault(at[source][0], []).append((at[source][1], at[sink][1]))
    return sum(
        (a - c) * (b - d) < 0
        for ends in of_layer.values()
        for number, (a, b) in enumerate(ends)
        for c, d in ends[:number]
    )


def _offsets(columns: list[list[Vertex]], links: Sequence[tuple[Vertex, Vertex]]) -> dict[Vertex, float]:
    """How far below the middle each vertex is: near its neighbours' mean, clear of others."""
    before: dict[Vertex, list[Vertex]] = {vertex: [] for column in columns for vertex in column}
    after: dict[Vertex, list[Vertex]] = {vertex: [] for vertex in before}
    for source, sink in links:
        before[sink].append(source)
        after[source].append(sink)
    offsets: dict[Vertex, float] = {}
    for column in columns:
        offsets |= dict(zip(column, _apart(column, [0.0] * len(column)), strict=True))
    for number in range(PASSES):  # the last one is forward, so that what has one input is level with it
        forward = number % 2 == 1
        for column in columns if forward else reversed(columns):
            wanted = [
                _mean(offsets[one] for one in near) if near else offsets[vertex]
                for vertex in column
                for near in [(before[vertex] or after[vertex]) if forward else after[vertex]]
            ]
            offsets |= dict(zip(column, _apart(column, wanted), strict=True))
    low, high = min(offsets.values()), max(offsets.values())
    return {vertex: round(offset - (low + high) / 2, 6) for vertex, offset in offsets.items()}


def _apart(column: Sequence[Vertex], wanted: Sequence[float]) -> list[float]:
    """The offsets nearest to those that are wanted, by least squares, with the least distances between them.

    Less the distances, these are means of runs of neighbours (pool adjacent violators).
    """
    shift, shifts = 0.0, [0.0]
    for one, other in pairwise(column):
        shift += _distance(one, other)
        shifts.append(shift)
    runs: list[tuple[float, int]] = []
    for offset, by in zip(wanted, shifts, strict=True):
        mean, count = offset - by, 1
        while runs and runs[-1][0] > mean:
            other_mean, other_count = runs.pop()
            mean = (mean * count + other_mean * other_count) / (count + other_count)
            count += other_count
        runs.append((mean, count))
    means = [mean for mean, count in runs for _ in range(count)]
    return [mean + by for mean, by in zip(means, shifts, strict=True)]


def _mean(values: Iterable[float]) -> float:
    found = list(values)
    return sum(found) / len(found)


def _distance(one: Vertex, other: Vertex) -> float:
    nodes = isinstance(one, str) + isinstance(other, str)
    return (BETWEEN_WAYS, BESIDE_WAY, BETWEEN_NODES)[nodes]
