"""A part of a graph that is folded into one operation: the values and gradients of the whole graph stay."""

from itertools import pairwise

import numpy as np
import pytest
from helpers.random_graphs import random_graph

from storyreel.engine.graph.builder import graph_of
from storyreel.engine.graph.experiment import GraphExperiment
from storyreel.engine.graph.fold import Fold, folded, folded_experiment
from storyreel.engine.graph.graph import Graph

NEURON = graph_of({"z": ()}, {"n": "-z", "e": "exp(n)", "d": "e + 1", "f": "1 / d"})
TWICE = graph_of({"x": (), "y": ()}, {"a": "x * y", "b": "x^2", "c": "a + b", "f": "c * y"})


def test_a_sigmoid_taken_apart_folds_into_its_own_derivative() -> None:
    graph = folded(NEURON, Fold("sigmoid", ("n", "e", "d", "f")))
    assert [node.name for node in graph.nodes] == ["z", "f"]
    values = graph.forward({"z": 0.7})
    sigmoid = 1 / (1 + np.exp(-0.7))
    assert values["f"] == pytest.approx(sigmoid)
    assert graph.backward(values).of["z"] == pytest.approx(sigmoid * (1 - sigmoid))


def test_what_is_used_twice_within_has_one_edge_with_the_sum() -> None:
    graph = folded(TWICE, Fold("part", ("a", "b", "c")))
    node = next(node for node in graph.nodes if node.name == "c")
    assert node.inputs == ("x", "y")
    gradients = graph.backward(graph.forward({"x": 3.0, "y": 2.0}))
    # f = (xy + x²)·y, so ∂f/∂x = (y + 2x)·y and ∂f/∂y = 2xy + x²
    assert gradients.of["x"] == (2 + 6) * 2 and gradients.of["y"] == 2 * 3 * 2 + 9


@pytest.mark.parametrize("seed", range(0, 100, 5))
def test_random_parts_leave_all_gradients_as_they_are(seed: int) -> None:
    made = random_graph(seed)
    given = {name: np.array(value, float) for name, value in made.given.items()}
    experiment = GraphExperiment(
        "made", graph_of({n: v.shape for n, v in given.items()}, made.formulas), given
    )
    names = list(made.formulas)
    found = 0
    for first, second in pairwise(names):
        try:
            after = folded_experiment(experiment, (Fold("part", (first, second)),)).trace
        except ValueError:
            continue
        found += 1
        for name in after:
            np.testing.assert_allclose(after[name].value, experiment.trace[name].value)
            np.testing.assert_allclose(after[name].gradient, experiment.trace[name].gradient, atol=1e-12)
    assert found


@pytest.mark.parametrize(
    ("graph", "formulas", "message"),
    [
        (TWICE, ("x", "a"), "`x` is given"),
        (TWICE, ("a", "b"), "needs one result, but `a` and `b` lead on"),
        (NEURON, ("f",), "`f` is one operation already"),
        (NEURON, ("n", "d"), "needs one result"),
    ],
)
def test_what_cannot_be_folded_says_why(graph: Graph, formulas: tuple[str, ...], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        folded(graph, Fold("part", formulas))


def test_a_formula_in_between_has_to_be_folded_too() -> None:
    graph = graph_of({"x": ()}, {"a": "2 * x", "b": "sin(a)", "c": "a * b", "f": "3 * c"})
    with pytest.raises(ValueError, match="needs one result"):
        folded(graph, Fold("part", ("a", "c")))
    assert [n.name for n in folded(graph, Fold("part", ("a", "b", "c"))).nodes if "/" not in n.name] == [
        "x",
        "c",
        "f",
    ]
