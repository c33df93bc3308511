import math
import re
from itertools import product

import numpy as np
import pytest
import typst

from storyreel.engine.activations import ACTIVATIONS
from storyreel.engine.experiment import Experiment
from storyreel.engine.layer import Layer
from storyreel.engine.losses import LOSSES
from storyreel.engine.network import Network
from storyreel.engine.operation import Operation
from storyreel.engine.trace import Trace

FUNCTIONS = {
    "abs": abs,
    "e": math.e,
    "frac": lambda above, below: above / below,
    "ln": math.log,
    "max": max,
    "phi": lambda z: math.exp(-z * z / 2) / math.sqrt(2 * math.pi),
    "Phi": lambda z: math.erfc(-z / math.sqrt(2)) / 2,
    "sign": lambda z: math.copysign(1.0, z) if z else 0.0,
    "tanh": math.tanh,
}


def evaluate(operation: Operation, trace: Trace) -> float:
    """The result of the formula, evaluated as arithmetic with the operands' numbers."""
    text = operation.formula.replace('op("sign")', "sign").replace(" times ", " * ").replace("^", "**")
    text = re.sub(r"(\d) \(", r"\1 * (", text)  # 1/2 (a - b)
    values = [f"({trace.number(name)!r})" for name in operation.operands]
    return float(eval(text.format(*values), {"__builtins__": {}}, FUNCTIONS))


def a_trace(activation: str, loss: str, outputs: int, hard: bool) -> Trace:
    """2-3-`outputs` with the activation twice, its predictions between 0 and 1; `hard`: targets 0 and 1."""
    random, row = np.random.default_rng(3), ACTIVATIONS[activation]
    layers = (
        Layer("h", random.normal(0.0, 1.0, (3, 2)), random.normal(0.0, 0.5, 3), row),
        Layer("y", random.uniform(-0.05, 0.05, (outputs, 3)), np.full(outputs, 0.25), row),
    )
    is_class = hard or loss == "hinge"
    targets = np.eye(outputs)[0] if is_class else random.uniform(0.1, 2.0, outputs)
    return Trace(Network(("x[0]", "x[1]"), layers, LOSSES[loss]), [0.5, -1.2], targets)


@pytest.mark.parametrize(("activation", "loss"), list(product(ACTIVATIONS, LOSSES)))
def test_every_formula_of_a_trace_gives_the_number_it_stands_beside(activation: str, loss: str) -> None:
    alone = 2 if activation == "softmax" else 1  # one neuron alone is always 1 by softmax
    for outputs, hard in product((alone, 3), (False, True)):
        trace = a_trace(activation, loss, outputs, hard)
        for name, quantity in trace.items():
            if quantity.operation.kind != "given":
                assert evaluate(quantity.operation, trace) == pytest.approx(quantity.value, rel=1e-12), name
            if quantity.gradient_operation and quantity.gradient_operation.kind != "given":
                value = evaluate(quantity.gradient_operation, trace)
                assert value == pytest.approx(quantity.gradient, rel=1e-9, abs=1e-15), name


def test_typst_sets_every_formula() -> None:
    formulas = set()
    for activation, loss, outputs, hard in product(ACTIVATIONS, LOSSES, (1, 3), (False, True)):
        trace = a_trace(activation, loss, outputs, hard)
        for quantity in trace.values():
            for operation in (quantity.operation, quantity.gradient_operation):
                if operation and operation.formula:
                    formulas.add(operation.formula.format(*"abcdfghijklmnopq"))
    source = "\n\n".join(f"$ {formula} $" for formula in sorted(formulas))
    assert typst.compile(source.encode(), format="pdf").startswith(b"%PDF")


