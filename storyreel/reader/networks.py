"""The `networks:` of a storyboard, which become experiments of the engine."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from storyreel.core.arrays import Array
from storyreel.core.number_format import shown
from storyreel.engine.equations.notation import Key, Notation, key_of
from storyreel.engine.experiment import Experiment
from storyreel.engine.gradient_check import GradientCheckError, check_gradients
from storyreel.engine.graph.experiment import AnyExperiment
from storyreel.engine.layer import Layer
from storyreel.engine.losses import LOSSES, Loss
from storyreel.engine.names import RESERVED
from storyreel.engine.network import Network
from storyreel.engine.optimizers import STATES, UndefinedStep
from storyreel.reader.document import Document, Location
from storyreel.reader.examples import input_names, read_data, read_inputs, read_targets
from storyreel.reader.layers import read_layer
from storyreel.reader.mapping_check import name_fault, read_part
from storyreel.reader.named_rules import read_choice
from storyreel.reader.numbers import written_numbers
from storyreel.reader.schema_classes import NetworkPart
from storyreel.reader.training import read_optimizer, read_reduction, written_settings


def read_networks(document: Document, names: list[str]) -> dict[str, AnyExperiment | None]:
    """The experiment of each network by name, None for one with faults, which are reported."""
    experiments: dict[str, AnyExperiment | None] = {}
    if not document.is_within(("networks",), "networks", len(names)):
        return dict.fromkeys(names)
    for name in names:
        if fault := name_fault(name, (*RESERVED, *STATES)):
            place = document.key_place(("networks", name))
            document.report(place, f"{fault}; give the network another name")
        if _has_key(document, ("networks", name), "graph"):
            from storyreel.reader.graphs.graph import read_graph  # most storyboards have none

            experiments[name] = read_graph(document, name)
            continue
        before = sum(_size(each) for each in experiments.values() if isinstance(each, Experiment))
        experiments[name] = _read_network(document, name, before)
    return experiments


def _has_key(document: Document, location: Location, key: str) -> bool:
    data = document.node(location).value
    return isinstance(data, dict) and key in data


def _size(experiment: Experiment) -> int:
    return experiment.network.parameters.size


def _read_network(document: Document, name: str, before: int) -> Experiment | None:
    """The experiment; None for one with faults. The networks before it have so many parameters together."""
    location: Location = ("networks", name)
    errors = document.source.errors
    part = read_part(document, NetworkPart, location)
    if part is None:
        return None
    inputs = read_inputs(document, (*location, "input"))
    layers, outputs = _read_layers(document, location, part, inputs)
    targets = data = test = None
    if document.at((*location, "target")) is not None:
        targets = read_targets(document, (*location, "target"), outputs, "the network")
    if part.data is not None:
        data = read_data(document, (*location, "data"), inputs, outputs)
    if part.test is not None:
        test = read_data(document, (*location, "test"), inputs, outputs)
    loss = None
    if document.at((*location, "loss")) is not None:
        loss = read_choice(document, (*location, "loss"), "loss", LOSSES)
    if loss is not None:
        _check_targets(document, location, LOSSES[loss], targets, data)
    reduction = read_reduction(document, location)
    optimizer = read_optimizer(document, location, part)
    if (
        errors < document.source.errors
        or inputs is None
        or targets is None
        or loss is None
        or reduction is None
    ):
        return None
    # Without a report of their own where the reader of YAML has refused the same place before.
    if not layers or len(layers) < len(part.layers):
        return None
    count = before + sum(layer.weights.size + (0 if layer.bias is None else layer.size) for layer in layers)
    if not document.is_within(location, "parameters", count):
        return None
    wanted, last = LOSSES[loss].fused, layers[-1].activation.name
    hint = f"; {loss} expects the activation {wanted.activation} in the last layer" if wanted else ""
    try:
        network = Network(input_names(inputs), tuple(layers), LOSSES[loss], l2=part.l2, reduction=reduction)
        example = np.concatenate(list(inputs.values()))
        rows, answers = data or (None, None)
        experiment = Experiment(
            *(name, network, example, targets, optimizer, rows, answers, part.batch_size, part.seed),
            shuffle=part.shuffle,
            test=test,
        )
        check_gradients(experiment)
        _check_data(experiment)
        if getattr(optimizer, "epsilon", 1.0) == 0.0:
            experiment.run(1)  # there may be no step
        experiment = replace(experiment, notation=_notation(document, location, part, inputs, experiment))
    except UndefinedStep as fault:
        document.report(document.place((*location, "optimizer")), f"the network `{name}`: {fault}")
        return None
    except (ValueError, GradientCheckError) as fault:
        hint = hint if wanted and wanted.activation != last else ""
        document.report(document.key_place(location), f"the network `{name}`: {fault}{hint}")
        return None
    return experiment


def _notation(
    document: Document,
    location: Location,
    part: NetworkPart,
    inputs: dict[str, Array],
    experiment: Experiment,
) -> Notation:
    """How the network's numbers are written: those that the author wrote as they are in the file."""
    names, texts = experiment.network.names, dict[Key, str]()

    def take(group: Sequence[str], values: Array, place: Location) -> None:
        written = written_numbers(document, place)
        for name, value, text in zip(group, values.tolist(), written * len(group), strict=False):
            if "/" in text or text != shown(value, digits=part.digits):  # a fraction would get decimals
                texts[key_of(name, value)] = text

    def take_example(place: Location, values: Array, targets: Array, around: Location) -> None:
        taken = 0
        for name, its in inputs.items():
            group = slice(taken, taken + its.size)
            take(names.activations[0][group], values[group], (*place, *around, name))
            taken += its.size
        take(names.targets, targets, (*place, "target"))

    take_example(location, experiment.inputs[0], experiment.targets[0], ("input",))
    for row in range(len(part.data) if isinstance(part.data, list) else 0):
        values, targets = (each[row] for each in experiment.examples)
        take_example((*location, "data", row), values, targets, ())
    for number, layer in enumerate(experiment.network.layers, start=1):
        place = (*location, "layers", number - 1)
        data = document.at(place)
        if "weights" in data and not isinstance(data["weights"], dict):
            weights = [name for row in names.weights[number] for name in row]
            take(weights, layer.weights.ravel(), (*place, "weights"))
        if layer.bias is not None:
            take(names.biases[number], layer.bias, (*place, "bias"))
    for name, value, place in written_settings(document, location, part, experiment.optimizer):
        take([name], np.array([value]), place)
    return Notation(part.digits, texts)


