"""Conditions on the chapter's network: what it is, its inputs, its layers and its outputs."""

import math

from storyreel.engine.equations.ellipsis import elided
from storyreel.engine.regions.decision_regions import are_answers
from storyreel.storyboard.conditions import experiment_of
from storyreel.storyboard.template import Template
from storyreel.storyboard.things import StageContents

MOST_CLASSES, MOST_OUTPUTS = 6, 4
"""The most classes that have colours, and the most outputs that have a row each."""
LARGEST_LAYER = (26, 27)
"""The most rows and columns of a matrix of weights."""
MOST_BADGES = 5
"""The most weights that have a badge each."""
ALL_DRAWN = {"16:9": (17, 16), "9:16": (30, 28), "1:1": (16, 14)}
"""The most neurons of a layer that are all drawn behind an image, and the most places of each layer if one
has more, by the aspect ratio of the frame."""

MOST_GATES = 3
"""The most neurons between an input and an output whose formula is written."""


def has_network(stage: StageContents) -> str | None:
    """The chapter is about a network."""
    if stage.network in stage.graphs:
        return f"this cue is about a network with layers, and `{stage.network}` is a graph"
    if stage.experiment is None:
        return "this cue is about a network: give its chapter one (`network: …`)"
    return None


def has_any_network(stage: StageContents) -> str | None:
    """The chapter is about a network, with layers or as a graph of formulas."""
    return None if stage.network in stage.graphs else has_network(stage)


def has_room_for_loss(stage: StageContents) -> str | None:
    """The scene declares room for a node for the loss."""
    if stage.has("room for the loss"):
        return None
    return "there is no room for the loss in this picture; leave `loss` out"


def has_square_inputs(stage: StageContents, name: str | None = None) -> str | None:
    """The inputs, of the network called `name` or the chapter's, are the pixels of a square image."""
    experiment = stage.experiments.get(name) if name else experiment_of(stage)
    if experiment is None:
        return None  # it has faults of its own
    count = len(experiment.network.input_names)
    if count > 1 and math.isqrt(count) ** 2 == count:
        return None
    return f"{count} inputs make no square image"


def has_square_inputs_of(stage: StageContents, network: str | None) -> str | None:
    """The inputs of the network called `network`, if one is given, are the pixels of a square image."""
    return has_square_inputs(stage, network) if network else None


def is_plane(stage: StageContents) -> str | None:
    """The network has two inputs, and no more classes than there are colours."""
    inputs, classes = len(experiment_of(stage).network.input_names), _classes_of(stage)
    if inputs != 2:
        return f"a map of the plane needs a network with two inputs, not {inputs}"
    if classes > MOST_CLASSES:
        return f"the map has colours for {MOST_CLASSES} classes, not for {classes}"
    return None


def _classes_of(stage: StageContents) -> int:
    """The number of classes on a map of the plane: with answers to several questions, of combinations."""
    outputs, targets = experiment_of(stage).network.layers[-1].size, experiment_of(stage).data_targets
    return 2**outputs if targets is not None and are_answers(targets) else max(outputs, 2)


def has_text_for_each_class(stage: StageContents, texts: tuple[Template, ...]) -> str | None:
    """There are as many texts as classes on a map of the plane."""
    classes = _classes_of(stage)
    return None if len(texts) == classes else f"the map has {classes} regions, so give {classes} texts"


def has_response(stage: StageContents, network: str) -> str | None:
    """The network called `network` has one input, one output, and one layer of a few neurons between."""
    if network not in stage.experiments:
        return None  # it has faults of its own
    drawn = stage.experiments[network].network
    shape = [len(column) for column in drawn.names.activations]
    is_plain = drawn.layers[-1].activation.name == "identity"
    if len(shape) == 3 and shape[0] == shape[-1] == 1 and shape[1] <= MOST_GATES and is_plain:
        return None
    return (
        f"the formula of the network {network} is not written: it needs one input, up to {MOST_GATES} neurons"
        " after it, and one output without an activation function"
    )


def has_layer(stage: StageContents, number: int) -> str | None:
    """There is a layer with this number, counted from 1, small enough for its matrices."""
    layers = experiment_of(stage).network.layers
    if number > len(layers):
        return f"the network has layers 1 to {len(layers)}, and no layer {number}"
    rows, columns = layers[number - 1].weights.shape
    if rows > LARGEST_LAYER[0] or columns > LARGEST_LAYER[1]:
        return f"layer {number} with {rows} × {columns} weights is too large for this picture"
    return None