def test_the_chain_has_the_lessons_numbers(chain: Experiment) -> None:
    trace = chain.trace
    values = {"x": 2, "w1": 3, "h": 6, "w2": 5 / 6, "y": 5, "target": 3, "loss": 2}
    gradients = {"y": 2, "w2": 12, "h": 5 / 3, "w1": 10 / 3}
    assert {name: trace[name].value for name in values} == pytest.approx(values, rel=1e-15)
    assert {name: trace[name].gradient for name in gradients} == pytest.approx(gradients, rel=1e-15)


def test_the_chain_tells_how_each_number_came_about(chain: Experiment) -> None:
    trace = chain.trace
    assert trace["h"].operation == Operation("weighted_sum", ("w1", "x"), "{0} times {1}")
    assert trace["y"].operation == Operation("weighted_sum", ("w2", "h"), "{0} times {1}")
    assert trace["loss"].operation == Operation("loss", ("y", "target"), "1/2 ({0} - {1})^2")
    assert trace["y"].gradient_operation == Operation("derivative", ("y", "target"), "{0} - {1}")
    assert trace["w2"].gradient_operation == Operation("product", ("grad.y", "h"), "{0} times {1}")
    assert trace["h"].gradient_operation == Operation("product", ("grad.y", "w2"), "{0} times {1}")
    assert trace["w1"].gradient_operation == Operation("product", ("grad.h", "x"), "{0} times {1}")
    assert trace["x"].operation.kind == trace["w1"].operation.kind == "given"
    assert trace["target"].gradient is None and trace["target"].gradient_operation is None


def test_a_bias_joins_the_sum_where_there_is_one() -> None:
    network = Network(("x",), (Layer("y", 2.0, 0.0),), LOSSES["half_squared_error"])
    trace = Trace(network, [1.0], [1.0])
    assert trace["y"].operation == Operation("weighted_sum", ("w1", "x", "b1"), "{0} times {1} + {2}")
    assert trace["b1"].gradient_operation == Operation("copy", ("grad.y",), "{0}")


def test_a_hidden_neuron_sums_what_comes_back_from_every_neuron_after_it(dense: Experiment) -> None:
    quantity = dense.trace["h[1]"]
    assert quantity.gradient_operation is not None
    pairs = [(f"grad.z2[{k}]", f"W2[{k},1]") for k in range(5)]
    assert quantity.gradient_operation.operands == tuple(name for pair in pairs for name in pair)
    assert quantity.gradient == pytest.approx(
        sum(dense.trace.number(upstream) * dense.trace.number(weight) for upstream, weight in pairs)
    )


def test_softmax_with_cross_entropy_comes_back_as_prediction_minus_target(dense: Experiment) -> None:
    operation = dense.trace["z2[2]"].gradient_operation
    assert operation == Operation("derivative", ("a2[2]", "target[2]"), "{0} - {1}")


def test_an_alias_finds_the_same_quantity(dense: Experiment) -> None:
    assert dense.trace["a1[3]"] == dense.trace["h[3]"]
    assert dense.trace["a1[3]"].name == "h[3]"


def test_a_trace_has_every_quantity_once(dense: Experiment) -> None:
    trace = dense.trace
    assert len(trace) == len(set(trace.names)) == 2 + (12 + 6 + 6 + 6) + (30 + 5 + 5 + 5) + 5 + 1
    assert all(trace[name].name == name for name in trace)


@pytest.mark.parametrize(
    ("inputs", "targets"), [([1.0, 2.0], [3.0]), ([2.0], [[3.0], [4.0]]), ([[2.0], [2.0]], [3.0])]
)
def test_a_trace_is_of_one_example_that_fits_the_network(chain: Experiment, inputs, targets) -> None:
    with pytest.raises(ValueError, match="one example needs"):
        Trace(chain.network, inputs, targets)


@pytest.mark.parametrize("name", ["q", "grad.target", "grad.", "grad.grad.h", "W1[9,9]", ""])
def test_a_number_that_is_not_there_is_a_key_error(chain: Experiment, name: str) -> None:
    with pytest.raises(KeyError):
        chain.trace.number(name)
