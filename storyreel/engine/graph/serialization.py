"""A graph with its values as plain data, for other processes, and back, bit for bit."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from storyreel.core.arrays import Array
from storyreel.engine.equations.notation import Notation
from storyreel.engine.graph.experiment import GraphExperiment
from storyreel.engine.graph.graph import Graph, Node
from storyreel.engine.graph.primitive import Primitive, constant, element
from storyreel.engine.graph.primitives import PRIMITIVES
from storyreel.engine.serialization import optimizer_data, optimizer_from


def graph_data(experiment: GraphExperiment) -> dict[str, Any]:
    """A graph as dicts of numbers, lists of numbers, and names of rows in the tables of operations and of
    optimizers; how it is trained, if it has parameters."""
    return {
        "name": experiment.name,
        **operations_of(experiment.graph),
        "given": {name: value.tolist() for name, value in experiment.given.items()},
        "notation": experiment.notation.as_data,
        "training": _training_data(experiment) if experiment.parameters else None,
    }


def _training_data(experiment: GraphExperiment) -> dict[str, Any]:
    return {
        "parameters": list(experiment.parameters),
        "data": {name: values.tolist() for name, values in experiment.data.items()},
        "optimizer": optimizer_data(experiment.optimizer),
        "l2": experiment.l2,
        "reduction": experiment.reduction,
        "batch_size": experiment.batch_size,
        "seed": experiment.seed,
        "shuffle": experiment.shuffle,
    }


def operations_of(graph: Graph) -> dict[str, Any]:
    """The list of operations: the nodes in order and the name of the output, as the page's script takes them.

    A node is its name, its operation, and the names of its inputs. An operation is its name, its settings and
    the text of a constant; what is given has None.
    """
    return {"nodes": [_node_data(node) for node in graph.nodes], "output": graph.output}


def graph_from(data: dict[str, Any]) -> GraphExperiment:
    """The graph of `data`, a result of `graph_data`."""
    graph, notation, training = graph_of_operations(data), Notation.of(data["notation"]), data["training"]
    experiment = GraphExperiment(data["name"], graph, _arrays(data["given"]), notation)
    if training is None:
        return experiment
    return replace(
        experiment,
        **{
            **training,
            "parameters": tuple(training["parameters"]),
            "data": _arrays(training["data"]),
            "optimizer": optimizer_from(training["optimizer"]),
        },
    )


def _arrays(values: Mapping[str, Any]) -> dict[str, Array]:
    return {name: np.asarray(value, np.float64) for name, value in values.items()}


def graph_of_operations(data: Mapping[str, Any]) -> Graph:
    """The graph of a list of operations; KeyError if there is one that the table does not have."""
    nodes = tuple(
        Node(name, _primitive(operation), tuple(inputs)) for name, operation, inputs in data["nodes"]
    )
    return Graph(nodes, data["output"])


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