def is_layer(stage: StageContents, number: int | None) -> str | None:
    """There is a layer with this number, counted from 1, if one is given."""
    layers = len(experiment_of(stage).network.layers)
    return (
        None
        if number is None or number <= layers
        else f"the network has layers 1 to {layers}, and no layer {number}"
    )


def has_classes(stage: StageContents) -> str | None:
    """There is an output for each class, and a colour."""
    outputs = experiment_of(stage).network.layers[-1].size
    if 1 < outputs <= MOST_CLASSES:
        return None
    return f"outputs stand for classes if there are 2 to {MOST_CLASSES} of them, not {outputs}"


def has_several_outputs(stage: StageContents) -> str | None:
    """There are two or more outputs, one for each class."""
    outputs = experiment_of(stage).network.layers[-1].size
    return None if outputs > 1 else "outputs stand for classes if there are several of them, not one"


def has_few_outputs(stage: StageContents) -> str | None:
    """There are one or two outputs."""
    count = experiment_of(stage).network.layers[-1].size
    return None if count <= 2 else f"a board has two directions, for one or two outputs, not {count}"


def has_sheet(stage: StageContents) -> str | None:
    """There are few enough outputs for a row each."""
    count = experiment_of(stage).network.layers[-1].size
    return (
        None if count <= MOST_OUTPUTS else f"{count} outputs are too many for a row each; {MOST_OUTPUTS} fit"
    )


def has_names(stage: StageContents, names: tuple[object, ...] | None) -> str | None:
    """There is a name for each output, if names are given, and there are few enough of them."""
    if names is None:
        return None
    count = experiment_of(stage).network.layers[-1].size
    if count > MOST_OUTPUTS:
        return f"{count} outputs are too many for a row each; {MOST_OUTPUTS} fit"
    return (
        None if len(names) == count else f"there is a name for each of the {count} outputs, not {len(names)}"
    )


def are_before(stage: StageContents, output: str, neurons: tuple[str, ...] | None) -> str | None:
    """The neurons, if any are given, are in the layer before an output."""
    names = experiment_of(stage).network.names
    before = names.activations[(names[output].layer or 0) - 1]
    strange = next((neuron for neuron in neurons or () if neuron not in before), None)
    return None if strange is None else f"`{strange}` is not in the layer before `{output}`"


def is_of_input(stage: StageContents, weight: str) -> str | None:
    """The parameter is a weight of the first layer."""
    address = experiment_of(stage).network.names[weight]
    if address.kind == "weight" and address.layer == 1:
        return None
    return f"`{weight}` is no weight of an input"


def has_coloured_classes(stage: StageContents) -> str | None:
    """There are no more classes than colours."""
    classes = experiment_of(stage).network.layers[-1].size
    if classes <= MOST_CLASSES:
        return None
    return f"there are colours for {MOST_CLASSES} classes, not for {classes}"


def has_weights(stage: StageContents, count: int) -> str | None:
    """The network has so many weights, and badges for them have room."""
    most = min(MOST_BADGES, sum(layer.weights.size for layer in experiment_of(stage).network.layers))
    return None if count <= most else f"of this network 1 to {most} weights can be shown"


def is_drawn_weight(stage: StageContents, weight: str) -> str | None:
    """Both ends of the weight's connection are drawn in the network behind an image."""
    things = filter(None, map(stage.find, ("network", "image")))
    name = next((str(each) for thing in things if (each := thing.given.get("network"))), stage.network or "")
    if (experiment := stage.experiments.get(name)) is None:
        return None  # it has faults of its own
    names, sizes = experiment.network.names, [layer.size for layer in experiment.network.layers]
    if (address := names.get(weight)) is None or address.kind != "weight":
        return f"{weight!r} is not a weight of `{name}`"
    whole, places = ALL_DRAWN[stage.aspect]
    if max(sizes) <= whole:
        return None
    layer = address.layer or 1
    ends = zip(sizes[layer - 1 :: -1], address.index, strict=False)  # no inputs, which are pixels
    if all(neuron in elided(size, places) for size, neuron in ends):
        return None
    return f"{weight!r} is left out of this picture, in which not all neurons have room"
