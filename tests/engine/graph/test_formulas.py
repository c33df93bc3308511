"""What formulas mean, by Python's own arithmetic and by hand."""

import random
from pathlib import Path

import numpy as np
import pytest

from storyreel.core.arrays import Array
from storyreel.engine.graph.builder import graph_of
from storyreel.engine.graph.formula import Step, parsed
from storyreel.engine.graph.primitives import FUNCTIONS, OPERATORS, PRIMITIVES

X, Y, V, M = 1.5, -2.0, np.array([1.0, 2.0, 4.0]), np.array([[1.0, 2.0, 0.0], [0.0, -1.0, 3.0]])


def value_of(formula: str, **more: object) -> Array:
    given = {"x": X, "y": Y, "v": V, "M": M, **more}
    graph = graph_of({name: np.shape(each) for name, each in given.items()}, {"f": formula, "end": "sum(f)"})
    return graph.forward(given)["f"]


MEANT = {
    "2 + 3 * 4": 14,
    "(2 + 3) * 4": 20,
    "2 - 3 - 4": -5,
    "24 / 4 / 3": 2,
    "24 / 4 * 3": 18,
    "2^3^2": 512,
    "-2^2": -4,
    "(-2)^2": 4,
    "2^-1": 0.5,
    "2 * -3": -6,
    "--3": 3,
    "-x": -1.5,
    "2 − 6 ÷ 3 × 2 · 1": -2,
    "1.5e-3 * 1E3": 1.5,
    "x * y": -3,
    "-x^2 / y": 1.125,
    "v[2]": 4,
    "M[1,2] * M[0][1]": 6,
    "(v * 2)[1]": 4,
    "v[0]^2": 1,
    "max(x, y, 1)": 1.5,
    "max(v)": 4,
    "sum(v) + mean(v)": 7 + 7 / 3,
    "dot(v, v)": 21,
    "v @ v": 21,
    "abs(y) + sqrt(4) + exp(0) + log(1)": 5,
    "relu(y) + relu(x)": 1.5,
    "half_squared_error(x, y)": 0.5 * 3.5**2,
    "x": 1.5,
    "7": 7,
}


@pytest.mark.parametrize("formula", MEANT)
def test_a_formula_comes_to_what_it_means(formula: str) -> None:
    assert float(value_of(formula)) == pytest.approx(MEANT[formula], rel=1e-15)


ARRAYS = {
    "M @ v": [5, 10],
    "v @ transpose(M)": [5, 10],
    "M[1]": [0, -1, 3],
    "M * v": [[1, 4, 0], [0, -2, 12]],
    "v - 1": [0, 1, 3],
    "concat(x, v, y)": [1.5, 1, 2, 4, -2],
    "concat(M, M)": [[1, 2, 0], [0, -1, 3], [1, 2, 0], [0, -1, 3]],
    "flatten(M)": [1, 2, 0, 0, -1, 3],
    "max(v, 2)": [2, 2, 4],
}


@pytest.mark.parametrize("formula", ARRAYS)
def test_a_formula_of_arrays_comes_to_what_it_means(formula: str) -> None:
    np.testing.assert_array_equal(value_of(formula), ARRAYS[formula])


def test_a_convolution_is_the_sum_of_products_under_the_kernel() -> None:
    """Worked out by hand: rows [1, 2, 0], [0, −1, 3] under [[1, 2], [3, −1]]."""
    np.testing.assert_array_equal(
        value_of("conv2d(M, k)", k=[[1.0, 2.0], [3.0, -1.0]]), [[1 + 4 + 0 + 1, 2 + 0 - 3 - 3]]
    )


def test_random_arithmetic_is_pythons() -> None:
    for seed in range(300):
        formula = arithmetic(random.Random(seed), 5)
        try:
            expected = eval(formula.replace("^", "**"), {"x": X, "y": Y})
        except ZeroDivisionError:
            continue
        assert float(value_of(formula)) == pytest.approx(expected, rel=1e-12, nan_ok=True), formula


def arithmetic(chance: random.Random, depth: int) -> str:
    if depth == 0 or chance.random() < 0.2:
        return chance.choice(["x", "y", "2", "0.5", "3"])
    if chance.random() < 0.15:
        return f"-{arithmetic(chance, depth - 1)}"
    if chance.random() < 0.3:
        return f"({arithmetic(chance, depth - 1)})"
    if chance.random() < 0.15:
        return f"({arithmetic(chance, depth - 1)})^{chance.choice(['2', '3', '-2'])}"
    left, right = arithmetic(chance, depth - 1), arithmetic(chance, depth - 1)
    return f"{left} {chance.choice('+-*/')} {right}"


@pytest.mark.parametrize("part", ["-x", "x^2", "(x)", "abs(x)", "v[0]"])
def test_only_what_is_within_brackets_is_deep(part: str) -> None:
    assert float(value_of(" + ".join([part] * 45))) == pytest.approx(45 * float(value_of(part)))


def test_steps_are_in_the_order_in_which_they_are_computed_each_with_its_column() -> None:
    assert parsed("tanh(w * x) + 1") == (
        Step("name", "w", 6),
        Step("name", "x", 10),
        Step("operator", "multiply", 8, (0, 1)),
        Step("call", "tanh", 1, (2,)),
        Step("number", "1", 15),
        Step("operator", "add", 13, (3, 4)),
    )


def test_parts_of_a_formula_are_nodes_of_their_own() -> None:
    graph = graph_of({"w": (), "x": ()}, {"h": "tanh(w * x + 1)", "f": "h"})
    assert [(node.name, node.inputs) for node in graph.nodes] == [
        ("w", ()),
        ("x", ()),
        ("h/1", ("w", "x")),
        ("h/2", ()),
        ("h/3", ("h/1", "h/2")),
        ("h", ("h/3",)),
        ("f", ("h",)),
    ]
    primitives = [node.primitive.name for node in graph.nodes if node.primitive]
    assert primitives == ["multiply", "constant", "add", "tanh", "identity"]


def test_names_are_of_the_authors_choosing() -> None:
    graph = graph_of({"θ": (), "größe": ()}, {"e": "θ + größe", "x_1": "e * θ"})
    assert float(graph.forward({"θ": 3, "größe": 4})["x_1"]) == 21


def test_a_formula_reaches_the_operations_of_the_table_and_nothing_else() -> None:
    assert {*FUNCTIONS, *OPERATORS.values(), "negative"} == set(PRIMITIVES)


def test_the_documentation_has_every_function_and_every_sign() -> None:
    page = (Path(__file__).parents[3] / "docs" / "graphs.md").read_text("utf-8")
    assert [name for name in FUNCTIONS if f"`{name}`" not in page and f"`{name}(" not in page] == []
    assert [sign for sign in OPERATORS if f"{sign} " not in page and sign != "^"] == []
