"""The part of a layered network that one of its weights or biases changes, as a graph with a node a neuron.

    experiment = neurons_after(trace, "W1[0,1]")        W1[0,1] → h[0] → y[0], y[1] → loss

Everything else that the neurons use stays as it is in the trace.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from storyreel.core.arrays import Array
from storyreel.core.errors import StoryreelError
from storyreel.engine.activations import ACTIVATIONS, Activation
from storyreel.engine.graph.experiment import GraphExperiment
from storyreel.engine.graph.graph import Graph, Node
from storyreel.engine.graph.primitive import Primitive, no_slopes
from storyreel.engine.trace import Trace


@dataclass(frozen=True, eq=False)
class _Sources:
    """What changes before a layer: the `names` of n numbers, their `values` in the trace, the layer's sums
    `z` there, and the derivatives of these with respect to the numbers, `columns` (neurons, n).

    Only the sums of the neurons `changed` change.
    """

    names: tuple[str, ...]
    values: Array
    z: Array
    columns: Array
    changed: Sequence[int]

    def sums(self, moved: Array) -> Array:
        """The weighted sums once the numbers have moved, (1, neurons)."""
        return np.asarray(self.z + self.columns @ (moved - self.values))[None]

    def only(self, places: Sequence[int]) -> "_Sources":
        """The same of some of the numbers."""
        names = tuple(self.names[place] for place in places)
        return _Sources(names, self.values[places], self.z, self.columns[:, places], self.changed)


def neurons_after(trace: Trace, parameter: str, pre_activations: bool = False) -> GraphExperiment:
    """The graph of the numbers that the weight or bias `parameter` changes, up to the loss.

    `pre_activations`: with weighted sums before activation functions as nodes of their own. Raises
    StoryreelError for a parameter that the network does not have.
    """
    network, names, forward = trace.network, trace.network.names, trace.forward
    if parameter not in names or names[parameter].kind not in ("weight", "bias"):
        raise StoryreelError(f"{parameter!r} is not a weight or a bias of this network")
    address, value = names[parameter], np.array(trace.number(parameter))
    parameter, first, own = names.name_of(address), address.layer or 0, address.index[0]
    columns = np.zeros((network.layers[first - 1].size, 1))
    columns[own] = forward.activations[first - 1][0, address.index[1]] if address.kind == "weight" else 1.0
    nodes = [Node(parameter)]
    sources = _Sources((parameter,), value[None], forward.pre_activations[first - 1][0], columns, [own])
    for number, layer in enumerate(network.layers[first - 1 :], start=first):
        sums = names.pre_activations[number] if pre_activations else ()
        found = dict(_neurons(layer.activation, sources, sums, names.activations[number]))
        nodes += found.values()
        changed = [place for place, name in enumerate(names.activations[number]) if name in found]
        here = tuple(names.activations[number][place] for place in changed)
        if number == len(network.layers):
            nodes.append(_loss(trace, here))
            break
        following, values = network.layers[number], forward.activations[number][0, changed]
        z = forward.pre_activations[number][0]
        sources = _Sources(here, values, z, following.weights[:, changed], range(following.size))
    return GraphExperiment(parameter, Graph(tuple(nodes), "loss"), {parameter: value}, trace.notation)


def _neurons(
    activation: Activation, sources: _Sources, sums: Sequence[str], names: Sequence[str]
) -> Iterator[tuple[str, Node]]:
    """The nodes of a layer by name: the neurons that change, called by `names`, and if `sums` has names for
    them, the weighted sums before an activation function."""
    changed, size = list(sources.changed), len(sources.z)
    is_split = bool(sums) and activation.name != "identity"
    if is_split:
        for neuron in changed:
            yield sums[neuron], _node(sums[neuron], "sum", ACTIVATIONS["identity"], sources, neuron)
        own = tuple(sums[neuron] for neuron in changed)
        sources = _Sources(own, sources.z[changed], sources.z, np.eye(size)[:, changed], changed)
    is_coupled = _is_coupled(activation, sources.z)
    sign = "sum" if activation.name == "identity" else activation.name
    for neuron in range(size) if is_coupled else changed:
        is_own = is_split and not is_coupled
        used = sources.only([changed.index(neuron)]) if is_own else sources
        yield names[neuron], _node(names[neuron], sign, activation, used, neuron)


def _is_coupled(activation: Activation, z: Array) -> bool:
    """True if the neurons of a layer with these weighted sums depend on each other's, as with softmax."""
    sums = np.repeat(z[None], len(z), axis=0)
    slopes = activation.vjp(sums, activation.value(sums), np.eye(len(z)))
    return bool((slopes - np.diag(np.diag(slopes))).any())


def _node(name: str, sign: str, activation: Activation, sources: _Sources, neuron: int) -> Node:
    """A neuron as a function of what changes before it; its operation is called `sign`."""

    def value(moved: Array) -> Array:
        return np.asarray(activation.value(sources.sums(moved))[0, neuron])

    def slopes(moved: Array) -> Array:
        z = sources.sums(moved)
        wanted = np.eye(z.size)[neuron : neuron + 1]
        return np.asarray(activation.vjp(z, activation.value(z), wanted)[0] @ sources.columns)

    return Node(name, _of_numbers(sign, value, slopes), sources.names)


def _loss(trace: Trace, outputs: Sequence[str]) -> Node:
    """The loss as a function of some of the outputs."""
    loss, targets = trace.network.loss, trace.targets
    places = [trace.network.names.activations[-1].index(name) for name in outputs]

    def predicted(moved: Array) -> Array:
        prediction = trace.forward.prediction.copy()
        prediction[0, places] = moved
        return prediction

    def value(moved: Array) -> Array:
        return np.asarray(loss.value(predicted(moved), targets)[0])

    def slopes(moved: Array) -> Array:
        return np.asarray(loss.gradient(predicted(moved), targets)[0, places])

    return Node("loss", _of_numbers(loss.name, value, slopes), tuple(outputs))


def _of_numbers(name: str, value: Callable[[Array], Array], slopes: Callable[[Array], Array]) -> Primitive:
    """An operation on numbers, from a function of all of them and its derivatives with respect to each."""
    return Primitive(
        name,
        (1, None),
        shape=lambda *shapes: (),
        forward=lambda *numbers: value(np.array(numbers)),
        vjp=lambda upstream, of, *numbers: list(upstream * slopes(np.array(numbers))),
        formula=lambda *numbers: "",
        slopes=no_slopes,
    )
