"""The scene `weighted_sum`: bars are as long as inputs, products, sums and values, all on one scale."""

from typing import Any

import numpy as np
import pytest
from helpers import lessons
from helpers.random_cues import empty_stage, fault_of
from helpers.stage import Cue, faults_at_every_frame, stage_after, texts_after

from storyreel.core.errors import StoryboardError
from storyreel.core.number_format import shown
from storyreel.engine.experiment import Experiment
from storyreel.engine.optimizers import GradientDescent
from storyreel.storyboard.vocabulary import scene_types

SCENE = "weighted_sum"


def experiment(inputs: int) -> Experiment:
    """A network with one hidden layer, whose weights and biases are random."""
    network = lessons.layered((inputs, 3, 1), "tanh", "identity", "half_squared_error")
    given = np.random.default_rng(inputs).uniform(-1, 1, inputs)
    return Experiment("made", network, given, np.zeros(1), GradientDescent(0.2))


def cues_of(neuron: str) -> list[Cue]:
    return [("show_inputs", {"of": neuron}), ("weigh", {}), ("add_up", {}), ("activate", {})]


def ends_of(stage: Any, bar: Any) -> tuple[float, float]:
    """Where a bar ends on the left and on the right, in numbers."""
    bars = stage.bars
    return tuple(
        (float(bar.get_edge_center(way)[0]) - bars.zero_at) / bars.unit for way in ((-1, 0, 0), (1, 0, 0))
    )


@pytest.mark.parametrize("inputs", [2, 5])
def test_bars_are_as_long_as_their_numbers(inputs: int) -> None:
    made = experiment(inputs)
    layer, given = made.network.layers[0], made.inputs[0]
    neuron = made.network.names.activations[1][1]
    products = layer.weights[1] * given
    if layer.bias is not None and layer.bias[1]:
        products = np.append(products, layer.bias[1])
    stage = stage_after(SCENE, made, *cues_of(neuron))
    reached = np.cumsum([0.0, *products])
    for number, product in enumerate(stage.bars.products):
        here = sorted((reached[number], reached[number + 1]))
        assert ends_of(stage, product[0]) == pytest.approx(here, abs=0.02)
    total = float(products.sum())
    assert ends_of(stage, stage.bars.total[0]) == pytest.approx(sorted((0.0, total)), abs=0.02)
    assert ends_of(stage, stage.bars.value[0]) == pytest.approx(sorted((0.0, np.tanh(total))), abs=0.02)


@pytest.mark.parametrize("inputs", [1, 3, 5])
def test_inputs_are_bars_before_they_are_weighed(inputs: int) -> None:
    made = experiment(inputs)
    stage = stage_after(SCENE, made, *cues_of(made.network.names.activations[1][0])[:1])
    for bar, given in zip(stage.bars.inputs, made.inputs[0], strict=False):
        assert ends_of(stage, bar[0]) == pytest.approx(sorted((0.0, given)), abs=0.02)


@pytest.mark.parametrize("inputs", [1, 2, 3, 5])
def test_nothing_overlaps_on_the_way(inputs: int) -> None:
    made = experiment(inputs)
    first, second = made.network.names.activations[1][:2]
    assert not faults_at_every_frame(SCENE, made, [*cues_of(first), *cues_of(second)])


@pytest.mark.parametrize("to", [0.9, -0.7, 3.0])
def test_a_turned_weight_changes_its_product_the_sum_and_the_value(to: float) -> None:
    made = experiment(2)
    layer, given = made.network.layers[0], made.inputs[0]
    names = made.network.names
    turned: Cue = ("turn", {"weight": names.weights[1][1][0], "to": to})
    stage = stage_after(SCENE, made, *cues_of(names.activations[1][1]), turned)
    products = np.array([to * given[0], layer.weights[1, 1] * given[1], layer.bias[1]])
    reached = np.cumsum([0.0, *products])
    for number, product in enumerate(stage.bars.products):
        here = sorted((reached[number], reached[number + 1]))
        assert ends_of(stage, product[0]) == pytest.approx(here, abs=0.02)
    total = float(products.sum())
    assert ends_of(stage, stage.bars.total[0]) == pytest.approx(sorted((0.0, total)), abs=0.02)
    assert ends_of(stage, stage.bars.value[0]) == pytest.approx(sorted((0.0, np.tanh(total))), abs=0.02)


def test_a_turned_weight_has_its_first_value_again() -> None:
    made = experiment(2)
    names = made.network.names
    weight, cues = names.weights[1][1][0], cues_of(names.activations[1][1])
    first = stage_after(SCENE, made, *cues)
    back = stage_after(
        SCENE, made, *cues, ("turn", {"weight": weight, "to": 0.9}), ("turn", {"weight": weight})
    )
    assert ends_of(back, back.bars.value[0]) == pytest.approx(ends_of(first, first.bars.value[0]), abs=1e-6)


def test_nothing_overlaps_while_a_weight_is_turned_and_rows_are_pointed_out() -> None:
    made = experiment(3)
    names = made.network.names
    neuron, weights = names.activations[1][1], names.weights[1][1]
    cues: list[Cue] = [
        *cues_of(neuron),
        ("point_out", {"value": neuron}),
        ("turn", {"weight": weights[0], "to": 0.9}),
        ("turn", {"weight": weights[1], "to": 0.4}),
        ("point_out", {"value": names.activations[0][1]}),
        ("turn", {"weight": weights[0]}),
    ]
    assert not faults_at_every_frame(SCENE, made, cues)


