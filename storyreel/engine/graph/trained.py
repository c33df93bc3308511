"""A graph with parameters that are trained."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from storyreel.core.arrays import Array, frozen
from storyreel.engine.graph.drawn import given_kind
from storyreel.engine.graph.graph import Graph
from storyreel.engine.graph.model import Model, Reduction
from storyreel.engine.graph.trace import numbered


@dataclass(frozen=True, eq=False)
class GraphModel(Model):
    """The output of a graph as a function of some of the `given` values, those called `trained_nodes`.

    The `inputs` of an example are the numbers of the given values called `columns`, one behind the other; it
    has no `targets` besides them.
    """

    graph: Graph
    given: Mapping[str, Array]
    trained_nodes: tuple[str, ...]
    columns: tuple[str, ...] = ()
    l2: float = 0.0
    reduction: Reduction = "mean"

    @cached_property
    def names(self) -> Container[str]:
        """The names of its nodes."""
        return {node.name for node in self.graph.nodes}

    @cached_property
    def parameter_names(self) -> tuple[str, ...]:
        """The names of all numbers that are trained: `w`, `v[0]`, `W[1,0]`."""
        return tuple(name for node in self.trained_nodes for name in numbered(node, self.given[node]))

    @cached_property
    def parameters(self) -> Array:
        """All of them in one vector."""
        return self._flat(self.given)

    @cached_property
    def is_weight(self) -> NDArray[np.bool_]:
        """For each of `parameters`, whether it is not a bias: one whose name begins with b."""
        are_weights = [
            np.full(self.given[node].size, given_kind(node) != "bias") for node in self.trained_nodes
        ]
        return np.concatenate([np.empty(0, dtype=np.bool_), *are_weights])

    @cached_property
    def is_trained(self) -> NDArray[np.bool_]:
        """True for each of `parameters`: what is not trained is no parameter of a graph."""
        return np.ones(len(self.parameter_names), dtype=np.bool_)

    def with_parameters(self, parameters: Array) -> Self:
        """This graph with other parameters, in their order."""
        return replace(self, given={**self.given, **self._split(parameters, self.trained_nodes)})

    def of_example(self, row: Array) -> dict[str, Array]:
        """What the graph is given for an example with these numbers, (inputs,)."""
        return {**self.given, **self._split(row, self.columns)}

    def example_losses(self, inputs: Array, targets: Array) -> Array:
        """The output for each example: (examples,)."""
        outputs = (self.graph.forward(self.of_example(row))[self.graph.output] for row in inputs)
        return np.array([float(output) for output in outputs])

    def loss_gradient(self, inputs: Array, targets: Array) -> Array:
        """The mean of the output's gradients with respect to the parameters."""
        values = (self.graph.forward(self.of_example(row)) for row in inputs)
        gradients = [self._flat(self.graph.backward(each).of) for each in values]
        mean: Array = np.mean(gradients, axis=0)
        return mean

    def _flat(self, arrays: Mapping[str, Array]) -> Array:
        return np.concatenate([np.empty(0), *(np.ravel(arrays[node]) for node in self.trained_nodes)])

    def _split(self, numbers: Array, names: tuple[str, ...]) -> dict[str, Array]:
        found, end = dict[str, Array](), 0
        for name in names:
            start, end = end, end + self.given[name].size
            found[name] = frozen(numbers[start:end], 1).reshape(self.given[name].shape)
        return found
