"""The numbers of an experiment by NumPy and central differences alone, for tests that measure a picture.

Nothing here lets the engine calculate: of an experiment only its weights, its example and its names are read.
"""

from collections.abc import Callable, Mapping

import numpy as np

from storyreel.core.arrays import Array
from storyreel.engine.experiment import Experiment

Numbers = Mapping[str, float]
STEP = 1e-5
"""Half the distance of a central difference."""
ACTIVATIONS: dict[str, Callable[[Array], Array]] = {
    "identity": lambda z: z,
    "tanh": np.tanh,
    "relu": lambda z: np.maximum(z, 0.0),
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "softmax": lambda z: np.exp(z) / np.exp(z).sum(),
}
LOSSES: dict[str, Callable[[Array, Array], float]] = {
    "half_squared_error": lambda y, t: float(((y - t) ** 2).sum() / 2),
    "mean_squared_error": lambda y, t: float(((y - t) ** 2).mean()),
    "categorical_cross_entropy": lambda y, t: float(-(t * np.log(y)).sum()),
}


def numbers(
    experiment: Experiment, turned: Numbers | None = None, shifted: Numbers | None = None
) -> dict[str, float]:
    """Every number of the example by its name, `loss` among them.

    Weights and biases in `turned` are what that says; whatever is in `shifted` is so much more than it is.
    """
    network, names = experiment.network, experiment.network.names
    found: dict[str, float] = {}

    def take(group: tuple[str, ...], values: Array) -> Array:
        for name, value in zip(group, values.ravel().tolist(), strict=True):
            found[name] = (turned or {}).get(name, value) + (shifted or {}).get(name, 0.0)
        return np.array([found[name] for name in group]).reshape(values.shape)

    a = take(names.activations[0], experiment.inputs[0])
    for number, layer in enumerate(network.layers, start=1):
        z = take(sum(names.weights[number], ()), layer.weights) @ a
        if layer.bias is not None:
            z = z + take(names.biases[number], layer.bias)
        z = take(names.pre_activations[number], z)
        a = take(names.activations[number], ACTIVATIONS[layer.activation.name](z))
    targets = take(names.targets, experiment.targets[0])
    return found | {"loss": LOSSES[network.loss.name](a, targets)}


def slope(experiment: Experiment, name: str, turned: Numbers | None = None) -> float:
    """∂L/∂ of any number, by a central difference."""
    up, down = (numbers(experiment, turned, {name: step})["loss"] for step in (STEP, -STEP))
    return (up - down) / (2 * STEP)


def descent(
    experiment: Experiment, steps: int, names: tuple[str, ...] | None = None, rate: float | None = None
) -> list[dict[str, float]]:
    """Weights and biases after 0, 1, 2, … steps of gradient descent of those called `names`, or of all.

    The learning rate is the experiment's where there is no other.
    """
    names = names or experiment.network.names.parameters
    rate = rate or experiment.optimizer.learning_rate
    start = numbers(experiment)
    path = [{name: start[name] for name in names}]
    for _ in range(steps):
        here = path[-1]
        path.append({name: here[name] - rate * slope(experiment, name, here) for name in names})
    return path
