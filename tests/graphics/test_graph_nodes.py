"""Numbers in the nodes of a graph's picture: there always is one, true at the digits that it has."""

import numpy as np
import pytest

from storyreel.core.number_format import read_back, shown
from storyreel.engine.graph.builder import graph_of
from storyreel.engine.graph.experiment import GraphExperiment
from storyreel.graphics import theme
from storyreel.graphics.layout import Frame
from storyreel.graphics.maths.graphs.graph_picture import GraphPicture
from storyreel.graphics.networks.neuron import Neuron
from storyreel.graphics.text.typeset import Typeset
from storyreel.storyboard.graphs.room import HALF_WIDTH, LEAST, RADIUS

SIZES = [1.0, 1.3, 2.46, 4.2, 7.777]
NUMBERS = [sign * size * 10.0**power for sign in (1, -1) for size in SIZES for power in range(-12, 12)]


def in_node(number: float, scale: float = LEAST) -> Typeset:
    node = Neuron("activation", scale * RADIUS, scale * HALF_WIDTH)
    value = node.longest_value(shown(number), number, 0.0)
    assert value is not None, number
    assert value.width < 2 * node.half_width
    return value


@pytest.mark.parametrize("scale", [LEAST, 0.6, 0.8, 1.2])
@pytest.mark.parametrize("number", NUMBERS)
def test_a_node_of_any_size_has_its_number(number: float, scale: float) -> None:
    text = in_node(number, scale).plain
    if text == "≈ 0":
        assert abs(number) < 0.005
    elif text.startswith("≈"):
        assert abs(number) >= 1000
        assert 0.3 < number / float(read_back(text.removeprefix("≈ ").replace("10", "1×10", 1))) < 3.4
    else:
        digits = text.lstrip("−").replace(".", "").lstrip("0").partition("×")[0]
        assert abs(float(read_back(text)) - number) <= 0.5 * abs(number) / 10 ** (len(digits) - 1), text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (-0.006, "−0.01"),
        (-0.42, "−0.42"),
        (-5 / 12, "−0.42"),
        (-0.05, "−0.05"),
        (-2e-4, "≈ 0"),
        (-12345, "≈ −10⁴"),
    ],
)
def test_the_smallest_node_has_what_a_reader_needs(number: float, text: str) -> None:
    assert in_node(number).plain == text


@pytest.mark.parametrize("number", [0.006, -0.006, -0.42, 12.34, -123.4, 1e-9, -1e-9])
def test_what_is_not_large_can_be_read_in_the_smallest_node(number: float) -> None:
    assert in_node(number)[0].em >= theme.SIZES.crowded - 1e-6


def test_a_node_has_the_shape_of_its_array() -> None:
    shapes = {"a": (13,), "b": (10, 64), "c": (3, 3)}
    formulas = {"f": "tanh(tanh(tanh(tanh(tanh(sum(a) + sum(b) + sum(c))))))"}
    given = {name: np.ones(shape) for name, shape in shapes.items()}
    picture = GraphPicture(GraphExperiment("made", graph_of(shapes, formulas), given), Frame("16:9"))
    texts = [value.plain for value in map(picture.value, shapes) if value is not None]
    assert texts == ["13 × 1", "10 × 64", "3 × 3"]
