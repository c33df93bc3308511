"""Conditions on the chapter's network and another one, which are compared or become one another."""

from storyreel.engine.experiment import Experiment
from storyreel.engine.layer import can_be_merged
from storyreel.storyboard.conditions import experiment_of
from storyreel.storyboard.folding import merged_layers
from storyreel.storyboard.things import StageContents

MOST_RACING = 150
"""The most weights of a network that is drawn twice, with a run for each."""
MOST_LAYERS = 12
"""The most layers that have a bar each."""


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


def has_same_layers(stage: StageContents, other: str) -> str | None:
    """The network called `other` has as many inputs and neurons as the chapter's in each layer, and the same
    activation functions."""
    experiment = stage.experiments.get(other)
    if experiment is None:
        return None  # it has faults of its own
    same = _layers(experiment) == _layers(experiment_of(stage))
    return None if same else f"`{other}` has other layers than `{experiment_of(stage).name}`"


def _layers(experiment: Experiment) -> list[tuple[tuple[int, ...], bool, str]]:
    layers = experiment.network.layers
    return [(layer.weights.shape, layer.bias is not None, layer.activation.name) for layer in layers]
