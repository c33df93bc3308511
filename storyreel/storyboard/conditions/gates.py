"""Conditions on gates: which activation functions have a curve that can be drawn."""

from storyreel.core.errors import StoryreelError
from storyreel.engine.curves import has_curve
from storyreel.engine.weight_path import WeightPath
from storyreel.storyboard.conditions import experiment_of
from storyreel.storyboard.things import StageContents


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
