"""Two pictures of a network: activations go forward in one, and gradients back in the other, in step."""

import numpy as np
import pytest
from helpers import lessons
from helpers.stage import Cue, faults_at_every_frame, stage_after

from storyreel.core.number_format import shorter
from storyreel.engine.experiment import Experiment
from storyreel.engine.trace import Trace
from storyreel.graphics import theme

COMPARE: Cue = ("compare_passes", {"forward": "forward", "backward": "backward"})
PASS: Cue = ("pass_both", {})


def gradient_by_differences(experiment: Experiment, name: str) -> float:
    """The derivative of the loss by a neuron's weighted sum, by central differences of its bias."""
    network, step = experiment.network, 1e-5
    address = network.names[name]
    assert address.layer is not None
    bias = network.names.biases[address.layer][address.index[0]]

    def loss(by: float) -> float:
        return Trace(network.nudged(bias, by), experiment.inputs, experiment.targets).loss

    return (loss(step) - loss(-step)) / (2 * step)


def made() -> Experiment:
    network = lessons.layered((2, 4, 3), "tanh", "identity", "half_squared_error")
    return Experiment("made", network, [0.4, -0.7], [1.0, 0.0, 0.5], "gradient_descent")


@pytest.mark.parametrize("aspect", ["16:9", "9:16", "1:1"])
def test_neurons_show_activations_and_gradients(aspect: str) -> None:
    experiment = made()
    pair = stage_after("layers", experiment, COMPARE, PASS, aspect=aspect).passes
    numbers = {tuple(np.round(number.get_center()[:2], 3)): number.plain for number in pair.numbers}

    def number_in(diagram: object, name: str) -> str:
        return numbers[tuple(np.round(diagram.nodes[name].get_center()[:2], 3))]  # type: ignore[attr-defined]

    trace = experiment.trace
    for column in pair.forward.columns:
        for name in column:
            allowed = (trace.text(name), *shorter(trace.number(name)))
            assert number_in(pair.forward, name) in allowed
    for column in pair.backward.columns[1:]:
        for name in column:
            slope = gradient_by_differences(experiment, name)
            found = float(number_in(pair.backward, name).replace("−", "-"))
            assert found == pytest.approx(slope, abs=0.006, rel=0.03)


def test_connections_are_as_wide_as_gradients_in_the_colour_of_their_sign() -> None:
    experiment = made()
    pair, trace = stage_after("layers", experiment, COMPARE, PASS).passes, experiment.trace
    slopes = {name: trace.number(f"grad.{name}") for name in pair.backward.edges}
    largest = max(map(abs, slopes.values()))
    widths = np.array([edge.get_stroke_width() for edge in pair.backward.edges.values()])
    shares = np.array([abs(slope) / largest for slope in slopes.values()])
    slope, start = np.polyfit(shares, widths, 1)
    assert slope > 0
    assert widths == pytest.approx(slope * shares + start, abs=0.02)
    for name, edge in pair.backward.edges.items():
        kind = "gradient" if slopes[name] < 0 else "falling"
        assert edge.get_stroke_color().to_hex().upper() == theme.colour(kind).upper()


def test_nothing_overlaps_on_the_way() -> None:
    assert not faults_at_every_frame("layers", made(), [COMPARE, PASS, COMPARE])
