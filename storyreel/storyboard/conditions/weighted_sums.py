"""Conditions on weighted sums: that of a neuron, and the one that a linear network comes to."""

from storyreel.engine.regions.linear_sum import is_linear
from storyreel.storyboard.conditions import experiment_of
from storyreel.storyboard.things import StageContents

MOST_TERMS, MOST_WRITTEN = 5, 3
"""The most inputs of a sum with a row each, and of one that is written in a line."""


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


def is_change(stage: StageContents, weight: str, to: float | None) -> str | None:
    """The weight or bias of the sum on stage has another number now than `to`, where it is to be set."""
    network, turned = experiment_of(stage).network, stage.find(f"turned {weight}")
    if weight not in network.names.parameters or (turned is not None and not turned.given):
        return None  # it has faults of its own
    now = turned.given["to"] if turned else None
    first = network.parameters[network.position(weight)]
    if (first if now is None else now) != (first if to is None else to):
        return None
    return f"there is no change of `{weight}` to divide that of the loss by"


def is_linear_network(stage: StageContents) -> str | None:
    """The network has no activation functions, one output, and few enough inputs for a sum of them."""
    network = experiment_of(stage).network
    if not is_linear(network) or len(network.names.targets) != 1:
        return "only a network without activation functions, with one output, is one weighted sum"
    if len(network.input_names) > MOST_WRITTEN:
        return f"a sum of {len(network.input_names)} inputs is too long; up to {MOST_WRITTEN} can be written"
    return None
