"""The gradients of random graphs by the backward pass, by central differences, and by PyTorch.

`torch_reference.json` has what PyTorch computed; `scripts/torch_graph_reference.py` writes it.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers import differences
from helpers.random_graphs import KINDS, TEMPLATES, RandomGraph, random_graph

from storyreel.core.arrays import Array
from storyreel.engine.graph.builder import graph_of
from storyreel.engine.graph.graph import Graph
from storyreel.engine.graph.primitives import PRIMITIVES
from storyreel.engine.graph.trace import GraphTrace

REFERENCE: list[dict[str, Any]] = json.loads(
    Path(__file__).with_name("torch_reference.json").read_text("utf-8")
)["graphs"]
SEEDS = range(500)
MOST_NODES = 60
TENTH = 50


@cache
def built(seed: int) -> tuple[RandomGraph, Graph]:
    random = random_graph(seed)
    return random, graph_of({name: np.shape(value) for name, value in random.given.items()}, random.formulas)


def test_random_graphs_have_up_to_60_nodes_many_of_them_shared() -> None:
    graphs = [built(seed)[1] for seed in SEEDS]
    sizes = [len(graph.nodes) for graph in graphs]
    assert max(sizes) <= MOST_NODES and np.mean(sizes) > 25
    uses = [[name for node in graph.nodes for name in node.inputs] for graph in graphs]
    assert np.mean([len(all_uses) > len(set(all_uses)) for all_uses in uses]) > 0.9
    used = {node.primitive.name for graph in graphs for node in graph.nodes if node.primitive}
    assert used == {*PRIMITIVES, "constant", "element"} - {"hinge"}


def slope_of(seed: int, name: str, step: float) -> Array:
    """The derivative of the output of a graph by what is given, by differences of the forward pass."""
    random, graph = built(seed)

    def output(moved: Array) -> float:
        return float(graph.forward({**random.given, name: moved})[graph.output])

    return differences.gradient(output, np.array(random.given[name]), step)


@pytest.mark.parametrize("first", range(0, len(SEEDS), TENTH))
def test_gradients_are_those_of_central_differences(first: int) -> None:
    at_kinks = 0
    for seed in SEEDS[first : first + TENTH]:
        random, graph = built(seed)
        trace = GraphTrace(graph, random.given)
        for name in random.given:
            found, slope = trace[name].gradient, slope_of(seed, name, 2e-4)
            if not np.allclose(found, slope, rtol=1e-7, atol=1e-8):
                # At a kink of max, relu, … nearby the slope depends on the step.
                wider = slope_of(seed, name, 1e-3)
                assert not np.allclose(wider, slope, rtol=1e-6, atol=1e-7), f"{name} of graph {seed}"
                at_kinks += 1
    assert at_kinks <= 3


def test_gradients_are_those_of_pytorch() -> None:
    assert len(REFERENCE) == len(SEEDS)
    for seed, case in zip(SEEDS, REFERENCE, strict=True):
        random, graph = built(seed)
        assert list(random.formulas.values())[-1] == case["out"], (
            "the graphs are others than those of the file"
        )
        trace = GraphTrace(graph, random.given)
        assert trace.number(graph.output) == pytest.approx(case["value"], rel=1e-10)
        gradient = np.concatenate([trace[name].gradient.ravel() for name in random.given])
        np.testing.assert_allclose(gradient, case["gradient"], rtol=1e-9, atol=1e-12, err_msg=f"graph {seed}")


def test_every_gradient_is_the_sum_of_what_comes_back_along_its_edges() -> None:
    for seed in SEEDS[:TENTH]:
        random, graph = built(seed)
        trace = GraphTrace(graph, random.given)
        for name, node in trace.items():
            total = sum(node.passed_back.values(), np.zeros(node.value.shape))
            if name != graph.output:
                np.testing.assert_allclose(node.gradient, total, rtol=1e-12, atol=1e-15)


def test_each_template_has_the_shape_that_it_says() -> None:
    for template, (kinds, result) in TEMPLATES.items():
        for any_kind in "nvm":
            operands = [any_kind if kind == "e" else kind for kind in kinds]
            given = {f"{kind}{place}": KINDS[kind] for place, kind in enumerate(operands)}
            graph = graph_of(given, {"f": template.format(*given), "out": "sum(f)"})
            values = graph.forward({name: np.full(shape, 0.5) for name, shape in given.items()})
            assert values["f"].shape == KINDS[result or any_kind]
