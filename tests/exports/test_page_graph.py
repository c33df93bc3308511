"""The page's arithmetic on graphs, run in Node, compared with the engine."""

import json
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pytest
from helpers.operation_cases import CASES
from helpers.random_graphs import random_graph

from storyreel.core.arrays import Array
from storyreel.core.paths import ASSETS
from storyreel.engine.experiment import Experiment
from storyreel.engine.graph.builder import graph_of
from storyreel.engine.graph.graph import Graph, Node
from storyreel.engine.graph.layered import given_values, layered_graph
from storyreel.engine.graph.primitives import PRIMITIVES
from storyreel.engine.graph.serialization import operations_of
from storyreel.engine.layer import Layer
from storyreel.engine.network import Network

pytestmark = pytest.mark.skipif(not shutil.which("node"), reason="needs Node.js to run the page's script")

DRIVER = """
const [, script, ask] = process.argv;
const it = require(script);
const answers = {
  known: it.isKnown,
  run({ graph, given }) {
    const arrays = Object.entries(given).map(([name, nested]) => [name, it.arrayOf(nested)]);
    return it.run(graph, Object.fromEntries(arrays));
  },
};
require("readline").createInterface({ input: process.stdin }).on("line", (line) =>
  console.log(JSON.stringify(answers[ask](JSON.parse(line)))));
"""
Given = dict[str, Array]


def in_node(ask: str, graphs: Iterable[dict[str, Any]]) -> Iterator[Any]:
    """The answers of the page's script about some graphs, in one process."""
    command = ["node", "-e", DRIVER, str(ASSETS / "page" / "graph.js"), ask]
    lines = "\n".join(map(json.dumps, graphs))
    process = subprocess.run(command, input=lines, capture_output=True, text=True, check=True)
    return (json.loads(line) for line in process.stdout.splitlines())


def assert_equal(graphs: list[tuple[Graph, Given]]) -> None:
    """Assert that all values and gradients are the engine's."""
    questions = (
        {"graph": operations_of(graph), "given": {name: array.tolist() for name, array in given.items()}}
        for graph, given in graphs
    )
    answers = list(in_node("run", questions))
    assert len(answers) == len(graphs)
    for (graph, given), answer in zip(graphs, answers, strict=True):
        values = graph.forward(given)
        for own, found in ((values, answer["values"]), (graph.backward(values).of, answer["gradients"])):
            assert set(found) == set(own)
            for name, array in own.items():
                assert tuple(found[name]["shape"]) == array.shape
                numbers = [np.nan if number is None else number for number in found[name]["numbers"]]
                finite = np.where(np.isfinite(array), array, np.nan).ravel()
                np.testing.assert_allclose(numbers, finite, rtol=1e-9, atol=1e-12, err_msg=name)


def test_500_random_graphs_have_the_engines_numbers() -> None:
    graphs = []
    for seed in range(500):
        random = random_graph(seed)
        shapes = {name: np.shape(value) for name, value in random.given.items()}
        given = {name: np.array(value, np.float64) for name, value in random.given.items()}
        graphs.append((graph_of(shapes, random.formulas), given))
    assert_equal(graphs)


def test_every_operation_has_the_engines_numbers() -> None:
    graphs = []
    for name, inputs in CASES:
        given = {f"x{k}": np.array(value, np.float64) for k, value in enumerate(inputs)}
        nodes = (
            *map(Node, given),
            Node("f", PRIMITIVES[name], tuple(given)),
            Node("end", PRIMITIVES["sum"], ("f",)),
        )
        graphs.append((Graph(nodes, "end"), given))
    assert_equal(graphs)


def test_layers_as_graphs_have_the_engines_numbers(chain: Experiment, dense: Experiment) -> None:
    certain = Network("x", [Layer("y", [[0.0], [-50.0]], activation="softmax")], "categorical_cross_entropy")
    binary = Network("x", [Layer("y", [[3.0], [-2.0]], activation="sigmoid")], "binary_cross_entropy")
    graphs = [
        (layered_graph(one.network), given_values(one.network, one.inputs, one.targets))
        for one in (chain, dense)
    ]
    for network in (certain, binary):
        batch = np.array([[1.0], [0.5]]), np.array([[0.0, 1.0], [1.0, 0.0]])
        graphs.append((layered_graph(network), given_values(network, *batch)))
    assert_equal(graphs)


def test_operations_of_other_packages_are_not_known_to_the_script() -> None:
    data = operations_of(graph_of({"x": ()}, {"f": "tanh(x)"}))
    other = {**data, "nodes": [*data["nodes"], ["g", ["mine", [], ""], ["f"]]]}
    assert [bool(known) for known in in_node("known", [data, other])] == [True, False]
