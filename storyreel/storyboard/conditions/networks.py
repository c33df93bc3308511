"""Conditions on the chapter's network: its shape, its layers, its paths to the loss."""

import math
from dataclasses import replace

from storyreel.core.errors import StoryreelError
from storyreel.core.number_format import shown
from storyreel.engine.curves import has_curve
from storyreel.engine.layer import can_be_merged
from storyreel.engine.weight_path import WeightPath
from storyreel.storyboard.conditions import experiment_of
from storyreel.storyboard.folding import merged_layers
from storyreel.storyboard.things import StageContents

LONGEST_GRAPH, FOR_LAYER, FOR_ACTIVATION = 10.22, 2.0, 1.3
LONGEST_CHAIN = 5
MOST_CLASSES = 6
LARGEST_LAYER = (26, 27)
MOST_BADGES = 5
MOST_TERMS, MOST_ROWS, MOST_TONES, MOST_LAYERS = 5, 4, 40, 12
HEARD = 20.0, 20000.0
"""The lowest and the highest frequency that people hear, in hertz."""
MOST_RACING = 150
"""Weights of a network that is drawn twice, with a run for each."""


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


def has_square_inputs_of(stage: StageContents, network: str) -> str | None:
    """The inputs of the network called `network` are the pixels of a square image."""
    return has_square_inputs(replace(stage, network=network)) if network in stage.experiments else None


def is_plane(stage: StageContents) -> str | None:
    """The network has two inputs, and no more classes than there are colours."""
    inputs, classes = (
        len(experiment_of(stage).network.input_names),
        experiment_of(stage).network.layers[-1].size,
    )
    if inputs != 2:
        return f"a map of the plane needs a network with two inputs, not {inputs}"
    if classes > MOST_CLASSES:
        return f"the map has colours for {MOST_CLASSES} classes, not for {classes}"
    return None


def is_chain(stage: StageContents) -> str | None:
    """The network has one neuron a layer, and few enough layers for its computation graph to be read."""
    network = experiment_of(stage).network
    if any(len(column) > 1 for column in network.names.activations):
        return "the computation graph is drawn for chains: networks with one neuron a layer"
    activations = sum(layer.activation.name != "identity" for layer in network.layers)
    if FOR_LAYER * len(network.layers) + FOR_ACTIVATION * activations > LONGEST_GRAPH:
        return (
            f"the computation graph of {len(network.layers)} layers is too long to be read;"
            " there is room for five layers, or for three with activations"
        )
    return None


def has_path(
    stage: StageContents, parameter: str, network: str | None = None, pre_activations: bool = False
) -> str | None:
    """There is one path from the parameter to the loss, which is short enough to be read."""
    experiment = stage.experiments.get(network or stage.network or "")
    if experiment is None:
        return None  # it has faults of its own
    try:
        path = WeightPath(experiment.trace, parameter, pre_activations)
    except StoryreelError as fault:
        return str(fault)
    if len(path.names) > LONGEST_CHAIN:
        return (
            f"from {parameter!r} to the loss there are {len(path.names)} numbers;"
            f" the chain rule is shown for up to {LONGEST_CHAIN}, as of three layers"
        )
    return None


def has_readable_ways(
    stage: StageContents, start: str, network: str | None = None, pre_activations: bool = False
) -> str | None:
    """The ways from a number to the loss, or to the output of a graph, are few and short enough."""
    graph = stage.graphs.get(stage.network or "")
    if graph is None and (network or stage.network) not in stage.experiments:
        return None  # it has faults of its own
    if graph is not None and (network or pre_activations):
        return "`network` and `pre_activations` are about networks with layers, and this one is a graph"
    from storyreel.engine.graph.ways import ways_to_show  # only where there may be several
    from storyreel.storyboard.graphs.room import room_of_graph
    from storyreel.storyboard.graphs.ways import taken_by_equations

    try:
        ways = ways_to_show(
            graph or stage.experiments[network or stage.network or ""], start, pre_activations
        )
        if ways is not None:
            room_of_graph(ways.experiment, stage.aspect, taken_by_equations(ways, stage.aspect))
    except StoryreelError as fault:
        return str(fault)
    return None if ways is not None else has_path(stage, start, network, pre_activations)