WEIGHED_OUTPUT: list[Cue] = [
    ("show_inputs", {"of": "a2", "bias": "bias", "total": "sum", "value": "guess", "loss": True}),
    *cues_of("a2")[1:],
    ("show_loss", {}),
]


def output_of(made: Experiment, weight: float | None = None) -> float:
    """The output of the network for its inputs, with another first weight, by a pass of its own."""
    first, second = made.network.layers
    hidden = np.tanh(made.inputs[0] @ first.weights.T + first.bias)
    weights = second.weights[0].copy()
    weights[0] = weights[0] if weight is None else weight
    return float(hidden @ weights + (0 if second.bias is None else second.bias[0]))


@pytest.mark.parametrize("to", [None, 1.3])
def test_the_loss_is_a_bar_on_the_scale_of_the_others(to: float | None) -> None:
    made = experiment(2)
    turned: list[Cue] = (
        [] if to is None else [("turn", {"weight": made.network.names.weights[2][0][0], "to": to})]
    )
    stage = stage_after(SCENE, made, *WEIGHED_OUTPUT, *turned)
    loss = output_of(made, to) ** 2 / 2
    assert ends_of(stage, stage.bars.loss[0]) == pytest.approx((0.0, loss), abs=0.02)


def test_the_change_of_the_loss_is_divided_by_that_of_the_weight() -> None:
    made, weight = experiment(2), experiment(2).network.names.weights[2][0][0]
    before = made.trace.number(weight)
    cues = [*WEIGHED_OUTPUT, ("turn", {"weight": weight, "to": before + 0.1, "ratio": True})]
    change = (output_of(made, before + 0.1) ** 2 - output_of(made) ** 2) / 2
    text = f"{shown(change)} / 0.1 ≈ {shown(change / 0.1)}"
    assert text in texts_after(SCENE, made, *cues)
    assert text not in texts_after(SCENE, made, *cues, ("turn", {"weight": weight}))


@pytest.mark.parametrize("to", [None, 0.6])
def test_without_a_change_of_the_weight_there_is_no_ratio(to: float | None) -> None:
    made, weight = experiment(2), experiment(2).network.names.weights[2][0][0]
    same = made.trace.number(weight) if to is None else to
    turned: list[Cue] = [] if to is None else [("turn", {"weight": weight, "to": to})]
    cues = [*WEIGHED_OUTPUT, *turned, ("turn", {"weight": weight, "to": same, "ratio": True})]
    fault = fault_of(empty_stage(scene_types()[SCENE], "made", {"made": made}), cues)
    assert fault is not None and fault[0] == len(cues) - 1 and "no change" in fault[1]
    with pytest.raises(StoryboardError, match="no change"):
        stage_after(SCENE, made, *cues)
    others = [*cues[:-1], ("turn", {"weight": weight, "to": same + 0.1, "ratio": True})]
    assert fault_of(empty_stage(scene_types()[SCENE], "made", {"made": made}), others) is None


def test_words_stand_in_place_of_the_symbols_of_the_bias_the_sum_and_the_value() -> None:
    first = experiment(2)
    network = first.network.with_parameters(
        np.linspace(0.2, 0.9, len(first.network.parameters))
    )  # biases, too
    made = Experiment("made", network, first.inputs[0], first.targets[0], GradientDescent(0.2))
    neuron = network.names.activations[1][1]
    named: Cue = ("show_inputs", {"of": neuron, "bias": "bias", "total": "sum", "value": "guess"})
    texts = texts_after(SCENE, made, named, *cues_of(neuron)[1:])
    assert {"bias", "sum", "guess"} <= set(texts)
    assert not {neuron, "z1[1]", "b1[1]"} & set(texts)


@pytest.mark.parametrize("to", [None, -0.7])
def test_the_dot_of_the_curve_is_at_the_sum_and_the_value(to: float | None) -> None:
    made = experiment(2)
    layer, names = made.network.layers[0], made.network.names
    weights = layer.weights[1].copy()
    turned: list[Cue] = []
    if to is not None:
        weights[0] = to
        turned = [("turn", {"weight": names.weights[1][1][0], "to": to})]
    stage = stage_after(SCENE, made, *cues_of(names.activations[1][1]), *turned)
    total = float(weights @ made.inputs[0] + layer.bias[1])
    assert np.allclose(stage.gate.dot.get_center(), stage.gate.place(total, np.tanh(total)), atol=1e-6)


def test_pale_bars_stay_where_the_others_ended_at_first() -> None:
    made = experiment(2)
    weight, loss = made.network.names.weights[2][0][0], output_of(made) ** 2 / 2
    turned: Cue = ("turn", {"weight": weight, "to": 1.3})
    stage = stage_after(SCENE, made, *WEIGHED_OUTPUT, turned)
    assert ends_of(stage, stage.first[2]) == pytest.approx((0.0, loss), abs=0.02)
    assert not stage_after(SCENE, made, *WEIGHED_OUTPUT, turned, ("turn", {"weight": weight})).first


def test_nothing_overlaps_beside_the_loss() -> None:
    made = experiment(2)
    weight = made.network.names.weights[2][0][0]
    turns: list[Cue] = [
        ("turn", {"weight": weight, "to": 0.4}),
        ("turn", {"weight": weight}),
        ("turn", {"weight": weight, "to": 1.1, "ratio": True}),
    ]
    assert not faults_at_every_frame(SCENE, made, [*WEIGHED_OUTPUT, *turns])
