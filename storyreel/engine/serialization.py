"""An experiment as plain data, for files and other processes, and back, bit for bit."""

from dataclasses import asdict
from typing import Any

from storyreel.core.arrays import Array
from storyreel.engine.activations import ACTIVATIONS
from storyreel.engine.equations.notation import Notation
from storyreel.engine.experiment import Experiment
from storyreel.engine.losses import LOSSES
from storyreel.engine.network import Layer, Network
from storyreel.engine.optimizers import OPTIMIZERS


def experiment_data(experiment: Experiment) -> dict[str, Any]:
    """An experiment as dicts of numbers, lists of numbers, and names of rows in the engine's tables."""
    network, optimizer = experiment.network, experiment.optimizer
    kind = next(name for name, rule in OPTIMIZERS.items() if type(optimizer) is rule)
    return {
        "name": experiment.name,
        "input_names": list(network.input_names),
        "layers": [layer_data(layer) for layer in network.layers],
        "loss": network.loss.name,
        "inputs": experiment.inputs.tolist(),
        "targets": experiment.targets.tolist(),
        "optimizer": {"kind": kind, **asdict(optimizer)},
        "data_inputs": _list(experiment.data_inputs),
        "data_targets": _list(experiment.data_targets),
        "batch_size": experiment.batch_size,
        "seed": experiment.seed,
        "notation": experiment.notation.as_data,
    }


def layer_data(layer: Layer) -> dict[str, Any]:
    """A layer's name, activation, weights (a row for each neuron), biases (None without), and which of them
    are trained."""
    return {
        "name": layer.name,
        "activation": layer.activation.name,
        "weights": layer.weights.tolist(),
        "bias": _list(layer.bias),
        "train_weights": layer.train_weights,
        "train_bias": layer.train_bias,
    }


def experiment_from(data: dict[str, Any]) -> Experiment:
    """The experiment of `data`, a result of `experiment_data`."""
    layers = tuple(
        Layer(**{**layer, "activation": ACTIVATIONS[layer["activation"]]}) for layer in data["layers"]
    )
    settings = dict(data["optimizer"])
    return Experiment(
        data["name"],
        Network(tuple(data["input_names"]), layers, LOSSES[data["loss"]]),
        data["inputs"],
        data["targets"],
        OPTIMIZERS[settings.pop("kind")](**settings),
        data["data_inputs"],
        data["data_targets"],
        data["batch_size"],
        data["seed"],
        notation=Notation.of(data["notation"]),
    )


def _list(values: Array | None) -> Any:
    return None if values is None else values.tolist()
