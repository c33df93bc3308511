"""The cells of a graph of operations."""

from collections.abc import Iterator

import numpy as np

from storyreel.core.arrays import Array
from storyreel.engine.graph.graph import Graph
from storyreel.engine.graph.serialization import graph_of_operations
from storyreel.exports.pytorch.cells import Cell
from storyreel.exports.pytorch.formula import formulas, python_names
from storyreel.exports.pytorch.functions import LOSSES, NotInPyTorch
from storyreel.exports.pytorch.literals import array_text, is_comparable
from storyreel.lesson.manifest import GraphEntry


def graph_of(entry: GraphEntry) -> Graph:
    """The graph of an entry. NotInPyTorch if it has an operation of a package that is not installed here."""
    try:
        return graph_of_operations({"nodes": entry.nodes, "output": entry.output})
    except KeyError as unknown:
        raise NotInPyTorch(unknown.args[0]) from None


def losses_of(graph: Graph) -> set[str]:
    """The names of the losses that the formulas use."""
    return {node.primitive.name for node in graph.nodes if node.primitive} & set(LOSSES)


def graph_cells(name: str, entry: GraphEntry) -> Iterator[Cell]:
    """The graph called `name`: forward, backward, and all of its numbers. NotInPyTorch if PyTorch is
    not known to have an operation."""
    graph = graph_of(entry)
    given = {each: np.reshape(array.numbers, array.shape) for each, array in entry.given.items()}
    values = graph.forward(given)
    names, texts = python_names(graph), formulas(graph, values)
    yield Cell(f"## `{name}`\n\nA graph of operations. What it is given, then its formulas.", is_text=True)
    tensors = (
        f"{names[each]} = torch.tensor({array_text(array)}, requires_grad=True)"
        for each, array in given.items()
    )
    yield Cell("\n".join(tensors))
    yield Cell("\n".join(f"{names[each]} = {text}" for each, text in texts.items()))
    yield Cell("\n".join(_checks(entry, graph, names)))


def _checks(entry: GraphEntry, graph: Graph, names: dict[str, str]) -> Iterator[str]:
    computed = [names[node.name] for node in graph.nodes if node.name in names and node.primitive]
    yield f"for each in [{', '.join(computed)}]:"
    yield "    each.retain_grad()"
    yield f"{names[entry.output]}.backward()"
    yield ""
    for name, variable in names.items():
        for prefix, numbers, found in (
            ("", entry.values, variable),
            ("grad.", entry.gradients, f"grad({variable})"),
        ):
            array = _array(name, numbers)
            if is_comparable(array):
                yield f'check("{prefix}{name}", {found}, {array_text(array)})'


def _array(name: str, numbers: dict[str, float]) -> Array:
    """The numbers called `name`, or `name[0,1]` and so on."""
    if name in numbers:
        return np.array(numbers[name])
    indices = {
        tuple(map(int, key[len(name) + 1 : -1].split(","))): value
        for key, value in numbers.items()
        if key.startswith(f"{name}[")
    }
    array = np.zeros([1 + max(places) for places in zip(*indices, strict=True)])
    for index, value in indices.items():
        array[index] = value
    return array
