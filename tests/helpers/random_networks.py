"""Random networks of layers, with everything that training has."""

from dataclasses import replace
from itertools import pairwise

import numpy as np

from storyreel.engine.activations import ACTIVATIONS
from storyreel.engine.experiment import Experiment
from storyreel.engine.layer import Layer
from storyreel.engine.losses import LOSSES
from storyreel.engine.network import Network
from storyreel.engine.optimizers import OPTIMIZERS, Adam
from storyreel.engine.schedules import CosineDecay, ExponentialDecay, StepDecay


def random_experiment(random: np.random.Generator) -> Experiment:
    """A network of 1 to 4 layers with any activations and loss; some have very large or small numbers."""
    sizes = random.integers(1, 6, random.integers(2, 6))
    flags = np.random.default_rng(sizes)
    loss = LOSSES[random.choice(list(LOSSES))]
    scale = random.choice([0.3, 1.0, 4.0])
    activations = random.choice(list(ACTIVATIONS), len(sizes) - 1)
    if (
        "entropy" in loss.name and random.random() < 0.9
    ):  # elsewhere it takes the logarithm of what is below 0
        activations[-1] = random.choice(["sigmoid", "softmax"])
    layers = tuple(
        Layer(
            random.choice(["hidden", None]) if number == 1 else None,
            random.normal(scale=scale, size=(size, inputs)),
            random.normal(scale=scale, size=size) if random.random() < 0.6 else None,
            ACTIVATIONS[activations[number - 1]],
            train_weights=flags.random() < 0.8,
            train_bias=flags.random() < 0.8,
        )
        for number, (inputs, size) in enumerate(pairwise(sizes), start=1)
    )
    inputs = random.normal(scale=random.choice([1.0, 30.0, 1e3]), size=sizes[0])
    if random.random() < 0.1:
        inputs = np.zeros(sizes[0])
    targets = random.normal(scale=random.choice([1.0, 1e3]), size=sizes[-1])
    if "entropy" in loss.name:
        targets = np.eye(sizes[-1])[0] if random.random() < 0.5 else random.uniform(0, 1, sizes[-1])
    if loss.name == "hinge":
        targets = np.eye(sizes[-1])[0] if sizes[-1] > 1 else np.array([random.choice([-1.0, 1.0])])
    names = ("x",) if sizes[0] == 1 else tuple(f"x[{k}]" for k in range(sizes[0]))
    reduction, l2 = ("mean", "sum")[flags.integers(2)], (0.0, 0.1)[flags.integers(2)]
    network = Network(names, layers, loss, l2=l2, reduction=reduction)  # type: ignore[arg-type]
    optimizer = OPTIMIZERS[random.choice(list(OPTIMIZERS))](random.choice([0.001, 0.1]))
    if hasattr(optimizer, "epsilon"):  # with a small one, a gradient that is a rounding error makes a step
        optimizer = replace(optimizer, epsilon=1e-3)
    schedules = (None, StepDecay(2, 0.5), ExponentialDecay(0.9), CosineDecay(4, 0.001))
    optimizer = replace(optimizer, schedule=schedules[flags.integers(4)], weight_decay=flags.integers(2) / 4)
    data = None, None
    if scale <= 1 and not isinstance(optimizer, Adam):  # else rounding errors of means can be large
        rows = random.integers(1, 5)
        data = random.normal(size=(rows, sizes[0])), np.tile(targets, (rows, 1))
    return Experiment("random", network, inputs, targets, optimizer, *data)
