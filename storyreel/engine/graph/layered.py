"""The graph of a layered network.

The nodes are called `a0` (the inputs), `W1`, `b1`, `z1`, `a1`, …, `target` and `loss`, whatever the network
calls its quantities. Each is an array for a batch; parts of a formula are `z1/1` and so on, as in `builder`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np

from storyreel.core.arrays import Array
from storyreel.engine.activations import Activation
from storyreel.engine.graph.graph import Graph, Node
from storyreel.engine.graph.layers import of_activation, of_fusion, of_loss
from storyreel.engine.graph.primitives import PRIMITIVES
from storyreel.engine.losses import Fusion, Loss
from storyreel.engine.names import Address, QuantityNames

if TYPE_CHECKING:
    from storyreel.engine.layer import Layer
    from storyreel.engine.network import Network

INPUTS, TARGET = "a0", "target"
_LETTERS = {"input": "a", "weight": "W", "bias": "b", "pre_activation": "z", "activation": "a"}


def layered_graph(network: "Network", *, is_fused: bool = True) -> Graph:
    """The graph of a network; its output is the mean loss of a batch.

    Where the loss and the last activation have a stable form together, the loss is an operation of the last
    pre-activations, and nothing uses the last activations, unless `is_fused` is False.
    """
    return layered_graphs(network, is_fused=is_fused).whole


def layered_graphs(network: "Network", *, is_fused: bool = True) -> "LayeredGraphs":
    """The same, with the parts of it; networks of the same operations have it together."""
    layers = tuple((layer.activation, layer.bias is not None) for layer in network.layers)
    return _graphs_of(layers, network.loss, network.fusion if is_fused else None)


@lru_cache(maxsize=100)
def _graphs_of(
    layers: tuple[tuple[Activation, bool], ...], loss: Loss, fusion: Fusion | None
) -> "LayeredGraphs":
    nodes, last = [Node(INPUTS)], len(layers)
    for number, (activation, has_bias) in enumerate(layers, start=1):
        nodes += _layer_nodes(number, activation, has_bias)
    operation = of_fusion(fusion, loss.name) if fusion else of_loss(loss)
    nodes += [
        Node(TARGET),
        Node("loss/1", operation, (f"z{last}" if fusion else f"a{last}", TARGET)),
        Node("loss", PRIMITIVES["mean"], ("loss/1",)),
    ]
    return LayeredGraphs(Graph(tuple(nodes), "loss"))


def _layer_nodes(number: int, activation: Activation, has_bias: bool) -> Iterator[Node]:
    weights, bias, z = f"W{number}", f"b{number}", f"z{number}"
    weighted_sum = f"{z}/2" if has_bias else z
    yield Node(weights)
    if has_bias:
        yield Node(bias)
    yield Node(f"{z}/1", PRIMITIVES["transpose"], (weights,))
    yield Node(weighted_sum, PRIMITIVES["matmul"], (f"a{number - 1}", f"{z}/1"))
    if has_bias:
        yield Node(z, PRIMITIVES["add"], (weighted_sum, bias))
    yield Node(f"a{number}", of_activation(activation), (z,))


@dataclass(frozen=True, eq=False)
class LayeredGraphs:
    """The graph of a network, `whole`, and the parts of it that its passes go through."""

    whole: Graph

    @cached_property
    def prediction(self) -> Graph:
        """What leads to the last activations."""
        names = [node.name for node in self.whole.nodes]
        return self.whole.up_to(names[names.index(TARGET) - 1])

    @cached_property
    def losses(self) -> Graph:
        """What leads to the loss of each example. No pass of a network has gradients of the targets."""
        return replace(self.whole.up_to(self.whole.nodes[-1].inputs[0]), fixed=frozenset((TARGET,)))

    @cached_property
    def training(self) -> Graph:
        """The same without the gradients of the inputs, which training does not need."""
        return replace(self.losses, fixed=frozenset((TARGET, INPUTS)))


def node_of(address: Address) -> str:
    """The name of the node that has a quantity."""
    return address.kind if address.layer is None else f"{_LETTERS[address.kind]}{address.layer}"


def quantities(names: QuantityNames) -> dict[str, tuple[str, ...]]:
    """The names of the numbers of each node, in the order of its array."""
    found = {TARGET: names.targets, "loss": ("loss",), INPUTS: names.activations[0]}
    for number, rows in enumerate(names.weights[1:], start=1):
        found[f"W{number}"] = tuple(name for row in rows for name in row)
        found[f"b{number}"] = names.biases[number]
        found[f"z{number}"] = names.pre_activations[number]
        found[f"a{number}"] = names.activations[number]
    return found


def given_values(network: "Network", inputs: Array, targets: Array) -> dict[str, Array]:
    """What the graph of the network is given, for a batch: inputs and targets have a row for each example."""
    return {INPUTS: np.asarray(inputs), TARGET: np.asarray(targets), **layers_given(network.layers)}


def layers_given(layers: Sequence["Layer"]) -> dict[str, Array]:
    """The weights and biases of layers by node."""
    given: dict[str, Array] = {}
    for number, layer in enumerate(layers, start=1):
        given[f"W{number}"] = layer.weights
        if layer.bias is not None:
            given[f"b{number}"] = layer.bias
    return given


def parameters_given(layers: Sequence["Layer"], parameters: Array) -> dict[str, Array]:
    """The same for other `parameters`, as `Network.parameters`, or for several sets of them,
    (sets, parameters); arrays then have an axis for the sets, and biases one for the examples."""
    given, end = dict[str, Array](), 0
    sets = parameters.shape[:-1]
    for name, own in layers_given(layers).items():
        start, end = end, end + own.size
        shape = (1, *own.shape) if sets and own.ndim == 1 else own.shape
        given[name] = parameters[..., start:end].reshape(*sets, *shape)
    return given
