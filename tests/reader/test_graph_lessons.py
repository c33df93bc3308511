"""Lessons about networks that are no stacks of layers: their numbers, worked out by NumPy alone.

Each is a storyboard in tests/graphs. Gradients are derived from differences of the loss computed here.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from helpers import differences

from storyreel.core.arrays import Array
from storyreel.production.production import plan
from storyreel.reader import load

FOLDER = Path(__file__).parents[1] / "graphs"
Given = dict[str, Array]
Numbers = dict[str, Array | float]


def softmax(z: Array) -> Array:
    powers = np.exp(z)
    return powers / powers.sum(axis=-1, keepdims=True)


def recurrent(given: Given) -> Numbers:
    state = np.zeros(3)
    states = []
    for x in (given["x1"], given["x2"]):
        state = np.tanh(given["W"] @ x + given["U"] @ state + given["b"])
        states.append(state)
    y = float(given["w"] @ state)
    return {"h1": states[0], "h2": states[1], "y": y, "loss": float((y - given["target"]) ** 2 / 2)}


def residual(given: Given) -> Numbers:
    h = np.where(given["W1"] @ given["x"] > 0, given["W1"] @ given["x"], 0)
    y = given["x"] + given["W2"] @ h
    return {"h": h, "y": y, "loss": float(((y - given["target"]) ** 2).sum() / 2)}


def attention(given: Given) -> Numbers:
    q, k, v = (given["X"] @ given[name] for name in ("Wq", "Wk", "Wv"))
    scores = np.array([[a @ b / np.sqrt(2) for b in k] for a in q])
    mixed = np.array(
        [sum(share * row for share, row in zip(shares, v, strict=True)) for shares in softmax(scores)]
    )
    return {
        "scores": scores,
        "A": softmax(scores),
        "Y": mixed,
        "loss": float(((mixed - given["target"]) ** 2).mean()),
    }


def convolution(given: Given) -> Numbers:
    image, kernel = given["image"], given["kernel"]
    found = [[(image[i : i + 3, j : j + 3] * kernel).sum() for j in range(3)] for i in range(3)]
    features = np.maximum(np.array(found) + given["bias"], 0)
    y = softmax(given["W"] @ features.ravel())
    return {"features": features, "y": y, "loss": float(-(given["target"] * np.log(y)).sum())}


BY_HAND: dict[str, Callable[[Given], Numbers]] = {
    "recurrent": recurrent,
    "residual": residual,
    "attention": attention,
    "convolution": convolution,
}


@pytest.mark.parametrize("name", BY_HAND)
def test_values_and_gradients_are_those_of_numpy_and_differences(name: str) -> None:
    experiment = load(FOLDER / f"{name}.yaml").graphs[name]
    given = {each: np.array(value) for each, value in experiment.given.items()}
    for each, value in BY_HAND[name](given).items():
        np.testing.assert_allclose(experiment.trace[each].value, value, rtol=1e-12)
    for each, value in given.items():

        def loss(moved: Array, each: str = each) -> float:
            return float(BY_HAND[name]({**given, each: moved})["loss"])

        np.testing.assert_allclose(
            experiment.trace[each].gradient, differences.gradient(loss, value), rtol=1e-7, atol=1e-9
        )


@pytest.mark.parametrize("name", BY_HAND)
def test_a_lesson_about_each_can_be_told(name: str) -> None:
    storyboard = load(FOLDER / f"{name}.yaml")
    assert storyboard.warnings == ()
    timeline = plan(storyboard, voice="silent").timeline
    assert timeline.seconds(timeline.frames) > 10


def test_every_storyboard_of_the_folder_is_worked_out() -> None:
    assert {path.stem for path in FOLDER.glob("*.yaml")} == set(BY_HAND)
