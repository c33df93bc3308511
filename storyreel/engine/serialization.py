"""An experiment as plain data, for files and other processes, and back, bit for bit."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from storyreel.core.arrays import Array
from storyreel.engine.activations import ACTIVATIONS
from storyreel.engine.equations.notation import Notation
from storyreel.engine.experiment import Experiment
from storyreel.engine.layer import Layer
from storyreel.engine.losses import LOSSES
from storyreel.engine.network import Network
from storyreel.engine.optimizers import OPTIMIZERS, Optimizer
from storyreel.engine.schedules import SCHEDULES, Schedule


def experiment_data(experiment: Experiment) -> dict[str, Any]:
    """An experiment as dicts of numbers, lists of numbers, and names of rows in the engine's tables."""
    network = experiment.network
    return {
        "name": experiment.name,
        "input_names": list(network.input_names),
        "layers": [layer_data(layer) for layer in network.layers],
        "loss": network.loss.name,
        "l2": network.l2,
        "reduction": network.reduction,
        "inputs": experiment.inputs.tolist(),
        "targets": experiment.targets.tolist(),
        "optimizer": optimizer_data(experiment.optimizer),
        "data_inputs": _list(experiment.data_inputs),
        "data_targets": _list(experiment.data_targets),
        "batch_size": experiment.batch_size,
        "seed": experiment.seed,
        "shuffle": experiment.shuffle,
        "notation": experiment.notation.as_data,
        "test": None if experiment.test is None else [each.tolist() for each in experiment.test],
    }


def optimizer_data(optimizer: Optimizer) -> dict[str, Any]:
    """An optimizer's `kind`, a row of `OPTIMIZERS`, and its settings."""
    kind = next(name for name, rule in OPTIMIZERS.items() if type(optimizer) is rule)
    return {"kind": kind, **asdict(optimizer), "schedule": schedule_data(optimizer.schedule)}


def schedule_data(schedule: Schedule | None) -> dict[str, Any] | None:
    """A learning-rate schedule's `kind`, a row of `SCHEDULES`, and its settings; None without one."""
    if schedule is None:
        return None
    kind = next(name for name, rule in SCHEDULES.items() if type(schedule) is rule)
    return {"kind": kind, **asdict(schedule)}


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
    return Experiment(
        data["name"],
        Network(
            tuple(data["input_names"]),
            layers,
            LOSSES[data["loss"]],
            l2=data["l2"],
            reduction=data["reduction"],
        ),
        data["inputs"],
        data["targets"],
        optimizer_from(data["optimizer"]),
        data["data_inputs"],
        data["data_targets"],
        data["batch_size"],
        data["seed"],
        shuffle=data["shuffle"],
        notation=Notation.of(data["notation"]),
        test=data["test"],
    )


def optimizer_from(data: Mapping[str, Any]) -> Optimizer:
    """The optimizer of `data`, a result of `optimizer_data`."""
    settings = dict(data)
    if settings["schedule"] is not None:
        schedule = dict(settings["schedule"])
        settings["schedule"] = SCHEDULES[schedule.pop("kind")](**schedule)
    return OPTIMIZERS[settings.pop("kind")](**settings)


def _list(values: Array | None) -> Any:
    return None if values is None else values.tolist()