def has_chain_gate(stage: StageContents) -> str | None:
    """The chain on stage has the gate of an activation function."""
    chain, parameter, experiment = stage.find("chain"), stage.argument("chain"), stage.experiment
    if chain is None or not chain.given or parameter is None or experiment is None:
        return None
    try:
        path = WeightPath(experiment.trace, parameter, bool(chain.given.get("pre_activations")))
    except StoryreelError:
        return None
    if any(map(path.is_activation_of, path.names)):
        return None
    return "this chain has no gate; draw one with an activation function, with `pre_activations`"


def has_gate(stage: StageContents, names: tuple[object, ...] | str | None) -> str | None:
    """The activation functions of all these neurons can be drawn; without names, that of some neuron."""
    network = experiment_of(stage).network
    curves = {
        neuron
        for layer, column in zip(network.layers, network.names.activations[1:], strict=True)
        for neuron in column
        if has_curve(layer.activation.name)
    }
    if names is None:
        return None if curves else "no neuron has an activation function that could be drawn as a gate"
    for name in names if isinstance(names, tuple) else (names,):
        if name not in curves:
            return f"{name!r} has no activation function that could be drawn as a gate"
    return None


def has_plot(stage: StageContents, activation: str) -> str | None:
    """The activation function called so can be drawn as a gate."""
    return (
        None
        if has_curve(activation)
        else f"{activation} has no curve: each of its values depends on several numbers"
    )


def folds(stage: StageContents, other: str) -> str | None:
    """The layers of the network called `other` can merge into those of the chapter's."""
    if other not in stage.experiments:
        return None  # it has faults of its own
    networks = stage.experiments[other].network, experiment_of(stage).network
    before, after = ([len(column) for column in network.names.activations] for network in networks)
    if merged_layers(before, after) is not None:
        return None
    sizes = ["-".join(map(str, each)) for each in (before, after)]
    return f"a {sizes[0]} network does not fold into a {sizes[1]} one"


def can_race(stage: StageContents, other: str) -> str | None:
    """The network called `other` has few enough weights for two pictures of it with all their gradients."""
    if other not in stage.experiments:
        return None  # it has faults of its own
    count = sum(layer.weights.size for layer in stage.experiments[other].network.layers)
    if count <= MOST_RACING:
        return None
    return f"a race for {count} gradients takes too long; at most {MOST_RACING} weights have time"


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


def is_neuron(stage: StageContents, name: str) -> str | None:
    """The number is that of a neuron behind the inputs, with few enough inputs for a row each."""
    network = experiment_of(stage).network
    address = network.names.get(name)
    if address is None or address.kind != "activation" or not address.layer:
        return f"`{name}` is not a neuron with a weighted sum"
    count = len(network.names.activations[address.layer - 1])
    return None if count <= MOST_TERMS else f"{count} inputs are too many for a row each; {MOST_TERMS} fit"


def is_row(stage: StageContents, value: str) -> str | None:
    """The number is one of an input, the bias, the sum or the value of the neuron whose bars are on stage."""
    shown = stage.find("inputs")
    if shown is None or not shown.given:
        return None
    network = experiment_of(stage).network
    names, address = network.names, network.names.get(neuron := str(shown.given["of"]))
    if address is None or not address.layer:
        return None
    layer, (k,) = address.layer, address.index
    rows = [*names.activations[layer - 1]]
    if names.biases[layer] and network.parameters[network.position(bias := names.biases[layer][k])]:
        rows.append(bias)
    rows += [names.pre_activations[layer][k]] * stage.has("sum") + [neuron] * stage.has("value")
    return None if value in rows else f"`{value}` has no bar on stage; {', '.join(rows)} have"


