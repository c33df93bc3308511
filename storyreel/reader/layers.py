"""The layers of a network: their weights, given or initialized, and the shapes of these."""

import numpy as np

from storyreel.core.arrays import Array
from storyreel.engine.activations import ACTIVATIONS
from storyreel.engine.initializers import INITIALIZERS, Initializer
from storyreel.engine.layer import Layer
from storyreel.reader.document import Document, Location
from storyreel.reader.files.array_file import is_array
from storyreel.reader.mapping_check import read_part
from storyreel.reader.named_rules import read_choice, read_rule
from storyreel.reader.numbers import read_numbers
from storyreel.reader.schema_classes import LayerPart, TrainPart
from storyreel.reader.types import report_type

_WITHOUT_VALUES: dict[str, type[Initializer]] = {
    kind: INITIALIZERS[kind] for kind in INITIALIZERS if kind != "list"
}


def read_layer(document: Document, location: Location, inputs: int | None, seed: int) -> Layer | int | None:
    """The layer at the location, with this number of inputs (None: unknown, because of an earlier fault).

    If it has a fault, which is reported: its size, or None if that is unknown. `seed` is for random weights
    without a seed of their own.
    """
    part = read_part(document, LayerPart, location)
    if part is None:
        return None
    document.check_letters((*location, "name"), part.name or "")
    if part.size and not document.is_within((*location, "size"), "layer_neurons", part.size):
        return None
    label = f"the layer `{part.name}`" if part.name else f"layer {int(location[-1]) + 1}"
    activation: str | None = part.activation
    if document.at((*location, "activation")) is not None:
        activation = read_choice(document, (*location, "activation"), "activation", ACTIVATIONS)
    weights = _read_weights(document, location, part, inputs, seed, label)
    size = part.size if weights is None else len(weights)
    bias = None
    if part.bias is not None and size is not None:
        bias = _read_bias(document, (*location, "bias"), size, label)
        if bias is None:
            return size
    train = _read_train(document, (*location, "train"), part, label)
    if weights is None or activation is None or train is None:
        return size
    is_trained = {"train_weights": train.weights, "train_bias": train.bias}
    return Layer(part.name, weights, bias, ACTIVATIONS[activation], **is_trained)


def _read_train(document: Document, location: Location, part: LayerPart, label: str) -> TrainPart | None:
    """Which numbers of the layer are trained; None if there is a fault, which is reported."""
    if isinstance(part.train, bool):
        return TrainPart(part.train, part.train)
    if not isinstance(part.train, dict):
        report_type(document, location, "bool", "`train`")
        return None
    train = read_part(document, TrainPart, location)
    if part.bias is None and "bias" in part.train:
        document.report(document.key_place((*location, "bias")), f"{label} has no bias")
        return None
    return train


def _read_weights(
    document: Document, location: Location, part: LayerPart, inputs: int | None, seed: int, label: str
) -> Array | None:
    """The weights, of shape (size, inputs), or None."""
    keys = [key for key in ("weights", "init") if getattr(part, key) is not None]
    if len(keys) != 1:
        fault = "has both `weights` and `init`; one is enough" if keys else "needs `weights` or `init`"
        document.report(document.place(location), f"{label} {fault}")
        return None
    place = (*location, keys[0])
    data = document.at(place)
    if keys == ["init"] or (isinstance(data, dict) and not is_array(data)):
        rule = read_rule(document, place, "initialiser", _WITHOUT_VALUES, {"seed": seed})
        if part.size is None:
            document.report(document.place(location), f"{label} needs `size`, since its weights are drawn")
        if rule is None or part.size is None or inputs is None:
            return None
        if not document.is_within(place, "parameters", part.size * inputs):
            return None
        return rule.weights(part.size, inputs)
    weights = read_numbers(document, place, "`weights`", 2)
    if weights is None or inputs is None:
        return None
    shaped = _shaped(weights, part.size, inputs)
    if shaped is None:
        document.report(document.place(place), _shape_fault(label, weights, part.size, inputs))
    return shaped


def _shaped(weights: Array, size: int | None, inputs: int) -> Array | None:
    """The weights in the shape (neurons, inputs), if they fit it in exactly one way."""
    if weights.ndim == 0:
        weights = weights.reshape(1, 1)
    elif weights.ndim == 1:
        weights = weights.reshape(-1, 1) if inputs == 1 else weights.reshape(1, -1)
    rows, columns = weights.shape
    return weights if columns == inputs and size in (None, rows) else None


def _shape_fault(label: str, weights: Array, size: int | None, inputs: int) -> str:
    needed = f"{label} needs {size or 'n'} × {inputs} weights, a row for each neuron, a column for each input"
    got = {0: "one number", 1: f"a list of {weights.size}"}.get(weights.ndim)
    got = got or f"{weights.shape[0]} × {weights.shape[1]}"
    turned = weights.ndim == 2 and weights.shape[0] == inputs and size in (None, weights.shape[1])
    return f"{needed}, but gets {got}{'; rows and columns are exchanged' if turned else ''}"


def _read_bias(document: Document, location: Location, size: int, label: str) -> Array | None:
    """The biases, of the shape (size,); a single number is used for every neuron."""
    bias = read_numbers(document, location, "`bias`", 1)
    if bias is None or bias.ndim == 0:
        return None if bias is None else np.full(size, bias)
    if bias.size == size:
        return bias
    needed = f"{label} needs {size} bias{'' if size == 1 else 'es'}, one for each neuron or one for all"
    document.report(document.place(location), f"{needed}, but gets a list of {bias.size}")
    return None
