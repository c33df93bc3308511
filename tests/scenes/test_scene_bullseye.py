"""The scene `bullseye`: arrows are as far from the middle as outputs are off, and rings have the loss."""

from dataclasses import replace

import numpy as np
import pytest
from helpers import lessons
from helpers.stage import Cue, faults_at_every_frame, stage_after, texts_after

from storyreel.core.number_format import shown
from storyreel.engine.experiment import Experiment
from storyreel.engine.optimizers import GradientDescent

SCENE, STEPS = "bullseye", 12


def experiment(outputs: int, loss: str = "half_squared_error") -> Experiment:
    """A network with data, and an example of it in focus."""
    network = lessons.layered((2, 3, outputs), "tanh", "identity", loss)
    random = np.random.default_rng(5)
    inputs, targets = random.uniform(-1, 1, (6, 2)), random.uniform(-1, 1, (6, outputs))
    return Experiment("made", network, inputs[2], targets[2], GradientDescent(0.2), inputs, targets)


def gaps_after(made: Experiment, steps: int) -> np.ndarray:
    """How far the outputs are off, by a forward pass of its own: (examples, outputs)."""
    network = made.run(steps).networks[-1]
    values, (inputs, targets) = made.examples[0], made.examples
    for layer in network.layers:
        values = values @ layer.weights.T + layer.bias
        values = np.tanh(values) if layer.activation.name == "tanh" else values
    assert len(inputs) == len(values)
    return values - targets


@pytest.mark.parametrize("outputs", [1, 2])
@pytest.mark.parametrize(("loss", "share"), [("half_squared_error", 2), ("mean_squared_error", None)])
def test_the_outermost_ring_has_the_loss_at_its_distance(outputs: int, loss: str, share: int | None) -> None:
    stage = stage_after(SCENE, experiment(outputs, loss), ("draw_board", {}))
    board = stage.board
    radii = sorted(ring.width / 2 for ring in board.rings)
    assert np.allclose(radii, np.array(board.distances) * board.unit)
    assert float(board.loss.plain) == pytest.approx(board.distances[-1] ** 2 / (share or outputs))


@pytest.mark.parametrize("outputs", [1, 2])
def test_an_arrow_is_as_far_from_the_middle_as_the_outputs_are_off(outputs: int) -> None:
    made = experiment(outputs)
    cues: list[Cue] = [("draw_board", {"steps": STEPS}), ("shoot_all", {})]
    for steps in (0, STEPS):
        stage = stage_after(SCENE, made, *cues, *([("train", {"until": steps})] if steps else []))
        gaps = gaps_after(made, steps)
        tips = np.array([stage.arrows[k].tip.get_center() - stage.board.middle for k in range(len(gaps))])
        assert np.allclose(tips[:, :outputs], gaps * stage.board.unit, atol=1e-6)
        assert np.allclose(tips[:, outputs:], 0, atol=1e-6)


def test_the_loss_and_the_cost_are_written_beside_the_board() -> None:
    made = experiment(2)
    shot: list[Cue] = [("draw_board", {"steps": STEPS}), ("shoot", {"example": 4})]
    loss = 0.5 * float((gaps_after(made, 0)[4] ** 2).sum())
    assert f"loss = {loss:.2f}" in texts_after(SCENE, made, *shot)
    run = [*shot, ("shoot_all", {}), ("train", {"until": STEPS})]
    cost = 0.5 * float((gaps_after(made, STEPS) ** 2).sum(axis=1).mean())
    assert any(text == f"cost = {cost:.2f}".rstrip("0") for text in texts_after(SCENE, made, *run))


def test_a_gap_is_split_into_how_far_each_output_is_off() -> None:
    made = experiment(2)
    stage = stage_after(SCENE, made, ("draw_board", {}), ("shoot", {"example": 4}), ("split_gap", {}))
    _, across, up = stage.gap
    gap = gaps_after(made, 0)[4] * stage.board.unit
    assert np.allclose(across.get_end() - across.get_start(), [gap[0], 0, 0], atol=1e-6)
    assert np.allclose(up.get_end() - up.get_start(), [0, gap[1], 0], atol=1e-6)
    assert [text.plain for text in stage.gap_numbers] == [
        shown(float(each)) for each in gaps_after(made, 0)[4]
    ]


