"""A graph with the values that a lesson explains it with.

The rest of the package is imported where there is a graph: most storyboards have none, and are read faster.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from storyreel.core.arrays import Array
from storyreel.engine.equations.notation import PLAIN, Notation
from storyreel.engine.experiment import Experiment

if TYPE_CHECKING:
    from storyreel.engine.graph.graph import Graph
    from storyreel.engine.graph.trace import GraphTrace


@dataclass(frozen=True, eq=False)
class GraphExperiment:
    """What a lesson's `networks:` entry with a `graph` describes; its numbers are written in `notation`."""

    name: str
    graph: "Graph"
    given: Mapping[str, Array] = field(repr=False)
    notation: Notation = PLAIN

    @cached_property
    def trace(self) -> "GraphTrace":
        """The graph for these values, forward and backward."""
        from storyreel.engine.graph.trace import GraphTrace

        return GraphTrace(self.graph, self.given)

    def number(self, name: str) -> float:
        """The number called `name`, such as `q`, `W[1,0]` or `grad.q`. Raises KeyError if there is none."""
        return self.trace.number(name)


AnyExperiment = Experiment | GraphExperiment
"""What an entry of `networks:` describes: a network of layers, or a graph."""
