"""The scene `bullseye`: arrows are as far from the middle as outputs are off, and rings have the loss."""

import numpy as np
import pytest
from helpers import lessons
from helpers.stage import Cue, faults_at_every_frame, stage_after, texts_after

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
def test_rings_have_the_loss_at_their_distance(outputs: int, loss: str, share: int | None) -> None:
    stage = stage_after(SCENE, experiment(outputs, loss), ("draw_board", {}))
    board = stage.board
    radii = sorted(ring.width / 2 for ring in board.rings)
    assert np.allclose(radii, np.array(board.distances) * board.unit)
    losses = [float(text.plain) for text in board.losses]
    assert losses == pytest.approx([d**2 / (share or outputs) for d in board.distances[-len(losses) :]])


@pytest.mark.parametrize("outputs", [1, 2])
def test_an_arrow_is_as_far_from_the_middle_as_the_outputs_are_off(outputs: int) -> None:
    made = experiment(outputs)
    cues: list[Cue] = [("draw_board", {"steps": STEPS}), ("shoot_all", {})]
    for steps in (0, STEPS):
        stage = stage_after(SCENE, made, *cues, *([("train", {"steps": steps})] if steps else []))
        gaps = gaps_after(made, steps)
        tips = np.array([stage.arrows[k].tip.get_center() - stage.board.middle for k in range(len(gaps))])
        assert np.allclose(tips[:, :outputs], gaps * stage.board.unit, atol=1e-6)
        assert np.allclose(tips[:, outputs:], 0, atol=1e-6)


def test_the_loss_and_the_cost_are_written_beside_the_board() -> None:
    made = experiment(2)
    shot: list[Cue] = [("draw_board", {"steps": STEPS}), ("shoot", {"example": 4})]
    loss = 0.5 * float((gaps_after(made, 0)[4] ** 2).sum())
    assert f"loss = {loss:.2f}" in texts_after(SCENE, made, *shot)
    run = [*shot, ("shoot_all", {}), ("train", {"steps": STEPS})]
    cost = 0.5 * float((gaps_after(made, STEPS) ** 2).sum(axis=1).mean())
    assert any(text == f"cost = {cost:.2f}".rstrip("0") for text in texts_after(SCENE, made, *run))


@pytest.mark.parametrize("outputs", [1, 2])
def test_nothing_overlaps_on_the_way(outputs: int) -> None:
    cues: list[Cue] = [
        ("draw_board", {"steps": STEPS}),
        ("shoot", {"example": 1}),
        ("shoot_all", {}),
        ("train", {"steps": STEPS}),
    ]
    assert not faults_at_every_frame(SCENE, experiment(outputs), cues)
