"""The table of a trace in a notebook."""

from xml.etree.ElementTree import fromstring

import numpy as np
import pytest

from storyreel.engine.equations.ellipsis import elided
from storyreel.engine.experiment import Experiment
from storyreel.engine.layer import Layer
from storyreel.engine.network import Network
from storyreel.engine.trace import Trace


def rows(trace: Trace) -> list[list[str]]:
    return [["".join(cell.itertext()) for cell in row] for row in fromstring(trace._repr_html_()).iter("tr")]


def test_it_has_each_name_value_and_gradient_as_a_lesson_writes_them(chain: Experiment) -> None:
    # By hand: x = 2, h = 3 · 2, y = 5/6 · 6, L = ½ (5 − 3)².
    assert rows(chain.trace) == [
        ["name", "value", "gradient"],
        ["x", "2", "5"],
        ["w1", "3", "10/3"],
        ["z1", "6", "5/3"],
        ["h", "6", "5/3"],
        ["w2", "5/6", "12"],
        ["z2", "5", "2"],
        ["y", "5", "2"],
        ["target", "3", ""],
        ["loss", "2", "1"],
    ]


def test_all_digits_of_a_number_are_its_tooltip() -> None:
    trace = Trace(Network("x", [Layer("y", 0.123456789)], "huber"), 1, 0)
    titles = [cell.get("title") for cell in fromstring(trace._repr_html_()).iter("td")]
    assert "0.123456789" in titles


def test_a_large_network_has_the_first_and_the_last_of_each_kind() -> None:
    layers = [Layer(None, np.ones((64, 784)), 0, "relu"), Layer("digit", np.ones((10, 64)), 0)]
    table = rows(Trace(Network("x", layers, "huber"), np.zeros(784), np.zeros(10)))
    names = [row[0] for row in table]
    assert len(names) <= 101
    assert {"x[0]", "x[783]", "W1[0,0]", "W1[63,783]", "b1[63]", "digit[9]", "target[9]", "loss"} <= {*names}
    assert names[names.index("x[783]") - 1] == "⋮"
    deep = [Layer(None, np.ones((9, 9)), 0) for _ in range(50)]
    assert len(rows(Trace(Network("x", deep, "huber"), np.zeros(9), np.zeros(9)))) == 101


@pytest.mark.parametrize("most", [3, 4, 8, 60])
def test_what_is_left_out_stands_between_the_first_and_the_last(most: int) -> None:
    assert elided(most, most) == list(range(most))
    places = elided(1000, most)
    assert len(places) == most
    assert places.count(None) == 1
    assert places[0] == 0
    gap = places.index(None)
    before, after = places[:gap], places[gap + 1 :]
    assert before == list(range(len(before)))
    assert after == list(range(1000 - len(after), 1000))
    assert 0 < len(after) <= len(before) or most == 3