def test_one_output_of_a_gap_may_be_shown_before_the_other() -> None:
    made, (first, second) = experiment(2), experiment(2).network.names.activations[-1]
    shot: list[Cue] = [("draw_board", {}), ("shoot", {"example": 4})]
    written = [shown(float(each)) for each in gaps_after(made, 0)[4]]
    for outputs in ([first], [second], [first, second]):
        cues: list[Cue] = [*shot, *(("split_gap", {"of": name}) for name in outputs)]
        stage = stage_after(SCENE, made, *cues)
        of = [written[(first, second).index(name)] for name in outputs]
        assert [text.plain for text in stage.gap_numbers] == of
    assert not faults_at_every_frame(SCENE, made, [*cues, ("shoot", {"example": 1}), ("shoot_all", {})])


def test_the_plot_of_a_run_ends_at_the_step_that_training_has_come_to() -> None:
    made = experiment(2)
    shot: list[Cue] = [("draw_board", {"steps": STEPS}), ("shoot_all", {}), ("plot_run", {"steps": STEPS})]
    for until in (5, STEPS):
        cues: list[Cue] = [*shot, ("train", {"until": 5}), ("train", {"until": STEPS})]
        stage = stage_after(SCENE, made, *cues[: 4 if until == 5 else 5])
        cost = 0.5 * float((gaps_after(made, until) ** 2).sum(axis=1).mean())
        assert np.allclose(stage.plot.head.get_center(), stage.plot.point(until, cost), atol=1e-6)
        tips = np.array([stage.arrows[k].tip.get_center() - stage.board.middle for k in range(6)])
        assert np.allclose(tips[:, :2], gaps_after(made, until) * stage.board.unit, atol=1e-6)


@pytest.mark.parametrize("outputs", [1, 2])
def test_nothing_overlaps_beside_the_plot_of_a_run(outputs: int) -> None:
    cues: list[Cue] = [
        ("draw_board", {"steps": STEPS}),
        ("shoot", {"example": 1}),
        *([("split_gap", {})] if outputs == 2 else []),
        ("shoot", {"example": 3}),
        ("shoot_all", {}),
        ("plot_run", {"steps": STEPS}),
        ("train", {"until": 5}),
        ("train", {"until": STEPS}),
    ]
    assert not faults_at_every_frame(SCENE, experiment(outputs), cues)


@pytest.mark.parametrize("outputs", [1, 2])
def test_nothing_overlaps_on_the_way(outputs: int) -> None:
    cues: list[Cue] = [
        ("draw_board", {"steps": STEPS}),
        ("shoot", {"example": 1}),
        ("shoot_all", {}),
        ("train", {"until": STEPS}),
    ]
    assert not faults_at_every_frame(SCENE, experiment(outputs), cues)


@pytest.mark.parametrize(("loss", "divisor"), [("half_squared_error", 2), ("mean_squared_error", 2)])
def test_the_loss_is_the_sum_of_the_squared_gaps_by_their_number(loss: str, divisor: int) -> None:
    made = experiment(2, loss)
    cues: list[Cue] = [("draw_board", {}), ("shoot", {"example": 4}), ("split_gap", {}), ("write_loss", {})]
    squares = gaps_after(made, 0)[4] ** 2
    written = f"({' + '.join(shown(float(each)) for each in squares)}) / {divisor} ≈ "
    text = f"{written}{shown(float(squares.sum() / divisor))}"
    assert text in texts_after(SCENE, made, *cues)
    assert text not in texts_after(SCENE, made, *cues, ("shoot", {"example": 1}))
    assert not faults_at_every_frame(SCENE, made, [*cues, ("shoot", {"example": 1}), ("shoot_all", {})])


def test_an_example_of_the_test_lands_where_the_trained_network_puts_it() -> None:
    made = experiment(2)
    made = replace(made, test=(np.array([[0.3, -0.6]]), np.array([[0.5, 0.1]])))
    cues: list[Cue] = [("draw_board", {"steps": STEPS}), ("shoot_all", {}), ("plot_run", {"steps": STEPS})]
    cues += [("train", {"until": STEPS}), ("shoot_new", {})]
    stage = stage_after(SCENE, made, *cues)
    values = made.test[0]
    for layer in made.run(STEPS).networks[-1].layers:
        values = values @ layer.weights.T + layer.bias
        values = np.tanh(values) if layer.activation.name == "tanh" else values
    (arrow,) = stage.new
    tip = (arrow.tip.get_center() - stage.board.middle)[:2]
    assert np.allclose(tip, (values - made.test[1])[0] * stage.board.unit, atol=1e-6)
    assert not faults_at_every_frame(SCENE, made, cues)