def is_in_sum(stage: StageContents, weight: str, to: float | None) -> str | None:
    """The weight or bias is one of the weighted sum on stage; a bias has a bar, and keeps it, if not 0."""
    summed = stage.find("inputs")
    if summed is None or not summed.given:
        return None
    network = experiment_of(stage).network
    address = network.names.get(neuron := str(summed.given["of"]))
    if address is None or not address.layer:
        return None
    layer, (k,) = address.layer, address.index
    weights, biases = network.names.weights[layer][k], network.names.biases[layer]
    held = [*weights, *([biases[k]] if biases else [])]
    if weight not in held:
        return f"`{weight}` is not in the sum of `{neuron}`, which has {', '.join(held)}"
    if weight in weights:
        return None
    return None if network.parameters[network.position(weight)] and to != 0 else "a bias of 0 has no bar"


def has_sheet(stage: StageContents) -> str | None:
    """There are few enough outputs for a row each."""
    count = experiment_of(stage).network.layers[-1].size
    return None if count <= MOST_ROWS else f"{count} outputs are too many for a row each; {MOST_ROWS} fit"


def has_tones(stage: StageContents, pitch: float) -> str | None:
    """The inputs are few enough for a bar each, and the lowest tone can be heard."""
    count = len(experiment_of(stage).network.input_names)
    if not 2 <= count <= MOST_TONES:
        return f"a spectrum is of 2 to {MOST_TONES} tones, not of {count}"
    low, high = HEARD
    return None if low <= pitch <= high else f"a tone of {shown(pitch)} Hz cannot be heard"


def has_tones_from(stage: StageContents, first: int, last: int) -> str | None:
    """The spectrum has these tones, counted from 1."""
    count = len(experiment_of(stage).network.input_names)
    return None if first <= last <= count else f"the spectrum has the tones 1 to {count}"


def has_names(stage: StageContents, names: tuple[object, ...] | None) -> str | None:
    """There is a name for each output, if names are given, and there are few enough of them."""
    if names is None:
        return None
    count = experiment_of(stage).network.layers[-1].size
    if count > MOST_ROWS:
        return f"{count} outputs are too many for a row each; {MOST_ROWS} fit"
    return (
        None if len(names) == count else f"there is a name for each of the {count} outputs, not {len(names)}"
    )


def is_of_input(stage: StageContents, weight: str) -> str | None:
    """The parameter is a weight of the first layer."""
    address = experiment_of(stage).network.names[weight]
    if address.kind == "weight" and address.layer == 1:
        return None
    return f"`{weight}` is no weight of an input"


def are_two_names(stage: StageContents, names: tuple[object, ...]) -> str | None:
    """There is a name for each of two networks."""
    return None if len(names) == 2 else f"`names` are two: the words for each network, not {len(names)}"


def have_layer_bars(stage: StageContents, other: str) -> str | None:
    """The chapter's network and the other one have few enough layers for a bar each."""
    if other not in stage.experiments:
        return None  # it has faults of its own
    for experiment in (experiment_of(stage), stage.experiments[other]):
        count = len(experiment.network.layers)
        if not 2 <= count <= MOST_LAYERS:
            return f"there are bars for networks of 2 to {MOST_LAYERS} layers, not of {count}"
    return None


def can_merge(stage: StageContents) -> str | None:
    """One of the two networks on stage has two layers without an activation function between them."""
    couple = stage.find("two networks")
    other = couple and stage.experiments.get(str(couple.given.get("other")))
    if not other or any(can_be_merged(each.network.layers) for each in (experiment_of(stage), other)):
        return None
    return "neither network has two small layers without an activation function between"


def is_layer_of_both(stage: StageContents, number: int) -> str | None:
    """The two networks whose bars are on stage have a layer of this number, counted from 1."""
    charts = stage.find("bars of")
    other = charts and stage.experiments.get(str(charts.given.get("other")))
    if not other:
        return None
    count = min(len(one.network.layers) for one in (experiment_of(stage), other))
    return None if number <= count else f"there is no layer {number} in both charts"


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
