"""The equations of graphs: of values, of what comes back along an edge, of gradients that add up."""

import json

import numpy as np
import pytest

from storyreel.engine.equations.written import WrittenCalculation
from storyreel.engine.graph.builder import graph_of
from storyreel.engine.graph.calculation import graph_calculation, has_equations, symbols_back
from storyreel.engine.graph.drawn import drawn_nodes
from storyreel.engine.graph.experiment import GraphExperiment
from storyreel.engine.graph.serialization import graph_data, graph_from
from storyreel.engine.graph.ways import Ways


def experiment(given: dict[str, float], formulas: dict[str, str]) -> GraphExperiment:
    graph = graph_of(dict.fromkeys(given, ()), formulas)
    return GraphExperiment("example", graph, {name: np.array(value) for name, value in given.items()})


CIRCUIT = experiment({"x": -2, "y": 5, "z": -4}, {"q": "x + y", "f": "q * z"})
TWICE = experiment({"x": 3, "y": 2}, {"a": "x * y", "b": "x^2", "f": "a + b"})
INNER = experiment({"x": 2, "y": 3}, {"f": "(x + 1) * -y", "g": "f / (1 + exp(x))"})


def written(example: GraphExperiment, name: str) -> str:
    calculation = graph_calculation(example, name)
    return WrittenCalculation(calculation, example.notation).plain if calculation else ""


@pytest.mark.parametrize(
    ("example", "name", "text"),
    [
        (CIRCUIT, "q", "q = −2 + 5 = 3"),
        (CIRCUIT, "f", "f = 3 × (−4) = −12"),
        (CIRCUIT, "back from f to q", "grad.q = 1 × (−4) = −4"),
        (CIRCUIT, "back from q to x", "grad.x = −4 × 1 = −4"),
        (TWICE, "back from a to x", "via a x = 1 × 2 = 2"),
        (TWICE, "back from b to x", "via b x = 1 × (2 × 3) = 6"),
        (TWICE, "grad.x", "grad.x = 2 + 6 = 8"),
        (INNER, "f", "f = (2 + 1) × (−3) = −9"),
    ],
)
def test_an_equation_is_what_one_writes_by_hand(example: GraphExperiment, name: str, text: str) -> None:
    assert written(example, name) == text


@pytest.mark.parametrize(
    ("example", "name"),
    [(CIRCUIT, "x"), (CIRCUIT, "grad.q"), (CIRCUIT, "back from f to x"), (TWICE, "back from x to a")],
)
def test_other_numbers_have_no_equation(example: GraphExperiment, name: str) -> None:
    assert graph_calculation(example, name) is None


def test_constants_stand_in_the_signs_of_operations() -> None:
    nodes = drawn_nodes(INNER.graph)
    assert [node.sign for node in nodes.values()] == ["", "", "+1", "-", "times", "exp", "+1", "div"]
    assert not any(node.sign == "" and "/" in node.name for node in nodes.values())


@pytest.mark.parametrize("example", [CIRCUIT, TWICE, INNER])
def test_a_graph_is_the_same_after_it_was_written_and_read(example: GraphExperiment) -> None:
    again = graph_from(json.loads(json.dumps(graph_data(example))))
    assert again.trace.numbers == example.trace.numbers
    assert [again.number(name) for name in again.trace.numbers] == [
        example.number(name) for name in example.trace.numbers
    ]
    assert graph_data(again) == graph_data(example)


@pytest.mark.parametrize(
    ("formulas", "terms"),
    [
        ({"a": "x * y", "b": "x^2", "f": "a + b"}, ["{a}", "{b}"]),
        ({"n": "x * y + 2 * x", "f": "n"}, ["{x} times {y}", "2 times {x}"]),
        ({"f": "x * x"}, ["{f} (1)", "{f} (2)"]),
        ({"n": "exp(x * y + 3 * z - y * y) * x - exp(x)", "f": "n"}, ["{x} times {y}", "{n}", "e^({x})"]),
        ({"f": "x * sum(v) + x * y * z"}, ["{x} times (sum {v})", "{x} times {y}"]),
    ],
)
def test_terms_of_a_sum_are_told_apart_by_what_is_computed(
    formulas: dict[str, str], terms: list[str]
) -> None:
    trace = with_vector(formulas).trace
    assert list(symbols_back(trace, "x").values()) == terms
    assert not any("/" in text for text in symbols_back(trace, "x").values())


def test_a_local_derivative_may_have_an_array_in_it() -> None:
    ways = Ways(with_vector({"f": "x * sum(v) + x * y"}), "x")
    assert [[link.symbol for link in way] for way in ways.links] == [["(sum {v})", "1"], ["{y}", "1"]]


@pytest.mark.parametrize(
    ("formulas", "has_one"),
    [
        ({"f": "sum(v)"}, False),
        ({"f": "sum(tanh(x * v))"}, False),
        ({"f": "sum(v) * x"}, False),
        ({"a": "sum(v)", "f": "a * x"}, True),
        ({"a": "sum(x * v)", "f": "a + 1"}, True),
    ],
)
def test_numbers_in_arrays_have_no_equations(formulas: dict[str, str], has_one: bool) -> None:
    assert has_equations(with_vector(formulas)) is has_one


def with_vector(formulas: dict[str, str]) -> GraphExperiment:
    given = {"x": np.array(2.0), "y": np.array(3.0), "z": np.array(-1.0), "v": np.array([1.0, 2.0])}
    used = {name: value for name, value in given.items() if any(name in text for text in formulas.values())}
    graph = graph_of({name: value.shape for name, value in used.items()}, formulas)
    return GraphExperiment("example", graph, used)
