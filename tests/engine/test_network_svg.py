"""A network's diagram in a notebook, measured against the network."""

import math
from itertools import pairwise
from xml.etree.ElementTree import Element, fromstring

import numpy as np
import pytest

from storyreel.engine.experiment import Experiment
from storyreel.engine.layer import Layer
from storyreel.engine.network import Network
from storyreel.engine.notebook.network_svg import RADIUS

SVG = "{http://www.w3.org/2000/svg}"


def diagram(network: Network) -> Element:
    return fromstring(network._repr_svg_())


def texts(picture: Element) -> list[str]:
    return ["".join(text.itertext()) for text in picture.iter(f"{SVG}text")]


def edges(picture: Element) -> dict[str, Element]:
    """The edges by the names of their weights."""
    found = {}
    for line in picture.iter(f"{SVG}line"):
        (title,) = line
        found[(title.text or "").split(" = ")[0]] = line
    return found


def numbers(element: Element, *names: str) -> list[float]:
    return [float(element.attrib[name]) for name in names]


def random_network(*sizes: int) -> Network:
    random = np.random.default_rng(7)
    layers = [Layer(None, random.normal(size=(size, inputs))) for inputs, size in pairwise(sizes)]
    return Network("x", layers, "mean_squared_error")


def test_a_chain_has_its_names_weights_and_loss(chain: Experiment) -> None:
    written = texts(diagram(chain.network))
    assert {"x", "h", "y", "3", "5/6", "1 neuron, identity", "half squared error, 2 parameters"} <= {*written}


def test_an_edge_is_as_wide_as_its_weight_is_large_and_coloured_by_its_sign() -> None:
    network = Network("x", [Layer("y", [[4, -2, 1, 0]])], "huber")
    lines = edges(diagram(network))
    width = {k: numbers(lines[f"W1[0,{k}]"], "stroke-width")[0] for k in range(4)}
    per_unit = (width[0] - width[3]) / 4
    assert per_unit > 0.5
    assert width[1] - width[3] == pytest.approx(2 * per_unit, abs=0.01)
    assert width[2] - width[3] == pytest.approx(1 * per_unit, abs=0.01)
    assert [k for k in range(4) if lines[f"W1[0,{k}]"].get("class") == "negative"] == [1]


def test_every_edge_runs_from_rim_to_rim_of_its_neurons(dense: Experiment) -> None:
    picture = diagram(dense.network)
    centres = [tuple(numbers(circle, "cx", "cy")) for circle in picture.iter(f"{SVG}circle")]
    assert len(centres) == 2 + 6 + 5
    lines = edges(picture)
    assert len(lines) == 6 * 2 + 5 * 6
    for k in range(6):
        for j in range(2):
            x1, y1, x2, y2 = numbers(lines[f"W1[{k},{j}]"], "x1", "y1", "x2", "y2")
            assert math.dist((x1, y1), centres[j]) == pytest.approx(RADIUS, abs=0.2)
            assert math.dist((x2, y2), centres[2 + k]) == pytest.approx(RADIUS, abs=0.2)


def test_each_weight_is_written_on_its_own_edge_and_no_two_touch() -> None:
    weights = [[0.1, -0.2], [0.3, 0.4], [0.5, -0.6]]
    picture = diagram(Network("x", [Layer("h", weights)], "huber"))
    written = {"".join(text.itertext()): numbers(text, "x", "y") for text in picture.iter(f"{SVG}text")}
    heights = []
    for k, row in enumerate(weights):
        for j, weight in enumerate(row):
            x, baseline = written[f"{weight}".replace("-", "−")]
            x1, y1, x2, y2 = numbers(edges(picture)[f"W1[{k},{j}]"], "x1", "y1", "x2", "y2")
            middle = baseline - 4  # digits of 12 pixels are about 8 high
            assert middle == pytest.approx(y1 + (x - x1) / (x2 - x1) * (y2 - y1), abs=0.2)
            heights.append(middle)
    assert min(below - above for above, below in pairwise(sorted(heights))) >= 12


@pytest.mark.parametrize("inputs", range(1, 8))
def test_weights_are_written_where_there_is_room_and_left_out_elsewhere(inputs: int) -> None:
    for size in range(1, 8):
        picture = diagram(random_network(inputs, size))
        columns = {circle.attrib["cx"] for circle in picture.iter(f"{SVG}circle")}
        labels = [text for text in picture.iter(f"{SVG}text") if "class" not in text.attrib]
        labels = [text for text in labels if f"{numbers(text, 'x')[0]:g}" not in columns]
        assert len(labels) in (0, inputs * size)
        heights = sorted(numbers(text, "y")[0] for text in labels)
        assert min((below - above for above, below in pairwise(heights)), default=99) >= 12
        assert labels or (inputs > 2 and size > 2)


def test_a_large_layer_and_a_deep_network_are_shown_in_part() -> None:
    wide = diagram(random_network(784, 64, 10))
    assert len(list(wide.iter(f"{SVG}circle"))) == 3 * 7
    assert texts(wide).count("⋮") == 3
    assert {"x1", "x784", "64 neurons, identity", "mean squared error, 50,816 parameters"} <= {*texts(wide)}
    assert {"W1[0,0]", "W1[63,783]", "W2[9,63]"} <= edges(wide).keys()
    assert len(edges(wide)) == 2 * 7 * 7
    deep = diagram(random_network(*[2] * 30))
    assert float(deep.attrib["width"]) < 1500
    assert texts(deep).count("⋯") == 1
    assert {"inputs", "layer 1", "layer 29"} <= {*texts(deep)}
    # No edge runs over the layers left out.
    assert all(numbers(line, "x2")[0] - numbers(line, "x1")[0] < 200 for line in deep.iter(f"{SVG}line"))


def test_a_network_that_diverged_has_a_diagram_too() -> None:
    picture = diagram(Network("x", [Layer("h", [[float("inf"), float("nan"), 1.0]])], "huber"))
    assert {"∞", "not a number", "1"} <= {*texts(picture)}
    widths = [numbers(line, "stroke-width")[0] for line in picture.iter(f"{SVG}line")]
    assert all(math.isfinite(width) for width in widths)


def test_names_are_text_and_styles_stay_inside() -> None:
    picture = diagram(Network(["<b>&"], [Layer("y", 3)], "huber"))
    assert "<b>&" in texts(picture)
    (style,) = picture.iter(f"{SVG}style")
    assert all(rule.startswith(".storyreel-network ") for rule in (style.text or "").split("}")[:-1])
    assert picture.attrib["role"] == "img"
    assert picture.attrib["aria-label"] == "Network 1 → 1: huber, 1 parameter"
