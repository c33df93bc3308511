"""The numbers of a graph for tests, whose derivatives are central differences of its forward pass."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from storyreel.core.arrays import Array
from storyreel.engine.graph.experiment import GraphExperiment
from storyreel.engine.graph.graph import Edge, Node

WIDTH = 1e-5


def graph_numbers(experiment: GraphExperiment) -> dict[str, float]:
    """By name, all single numbers of a graph: values, gradients, what comes back along each edge (`a back to
    x`), local derivatives (`a by x`), and the constants of its formulas."""
    trace, numbers = experiment.trace, dict[str, float]()
    values = experiment.graph.forward(experiment.given)
    for node in experiment.graph.nodes:
        if values[node.name].shape:
            continue
        numbers[node.name] = float(values[node.name])
        numbers[f"grad.{node.name}"] = _slope(lambda by, name=node.name: _output(experiment, {name: by}))
        if node.primitive is not None and node.primitive.name == "constant":
            numbers[f"minus {node.name}"] = -numbers[node.name]
        for position, source in enumerate(node.inputs):
            if not values[source].shape:
                edge = Edge(node.name, position)
                names = f"{node.name} by {source} {position}", f"{node.name} back to {source} {position}"
                numbers[names[0]] = _slope(lambda by, node=node, at=position: _of(node, values, at, by))
                numbers[names[1]] = _slope(lambda by, edge=edge: _output(experiment, {}, {edge: by}))
    assert set(trace) == set(values)
    return numbers


def trained_numbers(experiment: GraphExperiment, steps: set[int]) -> list[dict[str, float]]:
    """For each example of the data, and each of some steps of gradient descent, the numbers of the graph, and
    those of the batch: the cost, its derivatives, and the next parameters."""
    found = list[dict[str, float]]()
    given = {name: np.asarray(value) for name, value in experiment.given.items()}
    rows = [
        {name: values[row] for name, values in experiment.data.items()} for row in range(experiment.data_rows)
    ]

    def cost(moved: dict[str, float]) -> float:
        losses = [_output(replace(experiment, given={**given, **row}), moved) for row in rows]
        return float(np.mean(losses))

    rate = experiment.optimizer.learning_rate
    for step in range(max(steps) + 1):
        slopes = {name: _slope(lambda by, name=name: cost({name: by})) for name in experiment.parameters}
        after = {name: given[name] - rate * slope for name, slope in slopes.items()}
        batch = {"cost": cost({}), "learning_rate": rate}
        batch |= {f"cost.grad.{name}": slope for name, slope in slopes.items()}
        batch |= {f"next.{name}": float(value) for name, value in after.items()}
        for row in rows if step in steps else ():
            found.append({**graph_numbers(replace(experiment, given={**given, **row})), **batch})
        given |= after
    return found


def _slope(moved: Callable[[float], float]) -> float:
    return (moved(WIDTH) - moved(-WIDTH)) / (2 * WIDTH)


def _of(node: Node, values: dict[str, Array], position: int, by: float) -> float:
    """The value of a node with one of its inputs moved."""
    assert node.primitive is not None
    inputs = [values[name] + (by if place == position else 0.0) for place, name in enumerate(node.inputs)]
    return float(node.primitive.forward(*inputs))


def _output(
    experiment: GraphExperiment, nodes: dict[str, float], edges: dict[Edge, float] | None = None
) -> float:
    """The output with some nodes moved, or some inputs of nodes."""
    values: dict[str, Array] = {}
    for node in experiment.graph.nodes:
        if node.primitive is None:
            value = experiment.given[node.name]
        else:
            moved = [(edges or {}).get(Edge(node.name, place), 0.0) for place in range(len(node.inputs))]
            inputs = [values[name] + by for name, by in zip(node.inputs, moved, strict=True)]
            value = np.asarray(node.primitive.forward(*inputs))
        values[node.name] = value + nodes.get(node.name, 0.0)
    return float(values[experiment.graph.output])
