"""A trace: one run of a graph, forward and backward, every node by name and every number of it.

    trace = GraphTrace(graph, {"x": -2, "y": 5, "z": -4})
    trace["q"].value, trace["q"].gradient           3.0, −4.0
    trace.number("grad.x")                          −4.0

A part of a formula is a node, too, but its numbers have no names.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from storyreel.core.arrays import Array
from storyreel.engine.graph.graph import Edge, Graph
from storyreel.engine.graph.primitive import Primitive
from storyreel.engine.operation import GRADIENT

_ELEMENT = re.compile(r"(.+?)\[(\d{1,9}(?:,\d{1,9})*)\]")


@dataclass(frozen=True, eq=False)
class TracedNode:
    """A node with what it came to: its value and its gradient, arrays of one shape.

    `formula` is that of the value in terms of the `inputs`, "" for a given node, and `slopes` are those of
    the local derivatives, none for arrays (see `Primitive`). `passed_back` is what comes back along each
    edge that leaves the node; the gradient is its sum.
    """

    name: str
    primitive: Primitive | None
    inputs: tuple[str, ...]
    value: Array
    gradient: Array
    formula: str
    slopes: tuple[str, ...]
    passed_back: Mapping[Edge, Array]


class GraphTrace(Mapping[str, TracedNode]):
    """The trace of a graph for `given` values: a mapping from names to nodes, in order.

    Raises as `Graph.forward` and `Graph.backward`.
    """

    def __init__(self, graph: Graph, given: Mapping[str, ArrayLike]) -> None:
        self.graph = graph
        arrays = {name: np.asarray(value, np.float64) for name, value in given.items()}
        graph.shapes({name: value.shape for name, value in arrays.items()})
        values = graph.forward(arrays)
        self.values_by_name = {node.name: np.asarray(values[node.name]) for node in graph.nodes}
        self.gradients = graph.backward(self.values_by_name)
        self._nodes = {node.name: node for node in graph.nodes}

    @cached_property
    def numbers(self) -> tuple[str, ...]:
        """The names of all numbers that a formula names, without their gradients: `q`, `v[0]`, `W[1,0]`."""
        named = ((name, value) for name, value in self.values_by_name.items() if "/" not in name)
        return tuple(one for name, value in named for one in numbered(name, value))

    def number(self, name: str) -> float:
        """The number called `name`, such as `q` or `W[1,0]`, or its gradient, `grad.q`; KeyError if none."""
        arrays = self.gradients.of if name.startswith(GRADIENT) else self.values_by_name
        name = name.removeprefix(GRADIENT)
        if "/" in name:
            raise KeyError(name)
        if name in arrays and not arrays[name].shape:
            return float(arrays[name])
        found = _ELEMENT.fullmatch(name)
        index = tuple(map(int, found[2].split(","))) if found else ()
        if found is None or len(index) != arrays[found[1]].ndim:
            raise KeyError(name)
        try:
            return float(arrays[found[1]][index])
        except IndexError:
            raise KeyError(name) from None

    def __getitem__(self, name: str) -> TracedNode:
        node, primitive = self._nodes[name], self._nodes[name].primitive
        inputs = [self.values_by_name[each] for each in node.inputs]
        edges = [
            Edge(other.name, place) for other in self.graph.nodes for place in _places(name, other.inputs)
        ]
        return TracedNode(
            name,
            primitive,
            node.inputs,
            self.values_by_name[name],
            self.gradients.of[name],
            formula=primitive.formula(*inputs) if primitive else "",
            slopes=tuple(primitive.slopes(*inputs)) if primitive else (),
            passed_back={edge: self.gradients.along[edge] for edge in edges},
        )

    def __iter__(self) -> Iterator[str]:
        return iter(self._nodes)

    def __len__(self) -> int:
        return len(self._nodes)


def _places(name: str, inputs: tuple[str, ...]) -> list[int]:
    return [place for place, each in enumerate(inputs) if each == name]


def numbered(name: str, value: Array) -> list[str]:
    """The names of the numbers of a node: `q`, or `W[0,0]`, `W[0,1]`, … for an array."""
    if not value.shape:
        return [name]
    return [f"{name}[{','.join(map(str, index))}]" for index in np.ndindex(value.shape)]
