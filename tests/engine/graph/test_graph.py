import numpy as np
import pytest

from storyreel.engine.graph.graph import Edge, Graph, Node
from storyreel.engine.graph.primitives import PRIMITIVES
from storyreel.engine.graph.trace import GraphTrace

X, Y = Node("x"), Node("y")


def node(name: str, primitive: str, *inputs: str) -> Node:
    return Node(name, PRIMITIVES[primitive], inputs)


def test_gradients_go_back_from_the_output_along_every_edge() -> None:
    graph = Graph((X, Y, node("q", "add", "x", "y"), Node("z"), node("f", "multiply", "q", "z")), "f")
    values = graph.forward({"x": -2, "y": 5, "z": -4})
    gradients = graph.backward(values)
    assert {name: float(value) for name, value in values.items()} == {
        "x": -2,
        "y": 5,
        "q": 3,
        "z": -4,
        "f": -12,
    }
    assert {name: float(value) for name, value in gradients.of.items()} == {
        "x": -4,
        "y": -4,
        "q": -4,
        "z": 3,
        "f": 1,
    }
    assert float(gradients.along[Edge("q", 0)]) == float(gradients.along[Edge("q", 1)]) == -4


def test_where_paths_meet_their_gradients_add_up() -> None:
    """f = (x + y) · x = x² + x y: 2x + y."""
    graph = Graph((X, Y, node("q", "add", "x", "y"), node("f", "multiply", "q", "x")), "f")
    gradients = graph.backward(graph.forward({"x": 3, "y": 4}))
    assert float(gradients.along[Edge("q", 0)]) == 3
    assert float(gradients.along[Edge("f", 1)]) == 7
    assert float(gradients.of["x"]) == 10


def test_a_node_that_is_both_inputs_of_another_gets_both_gradients() -> None:
    graph = Graph((X, node("f", "multiply", "x", "x")), "f")
    assert float(graph.backward(graph.forward({"x": 3})).of["x"]) == 6


def test_what_the_output_does_not_depend_on_has_a_gradient_of_0() -> None:
    graph = Graph((X, Y, node("aside", "exp", "y"), node("f", "negative", "x")), "f")
    gradients = graph.backward(graph.forward({"x": 1, "y": [1, 2]})).of
    np.testing.assert_array_equal(gradients["y"], [0, 0])
    np.testing.assert_array_equal(gradients["aside"], [0, 0])


def test_a_graph_of_thousands_of_nodes_needs_no_deep_recursion() -> None:
    nodes = [Node("n0"), *(node(f"n{k}", "add", f"n{k - 1}", f"n{k - 1}") for k in range(1, 1000))]
    graph = Graph(tuple(nodes), "n999")
    assert float(graph.backward(graph.forward({"n0": 0.0})).of["n0"]) == 2.0**999


def test_numbers_beyond_what_a_computer_can_tell_are_no_warnings(recwarn: pytest.WarningsRecorder) -> None:
    graph = Graph((X, node("e", "exp", "x"), node("f", "multiply", "e", "e")), "f")
    assert graph.backward(graph.forward({"x": 1000})).of["x"] == np.inf
    assert not recwarn.list


@pytest.mark.parametrize(
    ("nodes", "output", "message"),
    [
        ((X, X), "x", "there are two nodes called 'x'"),
        ((node("f", "exp", "x"), X), "f", "'f' uses 'x', which is not before it"),
        ((X,), "f", "there is no node called 'f'"),
    ],
)
def test_nodes_that_are_no_graph_are_refused(nodes: tuple[Node, ...], output: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Graph(nodes, output)


def test_only_a_number_has_a_gradient() -> None:
    graph = Graph((X, node("f", "exp", "x")), "f")
    with pytest.raises(ValueError, match="'f' is a vector of 2, not one number"):
        graph.backward(graph.forward({"x": [1, 2]}))


def test_values_whose_shapes_do_not_fit_are_refused() -> None:
    graph = Graph((X, Y, node("f", "add", "x", "y")), "f")
    with pytest.raises(ValueError, match="a vector of 2 and a vector of 3 do not fit together"):
        GraphTrace(graph, {"x": [1, 2], "y": [1, 2, 3]})
