"""Worked examples that have been published, and networks that are no stacks of layers."""

import numpy as np
import pytest
from helpers import differences

from storyreel.core.arrays import Array
from storyreel.engine.graph.builder import graph_of
from storyreel.engine.graph.trace import GraphTrace

Values = dict[str, object]

PUBLISHED: dict[str, tuple[Values, dict[str, str], dict[str, float]]] = {
    "CS231n, Optimization 2, a circuit": (
        {"x": -2, "y": 5, "z": -4},
        {"q": "x + y", "f": "q * z"},
        {"q": 3, "f": -12, "grad.z": 3, "grad.q": -4, "grad.x": -4, "grad.y": -4},
    ),
    "CS231n, Optimization 2, a sigmoid neuron taken apart": (
        {"w0": 2, "x0": -1, "w1": -3, "x1": -2, "w2": -3},
        {
            "a": "w0 * x0",
            "b": "w1 * x1",
            "c": "a + b",
            "d": "c + w2",
            "m": "-d",
            "p": "exp(m)",
            "n": "p + 1",
            "f": "1 / n",
        },
        {"d": 1.00, "p": 0.37, "n": 1.37, "f": 0.73}
        | {"grad.n": -0.53, "grad.p": -0.53, "grad.m": -0.20, "grad.d": 0.20, "grad.w0": -0.20}
        | {"grad.x0": 0.39, "grad.w1": -0.39, "grad.x1": -0.59, "grad.w2": 0.20},
    ),
    "CS231n, Optimization 2, max gate": (
        {"x": 3, "y": -4, "z": 2, "w": -1},
        {"a": "x * y", "m": "max(z, w)", "s": "a + m", "f": "2 * s"},
        {"f": -20, "grad.x": -8, "grad.y": 6, "grad.z": 2, "grad.w": 0, "grad.s": 2},
    ),
    "Karpathy, micrograd, README": (
        {"a": -4, "b": 2},
        {
            "c": "a + b",
            "d": "a * b + b^3",
            "c1": "c + c + 1",
            "c2": "c1 + 1 + c1 + (-a)",
            "d1": "d + d * 2 + relu(b + a)",
            "d2": "d1 + 3 * d1 + relu(b - a)",
            "e": "c2 - d2",
            "f": "e^2",
            "g": "f / 2 + 10 / f",
        },
        {"g": 24.7041, "grad.a": 138.8338, "grad.b": 645.5773},
    ),
    "Karpathy, micrograd lecture, a tanh neuron": (
        {"x1": 2, "x2": 0, "w1": -3, "w2": 1, "b": 6.8813735870195432},
        {"n": "x1 * w1 + x2 * w2 + b", "o": "tanh(n)"},
        {"n": 0.8814, "o": 0.7071, "grad.n": 0.5}
        | {"grad.x1": -1.5, "grad.w1": 1.0, "grad.x2": 0.5, "grad.w2": 0.0, "grad.b": 0.5},
    ),
    "Karpathy, micrograd lecture, tanh taken apart": (
        {"n": 0.8813735870195432},
        {"e": "exp(2 * n)", "o": "(e - 1) / (e + 1)"},
        {"o": 0.7071, "grad.n": 0.5},
    ),
    "Olah, Calculus on Computational Graphs": (
        {"a": 2, "b": 1},
        {"c": "a + b", "d": "b + 1", "e": "c * d"},
        {"c": 3, "d": 2, "e": 6, "grad.c": 2, "grad.d": 3, "grad.a": 2, "grad.b": 5},
    ),
    "Mazur, A Step by Step Backpropagation Example, neuron by neuron": (
        {"i1": 0.05, "i2": 0.1, "w1": 0.15, "w2": 0.2, "w3": 0.25, "w4": 0.3, "b1": 0.35}
        | {"w5": 0.4, "w6": 0.45, "w7": 0.5, "w8": 0.55, "b2": 0.6, "t1": 0.01, "t2": 0.99},
        {
            "h1": "sigmoid(w1 * i1 + w2 * i2 + b1)",
            "h2": "sigmoid(w3 * i1 + w4 * i2 + b1)",
            "o1": "sigmoid(w5 * h1 + w6 * h2 + b2)",
            "o2": "sigmoid(w7 * h1 + w8 * h2 + b2)",
            "E1": "half_squared_error(o1, t1)",
            "E2": "half_squared_error(o2, t2)",
            "E": "E1 + E2",
        },
        {"h1": 0.593269992, "o1": 0.75136507, "E1": 0.274811083, "E2": 0.023560026, "E": 0.298371109}
        | {"grad.w5": 0.082167041, "grad.o1": 0.74136507, "grad.h1": 0.036350306, "grad.w1": 0.000438568},
    ),
    "Baydin et al., Automatic Differentiation in Machine Learning, table 3": (
        {"x1": 2, "x2": 5},
        {"v1": "log(x1)", "v2": "x1 * x2", "v3": "sin(x2)", "v4": "v1 + v2", "y": "v4 - v3"},
        {"v1": 0.693, "v2": 10, "v3": -0.959, "v4": 10.693, "y": 11.652, "grad.x1": 5.5, "grad.x2": 1.716},
    ),
}


