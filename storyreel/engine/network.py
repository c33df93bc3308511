"""A feed-forward network, its forward pass and its backward pass, which are those of a graph.

Every array is float64. A batch has the shape (batch, neurons), a layer's weights (neurons, inputs).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from storyreel.core.arrays import Array, frozen
from storyreel.engine.graph.graph import Graph, Values
from storyreel.engine.graph.layered import (
    INPUTS,
    TARGET,
    LayeredGraphs,
    layered_graphs,
    layers_given,
    parameters_given,
)
from storyreel.engine.graph.model import Model, Reduction
from storyreel.engine.graph.passes import Forward, Gradients, flat
from storyreel.engine.layer import Layer
from storyreel.engine.losses import LOSSES, Fusion, Loss
from storyreel.engine.names import LayerShape, QuantityNames, names_of, numbered
from storyreel.engine.table import row_called

_QUIET = np.errstate(all="ignore")  # a network that diverges has infinite numbers, not warnings


@dataclass(frozen=True, eq=False)
class Network(Model):
    """A sequence of layers and a loss.

        Network("x", [Layer("h", 3), Layer("y", 5 / 6)], "half_squared_error")

    `input_names` has a name for each input: `("x",)`, `("grade", "IQ")`. A single text is numbered if the
    first layer has several inputs: "x" becomes `("x[0]", "x[1]")`. `loss` is a row of `LOSSES` or its name;
    `l2` and `reduction` are those of its cost (`Model`). Notebooks show a network as a diagram. Raises
    ValueError if shapes do not fit together, two quantities would have the same name, or there is no such
    loss.
    """

    input_names: tuple[str, ...]
    layers: tuple[Layer, ...]
    loss: Loss
    l2: float
    reduction: Reduction

    def __init__(
        self,
        input_names: str | Iterable[str],
        layers: Iterable[Layer],
        loss: Loss | str,
        *,
        l2: float = 0.0,
        reduction: Reduction = "mean",
    ) -> None:
        object.__setattr__(self, "layers", tuple(layers))
        object.__setattr__(self, "l2", l2)
        object.__setattr__(self, "reduction", reduction)
        if not 0.0 <= l2 < np.inf:
            raise ValueError(f"l2 must be a number from 0 on, not {l2}")
        if isinstance(input_names, str):
            input_names = numbered(input_names, self.layers[0].inputs if self.layers else 1)
        object.__setattr__(self, "input_names", tuple(input_names))
        object.__setattr__(self, "loss", row_called(loss, LOSSES, "loss"))
        size = len(self.input_names)
        for number, layer in enumerate(self.layers, start=1):
            if layer.inputs != size:
                raise ValueError(f"layer {number} reads {layer.inputs} values, and {size} come in")
            size = layer.size
        if not self.layers:
            raise ValueError("a network needs a layer")
        _ = self.names

    def forward(self, inputs: Array) -> Forward:
        """The forward pass for a batch of the shape (batch, inputs): pre-activations and activations."""
        return Forward(self._graphs.prediction.forward({**self._given, INPUTS: inputs}), len(self.layers))

    def loss_of(self, forward: Forward, targets: Array) -> float:
        """The mean over the batch of the loss of each example."""
        return float(self._graphs.whole.forward({**forward.values, TARGET: targets})["loss"])

    def example_losses(self, inputs: Array, targets: Array) -> Array:
        """The loss of each example: (examples,)."""
        return self._losses(self._given, inputs, targets)

    def losses(self, parameters: Array, inputs: Array, targets: Array) -> Array:
        """The loss of each example for each of several sets of parameters, (sets, parameters): an array of
        the shape (sets, examples)."""
        return self._losses(parameters_given(self.layers, parameters), inputs, targets)

    def _losses(self, given: Values, inputs: Array, targets: Array) -> Array:
        graph = self._graphs.losses
        return graph.forward({**given, INPUTS: inputs, TARGET: targets})[graph.output]

    def costs(self, parameters: Array, inputs: Array, targets: Array) -> Array:
        """The cost of a batch for each of several sets of parameters, (sets, parameters): (sets,)."""
        return self._cost(self.losses(parameters, inputs, targets), parameters)

    def loss_gradient(self, inputs: Array, targets: Array) -> Array:
        """The gradient of the mean loss of a batch with respect to all `parameters`, in their order."""
        return self._backward(self._graphs.training, self.forward(inputs), targets).parameters

    def backward(self, forward: Forward, targets: Array) -> Gradients:
        """The backward pass of the mean loss of the batch, from the loss to the inputs."""
        return self._backward(self._graphs.losses, forward, targets)

    def _backward(self, graph: Graph, forward: Forward, targets: Array) -> Gradients:
        share = np.array(1.0 / len(targets))
        of = graph.backward({**forward.values, TARGET: targets}, share).of
        return Gradients(of, len(self.layers), lambda: self._by_prediction(forward, targets, share))

    @_QUIET
    def _by_prediction(self, forward: Forward, targets: Array, share: Array) -> Array:
        """The gradient of the last activations; a graph with a fusion goes around them."""
        slopes: Array = self.loss.gradient(forward.prediction, targets) * share
        return slopes

    @cached_property
    def _graphs(self) -> LayeredGraphs:
        return layered_graphs(self)

    @cached_property
    def _given(self) -> Values:
        """The weights and biases by the names of the graph's nodes."""
        return layers_given(self.layers)

    @property
    def fusion(self) -> Fusion | None:
        """The stable form of the loss and the last activation together, if there is one."""
        fused = self.loss.fused
        return fused if fused and fused.activation == self.layers[-1].activation.name else None

    @cached_property
    def names(self) -> QuantityNames:
        """The name of every quantity of this network."""
        shapes = (LayerShape(one.name, one.size, one.inputs, one.bias is not None) for one in self.layers)
        return names_of(self.input_names, tuple(shapes))

    @property
    def parameter_names(self) -> tuple[str, ...]:
        """The names of all weights and biases, in the order of `parameters`."""
        return self.names.parameters

    @cached_property
    def parameters(self) -> Array:
        """All weights and biases in one vector, ordered as `names.parameters`."""
        return flat(tuple(layer.weights for layer in self.layers), tuple(layer.bias for layer in self.layers))

    @cached_property
    def is_trained(self) -> NDArray[np.bool_]:
        """For each of `parameters`, whether training changes it: booleans of the shape (parameters,)."""
        flags = {
            (kind, number): is_trained
            for number, layer in enumerate(self.layers, start=1)
            for kind, is_trained in (("weight", layer.train_weights), ("bias", layer.train_bias))
        }
        addresses = map(self.names.__getitem__, self.names.parameters)
        return np.array([flags[address.kind, address.layer or 0] for address in addresses], dtype=np.bool_)

    @cached_property
    def is_weight(self) -> NDArray[np.bool_]:
        """For each of `parameters`, whether it is a weight, not a bias: booleans, (parameters,)."""
        kinds = [self.names[name].kind for name in self.names.parameters]
        return np.array([kind == "weight" for kind in kinds], dtype=np.bool_)

    def with_parameters(self, parameters: Array) -> "Network":
        """This network with other weights and biases, in the order of `names.parameters`."""
        parameters = frozen(parameters, 1)
        given = parameters_given(self.layers, parameters)
        layers = tuple(
            layer.with_numbers(given[f"W{number}"], given.get(f"b{number}"))
            for number, layer in enumerate(self.layers, start=1)
        )
        twin = object.__new__(Network)  # what has been found out of its names and of its graph is the same
        twin.__dict__.update(self.__dict__, layers=layers, parameters=parameters, _given=given)
        return twin

    def nudged(self, parameter: str, by: float) -> "Network":
        """This network with `by` added to one weight or bias. Raises ValueError for any other name."""
        if parameter not in self.parameter_names:
            raise ValueError(f"{parameter!r} is not a weight or a bias of this network")
        moved = self.parameters.copy()
        moved[self.position(parameter)] += by
        return self.with_parameters(moved)

    def __repr__(self) -> str:
        sizes = " → ".join(map(str, (len(self.input_names), *(layer.size for layer in self.layers))))
        activations = ", ".join(dict.fromkeys(layer.activation.name for layer in self.layers))
        return f"<Network {sizes}: {activations}; {self.loss.name}>"

    def _repr_svg_(self) -> str:
        from storyreel.engine.notebook.network_svg import network_svg

        return network_svg(self)
