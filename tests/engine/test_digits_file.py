"""The digits that come with storyreel: how they are recognised before and after training."""

from itertools import islice

import numpy as np
import pytest
from numpy.lib.npyio import NpzFile

from storyreel.core.paths import STORYBOARDS
from storyreel.engine.activations import ACTIVATIONS
from storyreel.engine.layer import Layer
from storyreel.engine.losses import LOSSES
from storyreel.engine.network import Network
from storyreel.engine.optimizers import OPTIMIZERS
from storyreel.engine.training import Batches, Training
from storyreel.reader import load


@pytest.fixture(scope="module")
def digits() -> NpzFile:
    return np.load(STORYBOARDS / "digits.npz")


@pytest.fixture(scope="module")
def squares() -> NpzFile:
    return np.load(STORYBOARDS / "digits_squares.npz")


def outputs(digits: NpzFile, images: np.ndarray, suffix: str) -> np.ndarray:
    """The outputs, worked out without the engine."""
    hidden = np.maximum(0, images @ digits[f"W1{suffix}"].T + digits[f"b1{suffix}"])
    scores = hidden @ digits[f"W2{suffix}"].T + digits[f"b2{suffix}"]
    return np.exp(scores) / np.exp(scores).sum(axis=-1, keepdims=True)


def test_the_three_is_taken_for_a_zero_before_training_and_recognised_after_it(digits: NpzFile) -> None:
    before, after = (outputs(digits, digits["image"], suffix) for suffix in ("_before", ""))
    assert digits["target"].tolist() == np.eye(10)[3].tolist()
    assert (before.argmax(), round(100 * before.max(), 1)) == (0, 40.0)
    assert (after.argmax(), round(100 * after.max(), 1)) == (3, 100.0)


def test_a_larger_weight_makes_the_error_smaller_only_where_it_leads_to_the_three() -> None:
    trace = load(STORYBOARDS / "backpropagation.yaml").networks["digits"].trace
    gradients = trace.gradients.weights[1]
    assert gradients.shape == (10, 16)
    assert (gradients[3] <= 0).all() and gradients[3].min() < -0.5
    assert (np.delete(gradients, 3, axis=0) >= 0).all()


def test_the_other_images_are_two_of_each_class_and_most_are_recognised(digits: NpzFile) -> None:
    classes = digits["targets"].argmax(axis=1)
    assert np.bincount(classes).tolist() == [2] * 10
    assert digits["images"].min() == 0
    assert digits["images"].max() == 1
    assert (outputs(digits, digits["images"], "").argmax(axis=1) == classes).sum() >= 18


def test_there_are_ten_digits_of_each_class_to_train_on_and_the_three_is_none_of_them(
    digits: NpzFile,
) -> None:
    assert np.bincount(digits["train_targets"].argmax(axis=1)).tolist() == [10] * 10
    others = np.concatenate([digits["image"][None], digits["images"]])
    assert not (digits["train_images"][:, None] == others).all(axis=-1).any()


def outputs_of_squares(squares: NpzFile, images: np.ndarray, suffix: str) -> np.ndarray:
    """The outputs of the network with squared errors, worked out without the engine."""
    values = images
    for layer in (1, 2, 3):
        values = 1 / (1 + np.exp(-(values @ squares[f"W{layer}{suffix}"].T + squares[f"b{layer}{suffix}"])))
    return values


def test_a_two_is_taken_for_a_three_early_in_training_and_recognised_after_it(squares: NpzFile) -> None:
    early, after = (outputs_of_squares(squares, squares["image"], suffix) for suffix in ("_early", ""))
    assert squares["target"].argmax() == 2
    assert (early.argmax(), early.max().round(2), after.argmax()) == (3, 0.5, 2)
    assert (squares["train_images"] == squares["image"]).all(axis=1).sum() == 1


@pytest.mark.parametrize(("suffix", "right"), [("_before", 7), ("_early", 32), ("", 56)])
def test_so_many_of_sixty_unseen_digits_are_recognised(squares: NpzFile, suffix: str, right: int) -> None:
    found = outputs_of_squares(squares, squares["test_images"], suffix).argmax(axis=1)
    classes = squares["test_targets"].argmax(axis=1)
    assert np.bincount(classes).tolist() == [6] * 10
    assert (found == classes).sum() == right
    same = squares["test_images"][:, None] == squares["train_images"]
    assert not same.all(axis=-1).any()


@pytest.mark.parametrize(("suffix", "right"), [("_before", 45), ("_early", 282), ("", 451)])
def test_so_many_of_all_unseen_digits_are_recognised(squares: NpzFile, suffix: str, right: int) -> None:
    found = outputs_of_squares(squares, squares["unseen_images"], suffix).argmax(axis=1)
    classes = squares["unseen_targets"].argmax(axis=1)
    assert len(classes) == 500
    assert (found == classes).sum() == right
    if (
        not suffix
    ):  # as the lesson says, more threes are taken for eights, and twos for nines, than for others
        for shown, answer in ((3, 8), (2, 9)):
            wrong = np.bincount(found[classes == shown], minlength=10)
            wrong[shown] = 0
            assert wrong.argmax() == answer
    test = squares["test_images"]
    assert (squares["unseen_images"][:, None] == test).all(axis=-1).any(axis=0).all()
    same = (squares["unseen_images"][:, None] == squares["train_images"]).all(axis=-1)
    assert not same.any()


@pytest.mark.parametrize(("suffix", "steps"), [("_early", 250), ("", 1000)])
def test_training_gives_the_weights_in_the_file(squares: NpzFile, suffix: str, steps: int) -> None:
    sigmoid = ACTIVATIONS["sigmoid"]
    layers = [
        Layer(name, squares[f"W{k}_before"], squares[f"b{k}_before"], sigmoid)
        for k, name in enumerate("ghy", start=1)
    ]
    names = tuple(f"x[{number}]" for number in range(64))
    network = Network(names, tuple(layers), LOSSES["half_squared_error"])
    data = squares["train_images"], squares["train_targets"]
    run = Training(network, OPTIMIZERS["sgd"](learning_rate=6.0), *data, Batches(500, 20, 6))
    *_, last = islice(run, steps)
    for k, layer in enumerate(last.layers, start=1):
        assert layer.weights == pytest.approx(squares[f"W{k}{suffix}"], abs=1e-4)


def test_the_files_are_small_and_say_whose_images_they_have() -> None:
    assert (STORYBOARDS / "digits.npz").stat().st_size < 100_000
    assert (STORYBOARDS / "digits_squares.npz").stat().st_size < 100_000
    assert "CC BY 4.0" in (STORYBOARDS / "digits-LICENSE.txt").read_text("utf-8")
