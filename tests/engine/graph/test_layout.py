"""Layouts of graphs: layers, crossings and distances, on graphs small enough to be laid out by hand."""

from collections.abc import Mapping, Sequence
from itertools import combinations, pairwise

import pytest
from helpers.random_graphs import random_graph

from storyreel.engine.graph.builder import graph_of
from storyreel.engine.graph.drawn import drawn_nodes
from storyreel.engine.graph.graph import Edge
from storyreel.engine.graph.layout import (
    BESIDE_WAY,
    BETWEEN_NODES,
    BETWEEN_WAYS,
    Layout,
    Place,
    crossings,
    layout_of,
)

CIRCUIT = {"x": (), "y": (), "z": (), "q": ("x", "y"), "f": ("q", "z")}
TWICE = {"x": (), "y": (), "a": ("x", "y"), "b": ("x",), "f": ("a", "b")}
RESIDUAL = {"x": (), "w": (), "h": ("x", "w"), "r": ("h",), "s": ("r", "x")}
TWISTED = {"a": (), "b": (), "c": (), "p": ("c",), "q": ("b",), "r": ("a",), "f": ("p", "q", "r")}
NEURON: Mapping[str, Sequence[str]] = {
    **{"w0": (), "x0": (), "w1": (), "x1": (), "w2": ()},
    **{"a": ("w0", "x0"), "b": ("w1", "x1"), "c": ("a", "b"), "z": ("c", "w2"), "n": ("z",), "e": ("n",)},
}


def ways(inputs: Mapping[str, Sequence[str]], layout: Layout) -> list[list[Place]]:
    """The places of each edge, with those of its ends."""
    edges = [(name, position, source) for name in inputs for position, source in enumerate(inputs[name])]
    return [
        [layout.places[source], *layout.ways[Edge(name, position)], layout.places[name]]
        for name, position, source in edges
    ]


def crossed(inputs: Mapping[str, Sequence[str]], layout: Layout) -> int:
    """How many pairs of edges cross, by where they are on both sides of each gap."""
    steps = [step for way in ways(inputs, layout) for step in pairwise(way)]
    return sum(
        a[0] == c[0] and (a[1] - c[1]) * (b[1] - d[1]) < 0 for (a, b), (c, d) in combinations(steps, 2)
    )


@pytest.mark.parametrize("inputs", [CIRCUIT, TWICE, RESIDUAL, TWISTED, NEURON])
def test_small_graphs_have_no_crossings(inputs: Mapping[str, Sequence[str]]) -> None:
    assert crossed(inputs, layout_of(inputs)) == 0


def test_layers_are_by_the_longest_path_and_what_is_given_is_before_its_use() -> None:
    layers = {name: layer for name, (layer, _) in layout_of(CIRCUIT).places.items()}
    assert layers == {"x": 0, "y": 0, "z": 1, "q": 1, "f": 2}
    layers = {name: layer for name, (layer, _) in layout_of(RESIDUAL).places.items()}
    assert layers == {"x": 0, "w": 0, "h": 1, "r": 2, "s": 3}


def test_an_edge_that_passes_layers_has_a_place_in_each() -> None:
    layout = layout_of(RESIDUAL)
    assert [layer for layer, _ in layout.ways[Edge("s", 1)]] == [1, 2]
    assert layout.ways[Edge("h", 0)] == ()


def test_what_has_one_input_is_level_with_it() -> None:
    places = layout_of(NEURON).places
    assert places["z"][1] == places["n"][1] == places["e"][1]
    assert places["a"][1] == pytest.approx((places["w0"][1] + places["x0"][1]) / 2)


@pytest.mark.parametrize("seed", range(40))
def test_nothing_overlaps_in_random_graphs(seed: int) -> None:
    made = random_graph(seed)
    given = {name: () if isinstance(value, float) else _shape(value) for name, value in made.given.items()}
    nodes = drawn_nodes(graph_of(given, made.formulas))
    inputs = {name: node.inputs for name, node in nodes.items()}
    layout = layout_of(inputs)
    layers: dict[int, list[tuple[float, bool]]] = {}
    for layer, offset in layout.places.values():
        layers.setdefault(layer, []).append((offset, True))
    for layer, offset in (place for way in layout.ways.values() for place in way):
        layers.setdefault(layer, []).append((offset, False))
    for places in layers.values():
        for (low, one), (high, other) in pairwise(sorted(places)):
            assert high - low >= (BETWEEN_WAYS, BESIDE_WAY, BETWEEN_NODES)[one + other] - 1e-5
    assert all(b[0] == a[0] + 1 for way in ways(inputs, layout) for a, b in pairwise(way))


def test_crossings_are_counted() -> None:
    columns = [["a", "b"], ["c", "d"]]
    assert crossings(columns, [("a", "d"), ("b", "c")]) == 1
    assert crossings(columns, [("a", "c"), ("b", "d"), ("a", "d")]) == 0


def _shape(value: list[object]) -> tuple[int, ...]:
    first = value[0]
    return (len(value), *(_shape(first) if isinstance(first, list) else ()))
