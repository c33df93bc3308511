"""A graph with its values as plain data, for other processes, and back, bit for bit."""

from typing import Any

import numpy as np

from storyreel.engine.equations.notation import Notation
from storyreel.engine.graph.experiment import GraphExperiment
from storyreel.engine.graph.graph import Graph, Node
from storyreel.engine.graph.primitive import Primitive, constant, element
from storyreel.engine.graph.primitives import PRIMITIVES


def graph_data(experiment: GraphExperiment) -> dict[str, Any]:
    """A graph as dicts of numbers, lists of numbers, and names of rows in the table of operations."""
    return {
        "name": experiment.name,
        "nodes": [_node_data(node) for node in experiment.graph.nodes],
        "output": experiment.graph.output,
        "given": {name: value.tolist() for name, value in experiment.given.items()},
        "notation": experiment.notation.as_data,
    }


def graph_from(data: dict[str, Any]) -> GraphExperiment:
    """The graph of `data`, a result of `graph_data`."""
    nodes = tuple(
        Node(name, _primitive(operation), tuple(inputs)) for name, operation, inputs in data["nodes"]
    )
    given = {name: np.asarray(value, np.float64) for name, value in data["given"].items()}
    return GraphExperiment(data["name"], Graph(nodes, data["output"]), given, Notation.of(data["notation"]))


def _node_data(node: Node) -> list[Any]:
    operation: Any = None
    if node.primitive is not None:
        text = node.primitive.formula() if node.primitive.name == "constant" else ""
        operation = [node.primitive.name, list(node.primitive.settings), text]
    return [node.name, operation, list(node.inputs)]


def _primitive(operation: Any) -> Primitive | None:
    if operation is None:
        return None
    name, settings, text = operation
    if name == "constant":
        return constant(settings[0], text)
    return element(*settings) if name == "element" else PRIMITIVES[name]
