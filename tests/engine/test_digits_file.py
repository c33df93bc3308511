"""The digits that come with storyreel: how they are recognised before and after training."""

import numpy as np
import pytest
from numpy.lib.npyio import NpzFile

from storyreel.core.paths import STORYBOARDS


@pytest.fixture(scope="module")
def digits() -> NpzFile:
    return np.load(STORYBOARDS / "digits.npz")


def outputs(digits: NpzFile, images: np.ndarray, suffix: str) -> np.ndarray:
    """The outputs, worked out without the engine."""
    hidden = np.tanh(images @ digits[f"W1{suffix}"].T + digits[f"b1{suffix}"])
    scores = hidden @ digits[f"W2{suffix}"].T + digits[f"b2{suffix}"]
    return np.exp(scores) / np.exp(scores).sum(axis=-1, keepdims=True)


def test_the_three_is_taken_for_a_zero_before_training_and_recognised_after_it(digits: NpzFile) -> None:
    before, after = (outputs(digits, digits["image"], suffix) for suffix in ("_before", ""))
    assert digits["target"].tolist() == np.eye(10)[3].tolist()
    assert (before.argmax(), round(100 * before.max(), 1)) == (0, 39.6)
    assert (after.argmax(), round(100 * after.max(), 1)) == (3, 98.2)


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


def test_the_file_is_small_and_says_whose_images_it_has() -> None:
    assert (STORYBOARDS / "digits.npz").stat().st_size < 100_000
    assert "CC BY 4.0" in (STORYBOARDS / "digits-LICENSE.txt").read_text("utf-8")
