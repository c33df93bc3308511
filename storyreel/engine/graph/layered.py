"""The graph of a layered network, and its passes as those of `Network`.

The nodes are called `a0` (the inputs), `W1`, `b1`, `z1`, `a1`, …, `target` and `loss`, whatever the network
calls its quantities. Each is an array for a batch; parts of a formula are `z1/1` and so on, as in `builder`.
"""

from collections.abc import Iterator

import numpy as np

from storyreel.core.arrays import Array
from storyreel.engine.graph.graph import Gradients as NodeGradients
from storyreel.engine.graph.graph import Graph, Node, Values
from storyreel.engine.graph.layers import of_activation, of_fusion, of_loss
from storyreel.engine.graph.primitives import PRIMITIVES
from storyreel.engine.network import Forward, Gradients, Layer, Network


def layered_graph(network: Network) -> Graph:
    """The graph of a network; its output is the mean loss of a batch.

    Where the loss and the last activation have a stable form together, the loss is an operation of the last
    pre-activations, and nothing uses the last activations.
    """
    nodes = [Node("a0")]
    for number, layer in enumerate(network.layers, start=1):
        nodes += _layer_nodes(number, layer)
    last, fusion = len(network.layers), network.fusion
    loss = of_fusion(fusion, network.loss.name) if fusion else of_loss(network.loss)
    nodes += [
        Node("target"),
        Node("loss/1", loss, (f"z{last}" if fusion else f"a{last}", "target")),
        Node("loss", PRIMITIVES["mean"], ("loss/1",)),
    ]
    return Graph(tuple(nodes), "loss")


def _layer_nodes(number: int, layer: Layer) -> Iterator[Node]:
    weights, bias, z = f"W{number}", f"b{number}", f"z{number}"
    has_bias = layer.bias is not None
    weighted_sum = f"{z}/2" if has_bias else z
    yield Node(weights)
    if has_bias:
        yield Node(bias)
    yield Node(f"{z}/1", PRIMITIVES["transpose"], (weights,))
    yield Node(weighted_sum, PRIMITIVES["matmul"], (f"a{number - 1}", f"{z}/1"))
    if has_bias:
        yield Node(z, PRIMITIVES["add"], (weighted_sum, bias))
    yield Node(f"a{number}", of_activation(layer.activation), (z,))


def given_values(network: Network, inputs: Array, targets: Array) -> dict[str, Array]:
    """What the graph of the network is given, for a batch: inputs and targets have a row for each example."""
    given = {"a0": np.asarray(inputs), "target": np.asarray(targets)}
    for number, layer in enumerate(network.layers, start=1):
        given[f"W{number}"] = layer.weights
        if layer.bias is not None:
            given[f"b{number}"] = layer.bias
    return given


def forward_of(network: Network, values: Values) -> Forward:
    """The values of the graph of a network as its `forward` arranges them."""
    numbers = range(1, len(network.layers) + 1)
    return Forward(
        tuple(values[f"z{number}"] for number in numbers), tuple(values[f"a{n}"] for n in (0, *numbers))
    )


def gradients_of(network: Network, values: Values, gradients: NodeGradients) -> Gradients:
    """The gradients of the graph of a network as its `backward` arranges them.

    Where the loss is one operation with the last activation, the gradient of the last activations, through
    which the graph does not go, is that of the loss by itself.
    """
    of, last = gradients.of, len(network.layers)
    numbers = range(1, last + 1)
    activations = {number: of[f"a{number}"] for number in (0, *numbers)}
    if network.fusion:
        loss, target = of_loss(network.loss), values["target"]
        with np.errstate(all="ignore"):
            activations[last] = loss.vjp(of["loss/1"], values["loss/1"], values[f"a{last}"], target)[0]
    return Gradients(
        tuple(of[f"W{number}"] for number in numbers),
        tuple(of.get(f"b{number}") for number in numbers),
        tuple(of[f"z{number}"] for number in numbers),
        tuple(activations.values()),
    )
