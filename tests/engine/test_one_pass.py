"""The forward pass exists once in Python: a graph's, whose operations are rows of a table."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import storyreel
from storyreel.core.arrays import Array
from storyreel.engine.equations.calculation import calculation_of
from storyreel.engine.experiment import Experiment
from storyreel.engine.graph import layered
from storyreel.engine.graph.builder import graph_of
from storyreel.engine.graph.primitives import PRIMITIVES
from storyreel.engine.loss_landscape import LossLandscape
from storyreel.engine.response import response
from storyreel.engine.weight_path import WeightPath
from storyreel.quiz.asked_number import AskedNumber
from storyreel.quiz.hand_calculation import HandCalculation

PACKAGE = Path(storyreel.__file__).parent


@pytest.fixture
def doubled(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """A function that makes the matrix product of the table twice what it should be."""

    def twice(left: Array, right: Array) -> Array:
        product: Array = 2.0 * (left @ right)
        return product

    def double() -> None:
        monkeypatch.setitem(PRIMITIVES, "matmul", replace(PRIMITIVES["matmul"], forward=twice))
        layered._graphs_of.cache_clear()

    yield double
    layered._graphs_of.cache_clear()


def test_all_numbers_come_from_the_operations_of_the_table(
    chain: Experiment, doubled: Callable[[], None]
) -> None:
    """With products that are doubled h is 12 and y 20, so that the loss is 144.5."""
    doubled()
    network = replace(chain.network)
    experiment = replace(chain, network=network)
    assert network.forward(experiment.inputs).prediction[0, 0] == pytest.approx(20.0)
    assert experiment.trace.loss == pytest.approx(144.5)
    assert network.cost_of(experiment.inputs, experiment.targets) == pytest.approx(144.5)
    landscape = LossLandscape.of(experiment, ("w1",))
    assert landscape.losses(np.array([[3.0], [0.0]])).tolist() == pytest.approx([144.5, 4.5])
    by_hand = HandCalculation(AskedNumber(experiment, "loss"), {}, is_rounding=False)
    assert by_hand.number == pytest.approx(144.5)
    assert calculation_of(experiment, "h").value == pytest.approx(12.0)
    assert WeightPath(experiment.trace, "w1").values(0.0)[1:] == pytest.approx((12.0, 20.0, 144.5))
    assert response(network)(2.0) == pytest.approx(20.0)
    assert experiment.run(1).objective[0] == pytest.approx(144.5)
    graph = graph_of({"W": (1, 1), "x": (1,)}, {"f": "sum(W @ x)"})
    assert graph.forward({"W": [[3.0]], "x": [2.0]})["f"] == 12.0


PRODUCT_OR_FUNCTION = re.compile(
    r"\bweights\b[^#\n]* @ | @ [^#\n]*\bweights\b|\.activation\.value\(|\bprimitive\.forward\b"
)
"""What a forward pass of layers, or of a graph, is made of."""


def test_no_module_multiplies_by_weights_besides_the_graph_and_mistakes_on_purpose() -> None:
    found = {
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        if PRODUCT_OR_FUNCTION.search(path.read_text("utf-8"))
    }
    assert found == {"engine/graph/graph.py", "quiz/mistakes_backward.py", "quiz/mistakes_forward.py"}
