"""Worked examples that have been published: `values` reproduces their numbers, to the printed digits.

Each is a storyboard in tests/worked_examples, with chapters about its passes and its update. Those that are
no layered networks (CS231n's (x + y) z, micrograd's README) are in tests/engine/graph.
"""

from decimal import Decimal
from pathlib import Path

import pytest

from storyreel.core.paths import STORYBOARDS
from storyreel.reader import load
from storyreel.storyboard.values import numbers_called

FOLDER = Path(__file__).parents[1] / "worked_examples"

PUBLISHED: dict[str, dict[str, str]] = {
    # Mazur, A Step by Step Backpropagation Example (2015)
    "mazur": {
        "z1[0]": "0.3775",
        "h[0]": "0.593269992",
        "h[1]": "0.596884378",
        "z2[0]": "1.105905967",
        "y[0]": "0.75136507",
        "y[1]": "0.772928465",
        "loss": "0.298371109",
        "grad.W2[0,0]": "0.082167041",
        "grad.z2[0]": "0.138498562",
        "grad.y[0]": "0.74136507",
        "grad.h[0]": "0.036350306",
        "grad.W1[0,0]": "0.000438568",
        "next.W2[0,0]": "0.35891648",
        "next.b1[0]": "0.35",
        "next.loss": "0.29103",  # printed as 0.291027924; his own new weights give 0.291027774
    },
    # CS231n, Optimization 2, sigmoid neuron
    "sigmoid_neuron": {
        "z1": "1.00",
        "f": "0.73",
        "grad.f": "1.00",
        "grad.z1": "0.20",
        "grad.W1[0,0]": "-0.20",
        "grad.W1[0,1]": "-0.39",
        "grad.b1": "0.20",
        "grad.x[0]": "0.39",
        "grad.x[1]": "-0.59",
    },
    # Karpathy, micrograd lecture, tanh neuron
    "tanh_neuron": {
        "z1": "0.8814",
        "o": "0.7071",
        "grad.z1": "0.5",
        "grad.x[0]": "-1.5",
        "grad.x[1]": "0.5",
        "grad.W1[0,0]": "1.0",
        "grad.W1[0,1]": "0.0",
        "grad.b1": "0.5",
    },
    # Nielsen, Neural Networks and Deep Learning, chapter 3
    "learning_slowdown": {
        "first.run.a[0]": "0.82",
        "first.run.a[300]": "0.09",
        "second.run.a[0]": "0.98",
        "second.run.a[300]": "0.20",
    },
    # Ng, Machine Learning, XNOR; the truth table
    "xnor": {
        "z1[0]": "-30",
        "z1[1]": "10",
        "data[0].y": "1",
        "data[1].y": "0",
        "data[2].y": "0",
        "data[3].y": "1",
        "data[3].z1[0]": "10",
        "data[3].z1[1]": "-30",
        "cost": "0.000",
    },
    # hmkcode, Backpropagation step by step
    "hmkcode": {
        "h[0]": "0.85",
        "h[1]": "0.48",
        "y": "0.191",
        "loss": "0.327",
        "grad.y": "-0.809",
        "next.W2[0,0]": "0.17",
        "next.W2[0,1]": "0.17",
        "next.W1[0,0]": "0.12",
        "next.W1[0,1]": "0.23",
        "next.W1[1,0]": "0.13",
        "next.W1[1,1]": "0.10",
        "next.y": "0.26",
    },
    # CS231n, Linear classification
    "softmax_scores": {
        "z1[0]": "-2.85",
        "z1[1]": "0.86",
        "z1[2]": "0.28",
        "p[1]": "0.631",
        "p[2]": "0.353",
        "loss": "1.04",
    },
    "hinge_scores": {
        "p[0]": "-2.85",
        "p[1]": "0.86",
        "p[2]": "0.28",
        "loss": "1.58",
        "grad.p[0]": "0",
        "grad.p[1]": "1",
        "grad.p[2]": "-1",
    },
    "momentum": {
        "loss": "36",
        "grad.w1": "12",
        "run.w1[1]": "7.6",
        "run.w1[2]": "4.0",
        "run.w1[3]": "0.76",
        "run.w1[4]": "-0.86",
        "next.velocity.w1": "-2.4",
    },
    "adam": {
        "grad.w1": "10",
        "run.w1[1]": "4.9",
        "run.loss[1]": "24.01",
        "next.first_moment.w1": "1.00",
        "next.second_moment.w1": "0.100",
        "next.corrected_first_moment.w1": "10.0",
        "next.corrected_second_moment.w1": "100.0",
    },
    # Google, Machine Learning Crash Course, Linear regression
    "cost": {
        "run.cost[0]": "303.71",
        "run.cost[1]": "170.84",
        "run.cost[2]": "103.17",
        "run.cost[3]": "68.70",
        "run.cost[4]": "51.13",
        "run.cost[5]": "42.17",
        "cost.grad.w1": "-119.7",
        "run.w1[1]": "1.20",
        "run.w1[2]": "2.05",
        "run.b1[1]": "0.34",
        "run.b1[2]": "0.59",
        "next.w1": "1.20",
        "next.cost": "170.84",
    },
}


def storyboard_path(name: str) -> Path:
    own = FOLDER / f"{name}.yaml"
    return own if own.exists() else STORYBOARDS / f"{name}.yaml"


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_published_numbers_are_the_engines(name: str) -> None:
    published = PUBLISHED[name]
    numbers = numbers_called(published, load(storyboard_path(name)), None)
    wrong = {}
    for its_name, text in published.items():
        half_unit = 0.5 * 10.0 ** Decimal(text).as_tuple().exponent  # type: ignore[operator]
        if abs(numbers[its_name] - float(text)) > half_unit * (1 + 1e-9):
            wrong[its_name] = (numbers[its_name], text)
    assert wrong == {}


def test_every_worked_example_has_its_published_numbers_and_its_chapters() -> None:
    assert {path.stem for path in FOLDER.glob("*.yaml")} == set(PUBLISHED) - {"cost"}
    for name in set(PUBLISHED) - {"cost"}:
        scenes = {chapter.scene for chapter in load(storyboard_path(name)).chapters}
        assert scenes == {"forward_pass", "backward_pass", "update"}, name
