"""The engine beside PyTorch, an independent implementation.

`torch_reference.json` has what PyTorch computed; `scripts/torch_reference.py` writes it.
"""

import json
from itertools import islice, product
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from storyreel.engine.activations import ACTIVATIONS
from storyreel.engine.layer import Layer
from storyreel.engine.losses import LOSSES
from storyreel.engine.network import Network
from storyreel.engine.optimizers import OPTIMIZERS
from storyreel.engine.schedules import SCHEDULES
from storyreel.engine.training import Batches, Training

REFERENCE = json.loads(Path(__file__).with_name("torch_reference.json").read_text("utf-8"))
NETWORKS, TRAINING, VARIANTS = REFERENCE["networks"], REFERENCE["training"], REFERENCE["variants"]


def network_of(case: dict[str, Any]) -> Network:
    layers = tuple(
        Layer(None, layer["weights"], layer["bias"], ACTIVATIONS[layer["activation"]])
        for layer in case["layers"]
    )
    names = tuple(f"x[{k}]" for k in range(layers[0].inputs))
    cost = {key: case[key] for key in ("l2", "reduction") if key in case}
    return Network(names, layers, LOSSES[case["loss"]], **cost)


def arrays_of(case: dict[str, Any], *names: str) -> list[np.ndarray]:
    return [np.array(case[name]) for name in names]


def label(case: dict[str, Any]) -> str:
    return "-".join([*(layer["activation"] for layer in case["layers"]), case["loss"]])


@pytest.mark.parametrize("case", NETWORKS, ids=label)
def test_loss_and_gradients_are_those_of_pytorch(case: dict[str, Any]) -> None:
    network, (inputs, targets) = network_of(case), arrays_of(case, "inputs", "targets")
    forward = network.forward(inputs)
    gradients = network.backward(forward, targets)
    np.testing.assert_allclose(forward.prediction, case["prediction"], rtol=1e-10)
    assert network.loss_of(forward, targets) == pytest.approx(case["loss_value"], rel=1e-10)
    np.testing.assert_allclose(gradients.parameters, case["parameter_gradient"], rtol=1e-10, atol=1e-14)
    np.testing.assert_allclose(
        gradients.activations[0].ravel(), case["input_gradient"], rtol=1e-10, atol=1e-14
    )


def label_of_training(case: dict[str, Any]) -> str:
    more = [key for key in ("l2", "reduction", "settings_of_schedule") if key in case]
    return "-".join([case["optimizer"], *case["settings"], *more])


@pytest.mark.parametrize("case", [*TRAINING, *VARIANTS], ids=label_of_training)
def test_training_takes_pytorchs_path(case: dict[str, Any]) -> None:
    network, (inputs, targets) = network_of(case), arrays_of(case, "inputs", "targets")
    schedule = dict(case.get("settings_of_schedule", {}))
    falling = SCHEDULES[schedule.pop("kind")](**schedule) if schedule else None
    optimizer = OPTIMIZERS[case["optimizer"]](**case["settings"], schedule=falling)
    steps = Training(network, optimizer, inputs, targets, Batches(len(inputs), len(inputs), seed=0))
    networks = [network, *islice(steps, len(case["losses"]))]
    losses = [one.loss_of(one.forward(inputs), targets) for one in networks[:-1]]
    np.testing.assert_allclose(losses, case["losses"], rtol=1e-10)
    path = [one.parameters for one in networks[5::5]]
    np.testing.assert_allclose(path, case["path"], rtol=1e-9, atol=1e-13)


def test_everything_in_the_tables_is_compared() -> None:
    pairs = {(layer["activation"], case["loss"]) for case in NETWORKS for layer in case["layers"]}
    assert pairs >= set(product(ACTIVATIONS, LOSSES))
    assert [case["optimizer"] for case in TRAINING] == list(OPTIMIZERS)
    schedules = [case["settings_of_schedule"]["kind"] for case in VARIANTS if "settings_of_schedule" in case]
    assert schedules == list(SCHEDULES)
