"""A graph of operations, its forward pass and its backward pass.

graph = Graph((Node("x"), Node("y"), Node("f", PRIMITIVES["multiply"], ("x", "y"))), "f")
values = graph.forward({"x": 2.0, "y": 3.0})
graph.backward(values).of["x"]                3.0

There is no other forward or backward pass in Python: networks of layers, the cost over many sets of weights,
and calculations by hand with rounded numbers are passes of this graph.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from storyreel.core.arrays import Array
from storyreel.engine.graph.primitive import Apart, Primitive, Shape, shape_text

_QUIET = np.errstate(all="ignore")  # a network that diverges has infinite numbers, not warnings

Values = Mapping[str, Array]
Replace = Callable[[str, Array], Array]
"""What is used in place of a node's value, or of its gradient, from the name of the node and that."""


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


_ToInput = tuple[str, Edge]
_Forward = tuple[str, Callable[..., Array], tuple[str, ...]]
_Backward = tuple[str, Callable[..., Sequence[Array]], tuple[str, ...], list[_ToInput]]


@dataclass(frozen=True, eq=False)
class NodeGradients:
    """The result of a backward pass: of each node by name, the derivative of the output with respect to it.

    `along` has, for each edge, what comes back along it: a node's gradient is the sum over its edges.
    """

    of: dict[str, Array] = field(default_factory=dict)
    along: dict[Edge, Array] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Graph:
    """Nodes, each after its inputs; the one called `output` is what gradients are derivatives of.

    Gradients of the given nodes called `fixed` are not wanted, and are left out where that saves work. Raises
    ValueError if a name is there twice, an input not before the node that uses it, or no output.
    """

    nodes: tuple[Node, ...]
    output: str
    fixed: frozenset[str] = frozenset()

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
    def forward(self, given: Mapping[str, ArrayLike], replace: Replace | None = None) -> dict[str, Array]:
        """The value of every node for the values of those that are `given`, which are not computed again.

        Shapes are those of the operations, or have axes before them that NumPy broadcasts: (sets, 3, 2) is a
        3×2 matrix for each of several sets of numbers. `shapes` checks them. With `replace`, what this makes
        of a computed value is used in its place. Raises KeyError if a value is missing.
        """
        values = {
            name: value if type(value) is np.ndarray else np.asarray(value, np.float64)
            for name, value in given.items()
        }
        for name, operation, inputs in self._computed:
            if name not in values:
                value = operation(*[values[each] for each in inputs])
                values[name] = value if replace is None else replace(name, value)
        return values

    @_QUIET
    def backward(
        self, values: Values, upstream: Array | None = None, replace: Replace | None = None
    ) -> NodeGradients:
        """The backward pass: the chain rule from the output to the given nodes, one node at a time.

        Each node passes its gradient on to its inputs, times the local derivatives. Where several edges leave
        a node, the gradients that come back along them add up. That is all there is to backpropagation.
        It begins with 1 at the output, or with `upstream` at each element of it, whose value may be missing
        if its derivatives do without, as those of a loss. With `replace`, what this makes of a gradient is
        used in its place. Raises ValueError if it begins with 1 at an array.
        """
        if upstream is None:
            upstream = np.ones(())
            if shape := values[self.output].shape:
                raise ValueError(f"{self.output!r} is {shape_text(shape)}, not one number")
        of: dict[str, Array] = {self.output: upstream}
        along: dict[Edge, Array] = {}
        for name, vjp, inputs, edges in self._backward:
            if replace is not None:
                of[name] = replace(name, of[name])
            passed_on = vjp(of[name], values.get(name), *[values[each] for each in inputs])
            for (other, edge), part in zip(edges, passed_on, strict=True):
                along[edge] = part
                of[other] = of[other] + part if other in of else part
        for name, edges in self._rest:
            if name not in of:
                of[name] = np.zeros(values[name].shape)
            if replace is not None:
                of[name] = replace(name, of[name])
            for other, edge in edges:
                along[edge] = np.zeros(values[other].shape)
        return NodeGradients(of, along)

    @cached_property
    def _computed(self) -> list[_Forward]:
        nodes = ((node.name, node.primitive, node.inputs) for node in self.nodes)
        return [(name, primitive.forward, inputs) for name, primitive, inputs in nodes if primitive]

    @cached_property
    def _backward(self) -> list[_Backward]:
        """The steps of the backward pass: the nodes that the output depends on, but for the given ones."""
        steps: list[_Backward] = []
        for node in reversed(self.up_to(self.output).nodes):
            if node.primitive:
                vjp, edges = node.primitive.vjp, self._edges(node)
                if isinstance(vjp, Apart):
                    wanted = [place for place, name in enumerate(node.inputs) if name not in self.fixed]
                    vjp, edges = vjp.only(wanted), [edges[place] for place in wanted]
                steps.append((node.name, vjp, node.inputs, edges))
        return steps

    @cached_property
    def _rest(self) -> list[tuple[str, list[_ToInput]]]:
        """The nodes that pass nothing back: the given ones, and those that the output does not depend on."""
        passing = {name for name, *_ in self._backward}
        rest = (node for node in self.nodes if node.name not in passing | self.fixed)
        return [(node.name, self._edges(node)) for node in rest]

    def _edges(self, node: Node) -> list[_ToInput]:
        return [(name, Edge(node.name, place)) for place, name in enumerate(node.inputs)]

    def up_to(self, name: str) -> "Graph":
        """The part of the graph that leads to a node, which is its output."""
        leading = {name}
        for node in reversed(self.nodes):
            if node.name in leading:
                leading.update(node.inputs)
        return Graph(tuple(node for node in self.nodes if node.name in leading), name, self.fixed)

    def shapes(self, given: Mapping[str, Shape]) -> dict[str, Shape]:
        """The shape of every node, for the shapes of those that are given.

        Raises KeyError if one is missing, ValueError if they do not fit.
        """
        shapes: dict[str, Shape] = {}
        for node in self.nodes:
            inputs = [shapes[name] for name in node.inputs]
            shapes[node.name] = node.primitive.shape(*inputs) if node.primitive else given[node.name]
        return shapes