@pytest.mark.parametrize("source", PUBLISHED)
def test_a_published_graph_has_its_printed_numbers(source: str) -> None:
    given, formulas, printed = PUBLISHED[source]
    trace = GraphTrace(graph_of(dict.fromkeys(given, ()), formulas), given)
    for name, number in printed.items():
        decimals = len(str(number).partition(".")[2])
        assert trace.number(name) == pytest.approx(number, abs=0.5 * 10**-decimals + 1e-12), name


OTHER_NETWORKS: dict[str, tuple[dict[str, tuple[int, ...]], dict[str, str]]] = {
    "a recurrent network of two steps": (
        {"x1": (2,), "x2": (2,), "W": (3, 2), "U": (3, 3), "b": (3,), "w": (3,), "target": ()},
        {
            "h1": "tanh(W @ x1 + b)",
            "h2": "tanh(W @ x2 + U @ h1 + b)",
            "y": "dot(w, h2)",
            "loss": "half_squared_error(y, target)",
        },
    ),
    "a residual block": (
        {"x": (4,), "W1": (4, 4), "W2": (4, 4), "target": (4,)},
        {"r": "W2 @ gelu(W1 @ x)", "y": "x + r", "loss": "half_squared_error(y, target)"},
    ),
    "CS231n's circuit of several gates": (
        {"x": (), "y": ()},
        {
            "num": "x + sigmoid(y)",
            "den": "sigmoid(x) + (x + y)^2",
            "loss": "num / den",
        },
    ),
    "a gated recurrent unit": (
        {"x": (2,), "h": (3,), "Wz": (3, 2), "Uz": (3, 3), "Wr": (3, 2), "Ur": (3, 3), "Wn": (3, 2)}
        | {"Un": (3, 3), "target": (3,)},
        {
            "z": "sigmoid(Wz @ x + Uz @ h)",
            "r": "sigmoid(Wr @ x + Ur @ h)",
            "n": "tanh(Wn @ x + Un @ (r * h))",
            "y": "(1 - z) * n + z * h",
            "loss": "half_squared_error(y, target)",
        },
    ),
    "batch normalization": (
        {"x": (4,), "gamma": (), "beta": (), "target": (4,)},
        {
            "centred": "x - mean(x)",
            "y": "gamma * centred / sqrt(mean(centred^2) + 1e-5) + beta",
            "loss": "mean_squared_error(y, target)",
        },
    ),
    "attention over three tokens": (
        {"X": (3, 4), "Wq": (4, 2), "Wk": (4, 2), "Wv": (4, 3), "target": (3, 3)},
        {
            "Q": "X @ Wq",
            "K": "X @ Wk",
            "V": "X @ Wv",
            "A": "softmax(Q @ transpose(K) / sqrt(2))",
            "Y": "A @ V",
            "loss": "mean(mean_squared_error(Y, target))",
        },
    ),
    "a 5×5 image through a 3×3 convolution": (
        {"image": (5, 5), "K": (3, 3), "b": (), "W": (2, 9), "target": (2,)},
        {
            "h": "relu(conv2d(image, K) + b)",
            "p": "softmax(W @ flatten(h))",
            "loss": "categorical_cross_entropy(p, target)",
        },
    ),
}


@pytest.mark.parametrize("name", OTHER_NETWORKS)
def test_a_network_that_is_no_stack_of_layers_has_the_gradients_of_central_differences(name: str) -> None:
    shapes, formulas = OTHER_NETWORKS[name]
    numbers = np.random.default_rng(19)
    given = {each: np.asarray(numbers.normal(size=shape)) for each, shape in shapes.items()}
    graph = graph_of(shapes, formulas)
    trace = GraphTrace(graph, given)
    for each, value in given.items():

        def loss(moved: Array, each: str = each) -> float:
            return float(graph.forward({**given, each: moved})["loss"])

        np.testing.assert_allclose(
            trace[each].gradient, differences.gradient(loss, value), rtol=1e-7, atol=1e-9
        )


def test_the_weights_of_a_recurrent_network_gather_a_gradient_at_each_step() -> None:
    shapes, formulas = OTHER_NETWORKS["a recurrent network of two steps"]
    trace = GraphTrace(
        graph_of(shapes, formulas), {name: np.full(shape, 0.3) for name, shape in shapes.items()}
    )
    assert len(trace["W"].passed_back) == 2
    first, second = trace["W"].passed_back.values()
    np.testing.assert_allclose(trace["W"].gradient, first + second)
    assert np.all(first) and np.all(second)
