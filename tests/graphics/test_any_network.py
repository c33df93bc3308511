"""Networks of any size: neurons have their numbers, weights and biases can be read, nothing is covered."""

from dataclasses import replace
from itertools import combinations, pairwise

import numpy as np
import pytest
from helpers import by_hand, lessons
from helpers.measure import number
from helpers.stage import beat_ends, stage_after, texts_after
from manim import VMobject
from other_networks.cases import CASES, Case

from storyreel.core.errors import StoryboardError, StoryreelError
from storyreel.engine.experiment import Experiment
from storyreel.engine.layer import Layer
from storyreel.engine.losses import LOSSES
from storyreel.engine.network import Network
from storyreel.engine.optimizers import GradientDescent
from storyreel.graphics.layout import Frame
from storyreel.graphics.networks.images.pixel_grid import PixelGrid
from storyreel.graphics.networks.network_diagram import NetworkDiagram
from storyreel.storyboard.themes.contrast import luminance

READABLE = Frame().height / 36
Corners = tuple[float, float, float, float]


def network(*sizes: int, has_bias: bool = True, scale: float = 1.0) -> Experiment:
    """A linear network of these sizes with weights between -2 and 2, times a scale."""
    random = np.random.default_rng(sum(sizes))
    layers = [
        Layer(
            None,
            scale * np.round(random.uniform(-2, 2, (after, before)), 2),
            scale * np.round(random.uniform(-1, 1, after), 2) if has_bias else None,
        )
        for before, after in pairwise(sizes)
    ]
    inputs = tuple(f"x[{i}]" for i in range(sizes[0])) if sizes[0] > 1 else ("x",)
    network = Network(inputs, tuple(layers), LOSSES["half_squared_error"])
    values = np.round(random.uniform(-2, 2, sizes[0]), 2)
    return Experiment("net", network, values, np.zeros(sizes[-1]), GradientDescent(0.01))


def of_case(case: Case) -> Experiment:
    """The network of a case, as an experiment without activations: its numbers grow as they can."""
    content = case.network()
    layers = tuple(
        Layer(layer["name"], layer["weights"], np.atleast_1d(layer["bias"]) if "bias" in layer else None)
        for layer in content["layers"]
    )
    inputs = np.atleast_1d(content["input"]["x"])
    names = tuple(f"x[{i}]" for i in range(len(inputs))) if len(inputs) > 1 else ("x",)
    built = Network(names, layers, LOSSES["half_squared_error"])
    return Experiment("net", built, inputs, np.atleast_1d(content["target"]), GradientDescent(0.01))


def corners(shape: VMobject) -> Corners:
    (left, bottom, _), (right, top, _) = shape.get_corner((-1, -1, 0)), shape.get_corner((1, 1, 0))
    return left, bottom, right, top


def meet(one: VMobject, other: VMobject) -> bool:
    a, b = corners(one), corners(other)
    return min(a[2], b[2]) > max(a[0], b[0]) and min(a[3], b[3]) > max(a[1], b[1])


@pytest.mark.parametrize("with_loss", [False, True])
@pytest.mark.parametrize("case", CASES[::3], ids=lambda case: case.name)
def test_every_neuron_has_its_number_at_a_size_that_can_be_read(case: Case, with_loss: bool) -> None:
    experiment = of_case(case)
    diagram = NetworkDiagram(experiment.trace, Frame().stage, with_loss, has_values=True)
    values = by_hand.numbers(experiment)
    neurons = {name for column in experiment.network.names.activations for name in column}
    assert set(diagram.nodes) - {"loss"} == neurons
    for name, node in diagram.nodes.items():
        text = diagram.value(name)
        assert text is not None
        assert number(text.plain) == pytest.approx(values[name], rel=0.1, abs=1e-12)
        assert all(glyph.em >= READABLE for glyph in text)
        assert np.abs(text.get_center() - node.get_center()).max() < 1e-6
        assert text.width < node.width
        assert text.height < node.height


def test_a_very_small_value_is_written_and_not_left_out() -> None:
    layers = (Layer("h", 4.7e-14), Layer("y", 1.0))
    tiny = Network(("x",), layers, LOSSES["half_squared_error"])
    experiment = Experiment("tiny", tiny, np.array([2.0]), np.array([1.0]), GradientDescent(0.1))
    texts = texts_after("forward_pass", experiment, ("draw_network", {"filled": True}))
    assert texts.count("9.4×10⁻¹⁴") == 2  # h, and y


@pytest.mark.parametrize("sizes", [(3, 2), (3, 3), (4, 2), (4, 3), (2, 2, 2), (2, 4, 1), (3, 4, 2), (5, 5)])
@pytest.mark.parametrize("with_loss", [False, True])
def test_weights_are_labelled_each_on_its_connection(sizes: tuple[int, ...], with_loss: bool) -> None:
    experiment = network(*sizes)
    diagram = NetworkDiagram(experiment.trace, Frame().stage, with_loss, has_values=True)
    labels = {name: label for name, label in diagram.labels.items() if name in diagram.edges}
    assert set(labels) == set(diagram.edges)
    for name, label in labels.items():
        assert number(label.text.plain) == pytest.approx(by_hand.numbers(experiment)[name])
        start, end, here = (
            diagram.edges[name].get_start(),
            diagram.edges[name].get_end(),
            label.text.get_center(),
        )
        along = np.linalg.norm(here - start) + np.linalg.norm(end - here)
        assert along == pytest.approx(np.linalg.norm(end - start), rel=1e-3)
        assert not any(meet(label.text, node) for node in diagram.nodes.values())
    written = [*(label.text for label in diagram.labels.values()), *diagram.names.values()]
    assert not any(meet(one, other) for one, other in combinations(written, 2))


