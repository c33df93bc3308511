"""A graph as plain data: the list of operations that the page's script `graph.js` interprets."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from storyreel.core.arrays import Array
from storyreel.engine.graph.graph import Graph


def graph_data(graph: Graph, given: Mapping[str, ArrayLike]) -> dict[str, Any]:
    """The nodes in order, each with its operation (None: it is given), inputs and settings; the output; and
    the given arrays."""
    return {
        "nodes": [
            {
                "name": node.name,
                "operation": node.primitive.name if node.primitive else None,
                "inputs": list(node.inputs),
                "settings": list(node.primitive.settings) if node.primitive else [],
            }
            for node in graph.nodes
        ],
        "output": graph.output,
        "given": {name: array_data(np.asarray(value, np.float64)) for name, value in given.items()},
    }


def array_data(array: Array) -> dict[str, Any]:
    """An array as its shape and its numbers, row by row."""
    return {"shape": list(array.shape), "numbers": array.ravel().tolist()}
