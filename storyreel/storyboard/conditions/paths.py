"""Conditions on the paths from a number to the loss: how many there are, and how long."""

from storyreel.core.errors import StoryreelError
from storyreel.engine.weight_path import WeightPath
from storyreel.storyboard.conditions import experiment_of
from storyreel.storyboard.things import StageContents

LONGEST_GRAPH, FOR_LAYER, FOR_ACTIVATION = 10.22, 2.0, 1.3
"""The largest width of the computation graph of a chain, and what each layer and each activation function
takes of it, in Manim units."""
LONGEST_CHAIN = 5
"""The most numbers on a path."""


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
