"""The operations that a storyboard's training and questions take, counted before any of them is done."""

from collections.abc import Mapping

from storyreel.core.limits import beyond, limits
from storyreel.engine.experiment import Experiment
from storyreel.engine.graph.experiment import AnyExperiment, GraphExperiment

LAYER = 1_000
"""Operations that a layer takes in a step, however small it is."""
AT_ONCE = 50
"""Parameters that are multiplied in the time of one operation when there are many examples at once."""
DRAWS = 50
"""Sets of numbers that are tried for a variant of a question; most take fewer, a few take more."""
NODE = 300
"""Operations that a node of a graph takes in a step for each example, however small it is."""
PER_NEURON = 2
"""Operations that a neuron takes in a step for each example."""


class Budget:
    """The longest run of each network so far, and all other operations, held to the limits."""

    def __init__(self, experiments: Mapping[str, AnyExperiment]) -> None:
        self._experiments = experiments
        self._steps: dict[str, int] = {}
        self._others = 0  # operations of all but the runs

    def of_run(self, network: str, steps: int) -> str | None:
        """What is wrong with a run of a network of so many steps; None if it is within the limits."""
        if not steps:
            return None
        if steps > limits().run_steps:
            return beyond("run_steps", steps)
        self._steps[network] = max(steps, self._steps.get(network, 0))
        self._others += operations_of_step(self._experiments[network])  # to look a number up in it
        return self._fault()

    def of_variants(self, network: str, count: int, steps: int) -> str | None:
        """What is wrong with so many variants of a question about a run of so many steps; None if nothing."""
        if count > 1:
            self._others += count * DRAWS * (1 + steps) * operations_of_step(self._experiments[network])
        return self._fault()

    def _fault(self) -> str | None:
        runs = sum(steps * operations_of_step(self._experiments[name]) for name, steps in self._steps.items())
        operations = runs + self._others
        return beyond("operations", operations) if operations > limits().operations else None


def operations_of_step(experiment: AnyExperiment) -> int:
    """The operations, of about 20 ns each, that a step of training takes."""
    if isinstance(experiment, GraphExperiment):
        return _of_graph(experiment)
    return _of_layers(experiment)


def _of_graph(experiment: GraphExperiment) -> int:
    graph = experiment.graph
    shapes = graph.shapes({name: value.shape for name, value in experiment.given.items()})
    products = sum(
        node.primitive.work(*(shapes[name] for name in node.inputs)) for node in graph.nodes if node.primitive
    )
    each = NODE * len(graph.nodes) + 3 * products // AT_ONCE
    return experiment.model.parameters.size + len(experiment.examples[0]) * each


def _of_layers(experiment: Experiment) -> int:
    layers, examples = experiment.network.layers, len(experiment.examples[0])
    parameters = experiment.network.parameters.size
    neurons = sum(layer.size for layer in layers)
    return parameters + LAYER * len(layers) + examples * (parameters // AT_ONCE + PER_NEURON * neurons)
