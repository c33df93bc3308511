"""A graph with the values that a lesson explains it with, and how its parameters are trained.

The rest of the package is imported where there is a graph: most storyboards have none, and are read faster.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from storyreel.core.arrays import Array
from storyreel.engine.equations.notation import PLAIN, Notation
from storyreel.engine.experiment import Experiment
from storyreel.engine.graph.model import Reduction
from storyreel.engine.optimizers import GradientDescent, Optimizer
from storyreel.engine.trainable import Trainable

if TYPE_CHECKING:
    from storyreel.engine.graph.graph import Graph
    from storyreel.engine.graph.trace import GraphTrace
    from storyreel.engine.graph.trained import GraphModel


@dataclass(frozen=True, eq=False)
class GraphExperiment(Trainable["GraphModel", "GraphTrace"]):
    """What a lesson's `networks:` entry with a `graph` describes; its numbers are written in `notation`.

    Of the `given` values those called `parameters` are trained; without any the graph has no steps. The loss
    is its output. `data` has, by the names of other given values, an array with their value in each example.
    """

    name: str
    graph: "Graph"
    given: Mapping[str, Array] = field(repr=False)
    notation: Notation = PLAIN
    parameters: tuple[str, ...] = ()
    data: Mapping[str, Array] = field(default_factory=dict, repr=False)
    optimizer: Optimizer = field(default_factory=GradientDescent)
    l2: float = 0.0
    reduction: Reduction = "mean"
    batch_size: int | None = None
    seed: int = 0
    shuffle: bool = True

    @cached_property
    def model(self) -> "GraphModel":
        """The graph with its parameters."""
        from storyreel.engine.graph.trained import GraphModel

        columns = tuple(self.data)
        return GraphModel(self.graph, self.given, self.parameters, columns, self.l2, self.reduction)

    def trace_of(self, model: "GraphModel", row: int | None = None) -> "GraphTrace":
        """The graph for its given values, or for those of an example of the data, forward and backward."""
        from storyreel.engine.graph.trace import GraphTrace

        in_focus = {**model.given, **{name: self.given[name] for name in self.data}}
        return GraphTrace(self.graph, in_focus if row is None else model.of_example(self.examples[0][row]))

    def focused(self, example: int) -> "GraphExperiment":
        """The same with another example of the data in focus, counted from 0; IndexError if there is none.

        Both have the same training, whose steps are computed once.
        """
        if example >= self.data_rows:
            raise IndexError(f"there is no example data[{example}]")
        twin = replace(
            self, given={**self.given, **{name: rows[example] for name, rows in self.data.items()}}
        )
        if self.parameters:
            twin.__dict__["_history"] = self._history
        return twin

    def with_focus_of(self, other: "GraphExperiment") -> "GraphExperiment":
        """The same with the example in focus that another one of the same data has."""
        example = other.example_in_focus
        return self if example is None else self.focused(example)

    def stepped(self, steps: int) -> "GraphExperiment":
        """The same with the parameters that it has after so many steps of training."""
        trained = self.run(steps).networks[steps].given
        return replace(self, given={**self.given, **{name: trained[name] for name in self.parameters}})

    @property
    def example_in_focus(self) -> int | None:
        """The number of the example of the data that is in focus, from 0; None if that is none of them."""
        for row in range(self.data_rows):
            if all(np.array_equal(self.given[name], rows[row]) for name, rows in self.data.items()):
                return row
        return None

    @property
    def data_rows(self) -> int:
        """The number of examples in the data; 0 without data."""
        return len(next(iter(self.data.values()))) if self.data else 0

    @cached_property
    def examples(self) -> tuple[Array, Array]:
        """The numbers of the data, a row for each example, and no targets besides them."""
        rows = max(1, self.data_rows)
        columns = [values.reshape(rows, -1) for values in self.data.values()]
        return np.hstack([np.empty((rows, 0)), *columns]), np.empty((rows, 0))

    def number(self, name: str, step: int = 0) -> float:
        """The number called `name`, such as `q`, `W[1,0]` or `grad.q`, after `step` steps of training, and
        the others of `Trainable.number` if there are parameters. Raises KeyError if there is none."""
        if self.parameters:
            return super().number(name, step)
        if step:
            raise KeyError(name)
        return self.trace.number(name)


AnyExperiment = Experiment | GraphExperiment
"""What an entry of `networks:` describes: a network of layers, or a graph."""