def _check_targets(
    document: Document,
    location: Location,
    loss: Loss,
    targets: Array | None,
    data: tuple[Array, Array] | None,
) -> None:
    """Report targets that are not as the loss needs them."""
    if targets is not None and (fault := loss.needs(targets)):
        document.report(document.place((*location, "target")), f"the loss {loss.name} needs {fault}")
    are_rows = isinstance(document.at((*location, "data")), list)
    for row, answer in enumerate(data[1] if data else ()):
        if fault := loss.needs(answer):
            place = (*location, "data", row, "target") if are_rows else (*location, "data", "target")
            message = f"the loss {loss.name} needs {fault}"
            document.report(document.place(place), message if are_rows else f"data[{row}]: {message}")
            break


def _check_data(experiment: Experiment) -> None:
    """Raise ValueError for the first example of the data whose loss is not finite."""
    if experiment.cost is not None and not math.isfinite(experiment.cost.value):
        for row in range(experiment.data_rows):
            loss = experiment.number(f"data[{row}].loss")
            if not math.isfinite(loss):
                raise ValueError(
                    f"the loss of data[{row}] is {loss}; it needs other numbers, or another loss"
                )


def _read_layers(
    document: Document, location: Location, part: NetworkPart, inputs: dict[str, Array] | None
) -> tuple[list[Layer], int | None]:
    """The layers without faults, and the number of outputs of the last layer (None: unknown)."""
    layers = []
    taken: set[str | None] = {"target", "loss", *RESERVED, *(inputs or ())}
    width = None if inputs is None else len(input_names(inputs))
    for i in range(len(part.layers)):
        place = (*location, "layers", i)
        layer = read_layer(document, place, width, part.seed + i)
        width = layer.size if isinstance(layer, Layer) else layer
        if isinstance(layer, Layer):
            layers.append(layer)
            if layer.name in taken:
                document.report(document.place((*place, "name")), f"the name `{layer.name}` is already taken")
            taken |= {layer.name} - {None}
    return layers, width
