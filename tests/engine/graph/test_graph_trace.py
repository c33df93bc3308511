import pytest

from storyreel.engine.graph.builder import graph_of
from storyreel.engine.graph.graph import Edge
from storyreel.engine.graph.trace import GraphTrace


@pytest.fixture
def circuit() -> GraphTrace:
    """(x + y)·z, as CS231n has it."""
    graph = graph_of({"x": (), "y": (), "z": ()}, {"q": "x + y", "f": "q * z"})
    return GraphTrace(graph, {"x": -2, "y": 5, "z": -4})


@pytest.fixture
def layer() -> GraphTrace:
    """The sum of tanh(W x), where W is [[1, 0], [0.5, −1]] and x [0.25, 2]."""
    graph = graph_of({"W": (2, 2), "x": (2,)}, {"h": "tanh(W @ x)", "L": "sum(h)"})
    return GraphTrace(graph, {"W": [[1, 0], [0.5, -1]], "x": [0.25, 2]})


def test_a_node_has_its_value_its_gradient_and_how_they_are_written(circuit: GraphTrace) -> None:
    f = circuit["f"]
    assert (float(f.value), float(f.gradient), f.inputs) == (-12, 1, ("q", "z"))
    assert (f.formula, f.slopes) == ("{0} times {1}", ("{1}", "{0}"))
    assert circuit["x"].primitive is None and circuit["x"].formula == ""


def test_what_comes_back_to_a_node_is_known_by_edge() -> None:
    trace = GraphTrace(graph_of({"x": ()}, {"a": "x * x", "f": "a + x"}), {"x": 3})
    passed_back = {edge: float(each) for edge, each in trace["x"].passed_back.items()}
    assert passed_back == {Edge("a", 0): 3, Edge("a", 1): 3, Edge("f", 1): 1}
    assert float(trace["x"].gradient) == 7


def test_nodes_come_in_the_order_in_which_they_are_computed(layer: GraphTrace) -> None:
    assert list(layer) == ["W", "x", "h/1", "h", "L"] and len(layer) == 5


def test_every_number_that_a_formula_names_has_a_name(layer: GraphTrace, circuit: GraphTrace) -> None:
    assert circuit.numbers == ("x", "y", "z", "q", "f")
    assert layer.numbers == ("W[0,0]", "W[0,1]", "W[1,0]", "W[1,1]", "x[0]", "x[1]", "h[0]", "h[1]", "L")
    assert [layer.number(name) for name in layer.numbers[:6]] == [1, 0, 0.5, -1, 0.25, 2]


def test_a_gradient_has_the_name_of_its_number(layer: GraphTrace, circuit: GraphTrace) -> None:
    assert circuit.number("grad.x") == -4
    assert layer.number("grad.h[0]") == 1
    assert layer.number("grad.W[0,1]") == pytest.approx(2 * (1 - layer.number("h[0]") ** 2))


@pytest.mark.parametrize(
    "name",
    [
        "y",
        "grad.y",
        "h",
        "h[2]",
        "h[0,0]",
        "W[0]",
        "W[2,0]",
        "L[0]",
        "grad.",
        "x[99999999999]",
        "h/1",
        "h/1[0]",
    ],
)
def test_any_other_name_is_a_key_error(layer: GraphTrace, name: str) -> None:
    with pytest.raises(KeyError):
        layer.number(name)