def test_show_weights_shows_biases_too_and_says_where_there_is_no_room() -> None:
    texts = texts_after("forward_pass", network(3, 2), ("draw_network", {}), ("show_weights", {}))
    numbers = by_hand.numbers(network(3, 2))
    assert {f"{numbers[name]:+g}".replace("-", "−") for name in ("b1[0]", "b1[1]")} <= set(texts)
    crowded = network(5, 5, 5, 5, has_bias=False)
    with pytest.raises(StoryboardError, match="no room for the numbers of all weights; `reveal` shows one"):
        texts_after("forward_pass", crowded, ("draw_network", {}), ("show_weights", {}))


@pytest.mark.parametrize(("sizes", "text"), [((1, 1, 1), "b2 = "), ((2, 2, 1), "")])
def test_biases_are_named_only_where_all_layers_have_one_neuron(sizes: tuple[int, ...], text: str) -> None:
    experiment = network(*sizes)
    value = experiment.trace.number("b2")
    written = f"{text}{value:g}" if text else f"{value:+g}"
    diagram = NetworkDiagram(experiment.trace, Frame().stage, has_values=True)
    assert diagram.labels["b2"].text.plain == written.replace("-", "−")


@pytest.mark.parametrize("name", ["W2[0,1]", "W1[4,4]", "W3[2,0]", "b2[3]"])
def test_any_weight_or_bias_can_be_called_up(name: str) -> None:
    experiment = network(5, 5, 5, 5)
    before, after = beat_ends(
        "forward_pass", experiment, [("draw_network", {"filled": True}), ("reveal", {"value": name})]
    )
    value = f"{by_hand.numbers(experiment)[name]:+g}".replace("-", "−")
    shown = value if name.startswith("b") else value.removeprefix("+")
    assert after.faults == before.faults == []
    assert after.texts.count(shown) == before.texts.count(shown) + (0 if name.startswith("b") else 1)
    assert shown in after.texts


def test_badges_of_all_gradients_cover_nothing() -> None:
    experiment = network(2, 2, 2)
    names = [name for name in by_hand.numbers(experiment) if name[0] in "Wbha"]
    cues = [("calculate", {"value": f"grad.{name}"}) for name in names]
    drawn = ("draw_network", {"filled": True, "loss": True})
    ends = beat_ends("backward_pass", experiment, [drawn, *cues, ("clear_equation", {})])
    assert [end.faults for end in ends] == [[]] * len(ends)
    assert len(ends[-1].texts) > len(ends[0].texts) + 8


def large() -> Experiment:
    """784-16-16-10 with a picture of a bar as input."""
    picture = np.zeros((28, 28))
    picture[4:24, 12:16] = 1.0
    built = lessons.layered((784, 16, 16, 10), "tanh", "softmax", "categorical_cross_entropy")
    return Experiment("digits", built, picture.ravel(), np.eye(10)[1], GradientDescent(0.1))


@pytest.mark.parametrize("has_values", [False, True])
def test_of_large_layers_the_first_and_the_last_neurons_are_drawn(has_values: bool) -> None:
    experiment = large()
    low = replace(Frame().stage, bottom=-0.35)
    diagram = NetworkDiagram(experiment.trace, low, has_values=has_values)
    for layer, count in enumerate((784, 16, 16, 10)):
        column, everything = diagram.columns[layer], experiment.network.names.activations[layer]
        assert len(everything) == count
        first = len([name for k, name in enumerate(column) if name == everything[k]])
        assert 1 <= first < len(column) < count
        assert column[first:] == everything[first - len(column) :]
        heights = [diagram.nodes[name].get_y() for name in column]
        dots, label = diagram.marks[layer]
        assert heights[first - 1] > dots.get_y() > heights[first]
        assert label.plain == str(count)
        assert label.get_y() < heights[-1]
    assert set(diagram.edges) == {
        experiment.network.names.weights[layer + 1][row][column]
        for layer in range(3)
        for row in map(experiment.network.names.activations[layer + 1].index, diagram.columns[layer + 1])
        for column in map(experiment.network.names.activations[layer].index, diagram.columns[layer])
    }


def test_what_is_left_out_says_so() -> None:
    for cue in (("reveal", {"value": "W1[3,400]"}), ("reveal", {"value": "x[400]"})):
        with pytest.raises(StoryboardError, match="left out of this picture"):
            stage_after("forward_pass", large(), ("draw_network", {}), cue)


def test_the_digit_of_a_large_network_is_shown_pixel_by_pixel() -> None:
    values = np.arange(9.0)
    grid = PixelGrid(values, 3.0)
    seen: dict[int, float] = {}
    for shape in grid[:-1]:
        for path in shape.get_subpaths():
            x, y = path[:, 0].mean(), path[:, 1].mean()
            row, column = round(1 - y), round(1 + x)
            seen[3 * row + column] = luminance_of(shape)
    assert sorted(seen) == list(range(9))
    assert sorted(seen, key=lambda pixel: seen[pixel]) == list(range(9))
    assert grid.size.plain == "3 × 3"


def luminance_of(shape: VMobject) -> float:
    return luminance(shape.get_fill_color().to_hex())


def test_inputs_that_are_no_square_are_no_image() -> None:
    with pytest.raises(StoryreelError, match="5 inputs make no square image"):
        PixelGrid(np.ones(5), 3.0)
