"""All ways from a number of a graph to its output: along each, the chain rule multiplies local derivatives.

ways = Ways(experiment, "x")        of {a: x * y, b: x^2, f: a + b}
ways.links                          x → a → f, x → b → f
ways.products                       2.0, 6.0
ways.sum.value                      8.0, the gradient of x
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from storyreel.core.errors import StoryreelError
from storyreel.engine.equations.calculation import (
    CHAIN,
    CHAIN_BY_SUMS,
    Calculation,
    calculation_of,
)
from storyreel.engine.graph.calculation import local_name, slope_of
from storyreel.engine.graph.drawn import formula_of
from storyreel.engine.graph.experiment import AnyExperiment, GraphExperiment
from storyreel.engine.graph.graph import Edge
from storyreel.engine.graph.neurons import neurons_after
from storyreel.engine.graph.primitive import shape_text
from storyreel.engine.operation import GRADIENT
from storyreel.engine.weight_path import SeveralWays, WeightPath

MOST_WAYS, MOST_FACTORS = 4, 9
"""The most ways that can be read, and the most local derivatives on all of them together."""
WAY = "way "
"""The first word of the name of the product along a way: `way 1 of x`."""


@dataclass(frozen=True)
class Link:
    """A step of a way: the `edge` from the node `source`, with the local derivative there.

    `symbol` is how it is written: as the formula of the local derivative, with names in its slots, where the
    fraction ∂`to`/∂`source` would be ambiguous; else "".
    """

    source: str
    edge: Edge
    derivative: float
    symbol: str

    @property
    def name(self) -> str:
        """The name by which the notation knows its number."""
        return local_name(self.edge.to, self.source)


class Ways:
    """The ways from the node `start` to the output of a graph, in the order of the graph's nodes.

    Raises StoryreelError where there is none, an array is on one of them, or they are too many or too long to
    be read.
    """

    def __init__(self, experiment: GraphExperiment, start: str) -> None:
        self.experiment, self.trace, self.start = experiment, experiment.trace, start
        self.output = experiment.graph.output
        self._edges = {name: list(self.trace[name].passed_back) for name in self.trace}
        count = self._counts()
        if start == self.output:
            raise StoryreelError(f"`{start}` is the output itself; ways lead to it from other numbers")
        if not count[start]:
            raise StoryreelError(f"no way leads from `{start}` to `{self.output}`")
        if count[start] > MOST_WAYS:
            raise StoryreelError(
                f"{count[start]} ways lead from `{start}` to `{self.output}`; the chain rule is shown for up"
                f" to {MOST_WAYS}, as of a number nearer to the output"
            )
        edges = list(self._found(start))
        self._require_numbers(edges)
        if (factors := sum(map(len, edges))) > MOST_FACTORS:
            raise StoryreelError(
                f"the {f'{len(edges)} ways' if len(edges) > 1 else 'way'} from `{start}` to `{self.output}`"
                f" {'have' if len(edges) > 1 else 'has'} {factors} local derivatives; the chain rule is shown"
                f" for up to {MOST_FACTORS}, as of a number nearer to the output"
            )
        self.links = tuple(tuple(self._links(way)) for way in edges)

    def _counts(self) -> dict[str, int]:
        """The number of ways from each node to the output."""
        counts = dict.fromkeys(self.trace, 0)
        counts[self.output] = 1
        for name in reversed(list(self.trace)):
            counts[name] += sum(counts[edge.to] for edge in self._edges[name])
        self._count = counts
        return counts

    def _found(self, name: str) -> Iterator[tuple[Edge, ...]]:
        if name == self.output:
            yield ()
        for edge in self._edges[name] if name != self.output else ():
            if self._count[edge.to]:
                yield from ((edge, *rest) for rest in self._found(edge.to))

    def _require_numbers(self, ways: list[tuple[Edge, ...]]) -> None:
        for name in (self.start, *(edge.to for way in ways for edge in way)):
            if shape := self.trace[name].value.shape:
                raise StoryreelError(
                    f"`{formula_of(name)}` is {shape_text(shape)}, and the local derivatives of arrays are"
                    " matrices; the chain rule is shown for single numbers"
                )

    def _links(self, way: tuple[Edge, ...]) -> Iterator[Link]:
        source = self.start
        for edge in way:
            node = self.trace[edge.to]
            inputs = [self.trace[name].value for name in node.inputs]
            assert node.primitive is not None  # as an edge leads to it
            derivative = float(node.primitive.vjp(np.ones(()), node.value, *inputs)[edge.position])
            yield Link(source, edge, derivative, self._symbol(source, edge))
            source = edge.to

    def _symbol(self, source: str, edge: Edge) -> str:
        """The formula of a local derivative, if the fraction could mean another one: where a node has no name
        of its own, or other ways lead between the same two nodes."""
        is_named = "/" not in source + edge.to
        if is_named and self._ways_between(source, edge.to) == 1:
            return ""
        return slope_of(self.trace, edge) or ""

    def _ways_between(self, source: str, to: str) -> int:
        counts = dict.fromkeys(self.trace, 0)
        counts[source] = 1
        for name in self.trace:
            counts[name] += sum(counts[each] for each in self.trace[name].inputs)
        return counts[to]

    @cached_property
    def edges(self) -> tuple[Edge, ...]:
        """All edges of all ways, each once."""
        return tuple(dict.fromkeys(link.edge for way in self.links for link in way))

    @cached_property
    def products(self) -> tuple[Calculation, ...]:
        """The product of the local derivatives along each way; of an only way it is the gradient."""
        found = tuple(map(self._product, range(len(self.links))))
        return found if len(found) > 1 else (replace(found[0], name=GRADIENT + self.start),)

    def _product(self, number: int) -> Calculation:
        links = self.links[number]
        numbers = tuple(link.derivative for link in links)
        formula = " times ".join(f"{{{place}}}" for place in range(len(links)))
        name = f"{WAY}{number + 1} of {self.start}"
        names = tuple(link.name for link in links)
        return Calculation(name, math.prod(numbers), formula, names, numbers, len(links) == 1)

    @cached_property
    def sum(self) -> Calculation:
        """The gradient of the start, as the sum of the products."""
        names = tuple(each.name for each in self.products)
        formula = " + ".join(f"{{{place}}}" for place in range(len(names)))
        numbers = tuple(each.value for each in self.products)
        value = float(self.trace[self.start].gradient)
        return Calculation(GRADIENT + self.start, value, formula, names, numbers, len(names) == 1)

    @property
    def calculations(self) -> tuple[Calculation, ...]:
        """What is written of them: the product of each, and their sum if there are several."""
        return (*self.products, self.sum) if len(self.products) > 1 else self.products


def ways_to_show(experiment: AnyExperiment, start: str, pre_activations: bool = False) -> Ways | None:
    """The ways from a node of a graph, or from a weight or a bias of a network with layers if several lead
    from it to the loss; None where one leads there, which is a `WeightPath`.

    Raises StoryreelError as `Ways` and `WeightPath`.
    """
    if isinstance(experiment, GraphExperiment):
        return Ways(experiment, start)
    try:
        WeightPath(experiment.trace, start, pre_activations)
    except SeveralWays:
        graph = neurons_after(experiment.trace, start, pre_activations)
        return Ways(graph, graph.graph.nodes[0].name)
    return None


def chain_calculations(experiment: AnyExperiment, name: str) -> tuple[Calculation, ...]:
    """The equations of the chain rule for `chain of w1` or `chain by sums of w1`: one, or along several ways
    the product of each and their sum. Raises StoryreelError as `ways_to_show`."""
    is_by_sums = name.startswith(CHAIN_BY_SUMS)
    start = name.removeprefix(CHAIN_BY_SUMS if is_by_sums else CHAIN)
    ways = ways_to_show(experiment, start, is_by_sums)
    if ways is not None:
        return ways.calculations
    assert not isinstance(experiment, GraphExperiment)
    return (calculation_of(experiment, name),)
