"""Conditions on networks that are one weighted sum of their inputs, and on those whose weights they take."""

from storyreel.engine.experiment import Experiment
from storyreel.engine.regions.linear_sum import is_linear
from storyreel.storyboard.conditions import experiment_of
from storyreel.storyboard.things import StageContents

MOST_TERMS = 3


def is_linear_network(stage: StageContents) -> str | None:
    """The network has no activation functions, one output, and few enough inputs for a sum of them."""
    network = experiment_of(stage).network
    if not is_linear(network) or len(network.names.targets) != 1:
        return "only a network without activation functions, with one output, is one weighted sum"
    if len(network.input_names) > MOST_TERMS:
        return f"a sum of {len(network.input_names)} inputs is too long; up to {MOST_TERMS} can be written"
    return None


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
