"""A graph of operations, its forward pass and its backward pass.

graph = Graph((Node("x"), Node("y"), Node("f", PRIMITIVES["multiply"], ("x", "y"))), "f")
values = graph.forward({"x": 2.0, "y": 3.0})
graph.backward(values).of["x"]                3.0
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from storyreel.core.arrays import Array
from storyreel.engine.graph.primitive import Primitive, shape_text

_QUIET = np.errstate(all="ignore")  # a network that diverges has infinite numbers, not warnings

Values = Mapping[str, Array]


@dataclass(frozen=True)
class Node:
    """One value of a graph: what `primitive` computes from the nodes called `inputs`, in their order.

    A node without a primitive is given: an input, a parameter, a target.
    """

    name: str
    primitive: Primitive | None = None
    inputs: tuple[str, ...] = ()


class Edge(NamedTuple):
    """The edge to the node called `to`, as its input number `position`, counted from 0."""

    to: str
    position: int


@dataclass(frozen=True, eq=False)
class Gradients:
    """The result of a backward pass: of each node by name, the derivative of the output with respect to it.

    `along` has, for each edge, what comes back along it: a node's gradient is the sum over its edges.
    """

    of: dict[str, Array] = field(default_factory=dict)
    along: dict[Edge, Array] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Graph:
    """Nodes, each after its inputs; the one called `output` is what gradients are derivatives of.

    Raises ValueError if a name is there twice, an input not before the node that uses it, or no output.
    """

    nodes: tuple[Node, ...]
    output: str

    def __post_init__(self) -> None:
        before: set[str] = set()
        for node in self.nodes:
            if node.name in before:
                raise ValueError(f"there are two nodes called {node.name!r}")
            if missing := set(node.inputs) - before:
                raise ValueError(f"{node.name!r} uses {min(missing)!r}, which is not before it")
            before.add(node.name)
        if self.output not in before:
            raise ValueError(f"there is no node called {self.output!r}")

    @_QUIET
    def forward(self, given: Mapping[str, ArrayLike]) -> dict[str, Array]:
        """The value of every node, in order, for the values of those that are `given`.

        Raises KeyError if one is missing, ValueError if shapes do not fit.
        """
        values: dict[str, Array] = {}
        for node in self.nodes:
            if node.primitive is None:
                values[node.name] = np.asarray(given[node.name], np.float64)
            else:
                inputs = [values[name] for name in node.inputs]
                node.primitive.shape(*(each.shape for each in inputs))
                values[node.name] = np.asarray(node.primitive.forward(*inputs), np.float64)
        return values

    @_QUIET
    def backward(self, values: Values) -> Gradients:
        """The backward pass: the chain rule from the output to the given nodes, one node at a time.

        Each node passes its gradient on to its inputs, times the local derivatives. Where several edges leave
        a node, the gradients that come back along them add up. That is all there is to backpropagation.
        Raises ValueError if the output is not a single number.
        """
        if values[self.output].shape:
            raise ValueError(f"{self.output!r} is {shape_text(values[self.output].shape)}, not one number")
        gradients = Gradients({self.output: np.ones(())})
        of = gradients.of
        for node in reversed(self.nodes):
            upstream = of.setdefault(node.name, np.zeros(values[node.name].shape))
            if node.primitive is None:
                continue
            inputs = [values[name] for name in node.inputs]
            passed_on = node.primitive.vjp(upstream, values[node.name], *inputs)
            for position, (name, gradient) in enumerate(zip(node.inputs, passed_on, strict=True)):
                gradients.along[Edge(node.name, position)] = np.asarray(gradient)
                of[name] = np.asarray(of[name] + gradient if name in of else gradient)
        return gradients
