"""The ways from a number to the output: their products add up to the gradient, found another way here."""

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from helpers import differences
from helpers.lessons import of_formulas, small_graph

from storyreel.core.errors import StoryreelError
from storyreel.engine.equations.calculation import CHAIN
from storyreel.engine.equations.rounding import holds, with_digits
from storyreel.engine.experiment import Experiment
from storyreel.engine.graph.calculation import graph_calculation
from storyreel.engine.graph.experiment import GraphExperiment
from storyreel.engine.graph.neurons import neurons_after
from storyreel.engine.graph.ways import Ways, chain_calculations, ways_to_show
from storyreel.engine.layer import Layer
from storyreel.engine.network import Network
from storyreel.engine.optimizers import GradientDescent
from storyreel.engine.trace import Trace

RANDOM = np.random.default_rng(7)


def network(
    *sizes: int, activation: str = "tanh", last: str = "identity", loss: str = "half_squared_error"
) -> Trace:
    layers = [
        Layer(f"a{n}", RANDOM.normal(size=(outputs, inputs)), RANDOM.normal(size=outputs), function)
        for n, (inputs, outputs) in enumerate(pairwise(sizes), start=1)
        for function in [last if n == len(sizes) - 1 else activation]
    ]
    return Trace(Network("x", layers, loss), RANDOM.normal(size=sizes[0]), np.eye(sizes[-1])[0])


TWICE = of_formulas({"x": 3, "y": 2}, {"a": "x * y", "b": "x^2", "f": "a + b"})
RESIDUAL = small_graph()


def test_each_way_has_its_product() -> None:
    ways = Ways(TWICE, "x")
    assert [[link.edge.to for link in way] for way in ways.links] == [["a", "f"], ["b", "f"]]
    assert [each.value for each in ways.products] == [2.0, 6.0]
    assert (ways.sum.name, ways.sum.value, ways.sum.numbers) == ("grad.x", 8.0, (2.0, 6.0))


def test_both_edges_of_a_square_are_ways() -> None:
    ways = Ways(of_formulas({"x": 3}, {"f": "x * x + x"}), "x")
    assert [each.value for each in ways.products] == [3.0, 3.0, 1.0]
    assert [link.symbol for way in ways.links for link in way] == ["{x}", "1", "{x}", "1", "1"]


def test_a_fraction_that_could_mean_two_derivatives_is_written_out() -> None:
    first, direct = Ways(RESIDUAL, "x").links
    assert direct[0].symbol == "1"  # ∂y/∂x would be that along both ways
    assert first[-1].symbol == direct[-1].symbol == ""  # ∂L/∂y is the only one
    derivative = 0.8 * (1 - math.tanh(1.2) ** 2)
    assert math.prod(link.derivative for link in first[:2]) == pytest.approx(derivative)


@pytest.mark.parametrize("start", ["x", "w", "h"])
def test_products_add_up_to_the_difference_quotient(start: str) -> None:
    ways = Ways(RESIDUAL, start)

    def loss(moved: Any) -> float:
        x, w, h = (
            float(moved) if name == start else default
            for name, default in (("x", 1.5), ("w", 0.8), ("h", None))
        )
        h = math.tanh(w * x) if h is None else h
        return (x + h - 1) ** 2 / 2

    expected = differences.gradient(loss, np.array(float(RESIDUAL.trace[start].value)))
    assert sum(each.value for each in ways.products) == pytest.approx(float(expected), rel=1e-7)


@pytest.mark.parametrize("name", ["a", "b", "x", "y"])
def test_the_rule_of_a_gradient_comes_to_it(name: str) -> None:
    calculation = graph_calculation(TWICE, f"rule of grad.{name}")
    assert calculation is not None
    terms = calculation.formula.format(*(f"({number})" for number in calculation.numbers)).replace(
        "times", "*"
    )
    assert eval(terms) == calculation.value == TWICE.number(f"grad.{name}")


@pytest.mark.parametrize("pre_activations", [False, True])
@pytest.mark.parametrize(
    "trace",
    [
        network(2, 2, 2),
        network(2, 3, 1, activation="relu"),
        network(2, 2, 3, last="softmax", loss="categorical_cross_entropy"),
        network(2, 2, last="sigmoid", loss="binary_cross_entropy"),
    ],
)
def test_the_neurons_after_a_parameter_have_the_numbers_of_the_trace(
    trace: Trace, pre_activations: bool
) -> None:
    for parameter in trace.network.names.parameters:
        after = neurons_after(trace, parameter, pre_activations)
        assert {name: after.number(name) for name in after.trace} == pytest.approx(
            {name: trace.number(name) for name in after.trace}
        )
        assert after.number(f"grad.{parameter}") == pytest.approx(trace.number(f"grad.{parameter}"), rel=1e-9)
        moved = trace.network.nudged(parameter, 1e-3)
        nudged = after.graph.forward({parameter: trace.number(parameter) + 1e-3})
        assert nudged["loss"] == pytest.approx(moved.loss_of(moved.forward(trace.inputs), trace.targets))


def test_the_equations_of_ways_hold_at_the_digits_that_they_show() -> None:
    trace = network(2, 2, 2)
    experiment = Experiment("wide", trace.network, trace.inputs, trace.targets, GradientDescent(0.1))
    for parameter in ("W1[0,0]", "b1[1]"):
        calculations = chain_calculations(experiment, CHAIN + parameter)
        assert len(calculations) == 3
        notation, failing = with_digits(experiment.notation, calculations)
        assert failing == [] and all(holds(each, notation) for each in calculations)
    assert len(chain_calculations(experiment, CHAIN + "W2[0,0]")) == 1


def test_one_way_of_a_network_with_layers_is_a_path() -> None:
    trace = network(2, 2, 1)
    experiment = Experiment("narrow", trace.network, trace.inputs, trace.targets, GradientDescent(0.1))
    assert ways_to_show(experiment, "W1[0,0]") is None


@pytest.mark.parametrize(
    ("experiment", "start", "message"),
    [
        (TWICE, "f", "`f` is the output itself"),
        (of_formulas({"x": 1, "y": 2}, {"a": "2 * x", "f": "3 * y"}), "x", "no way leads from `x` to `f`"),
        (
            of_formulas({"x": 1}, {"a": "x * x", "b": "a * a", "f": "b * b"}),
            "x",
            "8 ways lead from `x` to `f`; .* up to 4",
        ),
        (
            of_formulas({"x": 1}, {"a": "x + x", "b": "sin(sin(sin(sin(sin(a)))))", "f": "b + 1"}),
            "x",
            "the 2 ways from `x` to `f` have 14 local derivatives; .* up to 9",
        ),
        (of_formulas({"x": [1, 2]}, {"f": "sum(x)"}), "x", "`x` is a vector of 2"),
        (of_formulas({"x": 1, "v": [1, 2]}, {"a": "v * x", "f": "sum(a)"}), "x", "`a` is a vector of 2"),
    ],
)
def test_what_cannot_be_read_is_refused(experiment: GraphExperiment, start: str, message: str) -> None:
    with pytest.raises(StoryreelError, match=message):
        Ways(experiment, start)
