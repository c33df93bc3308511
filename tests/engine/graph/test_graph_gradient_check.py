from dataclasses import replace

import numpy as np
import pytest
from helpers.random_graphs import random_graph

from storyreel.engine.gradient_check import GradientCheckError
from storyreel.engine.graph.builder import graph_of
from storyreel.engine.graph.experiment import GraphExperiment
from storyreel.engine.graph.gradient_check import check_gradients
from storyreel.engine.graph.graph import Graph
from storyreel.engine.graph.primitives import PRIMITIVES


def experiment(formulas: dict[str, str], **given: object) -> GraphExperiment:
    values = {name: np.array(value, np.float64) for name, value in given.items()}
    return GraphExperiment(
        "g", graph_of({name: np.shape(value) for name, value in values.items()}, formulas), values
    )


def with_mistake(right: GraphExperiment) -> GraphExperiment:
    """The same graph with a hyperbolic tangent whose derivative is 1 − a."""
    wrong = replace(PRIMITIVES["tanh"], vjp=lambda upstream, a, z: (upstream * (1 - a),))
    nodes = (
        replace(node, primitive=wrong) if node.primitive is PRIMITIVES["tanh"] else node
        for node in right.graph.nodes
    )
    return replace(right, graph=Graph(tuple(nodes), right.graph.output))


def test_gradients_of_random_graphs_pass() -> None:
    for seed in range(60):
        random = random_graph(seed)
        check_gradients(experiment(random.formulas, **random.given))


def test_a_wrong_derivative_is_found() -> None:
    right = experiment({"h": "tanh(w * x)", "f": "sum(h)"}, w=0.5, x=[1.0, 2.0])
    check_gradients(right)
    with pytest.raises(
        GradientCheckError, match=r"the gradient of w is .* by backpropagation, .* by differences"
    ):
        check_gradients(with_mistake(right))


def test_an_element_is_called_by_its_index() -> None:
    with pytest.raises(GradientCheckError, match=r"the gradient of W\[0,0\] is"):
        check_gradients(with_mistake(experiment({"f": "sum(tanh(W))"}, W=[[1.0, 2.0]])))


@pytest.mark.parametrize(
    ("formula", "x"),
    [
        ("relu(x) + abs(x) + max(x, 0)", 0.0),  # at a kink
        ("log(x)", 1e-9),
        ("1 / x", 1e-7),
        ("sqrt(x)", 0.0),  # the gradient is infinite
        ("x^3", -2.0),  # the derivative with respect to the exponent is not defined
        ("exp(40 * x)", 1.0),
        ("sin(1000 * x)", 1.0),
        ("x * 1e-200", 1e-200),
        ("1e15 * x - 1e15 * x", 3.0),
    ],
)
def test_what_is_hard_to_compare_is_not_taken_for_wrong(formula: str, x: float) -> None:
    check_gradients(experiment({"f": formula}, x=x))


def test_a_large_graph_is_checked_in_a_second() -> None:
    terms = {f"f{k}": " + ".join(f"tanh(x[{i}])" for i in range(20)) for k in range(8)}
    large = experiment(terms | {"f": " + ".join(terms)}, x=np.linspace(-1, 1, 2000))
    assert len(large.graph.nodes) > 400
    check_gradients(large)
    with pytest.raises(GradientCheckError):
        check_gradients(with_mistake(large))
