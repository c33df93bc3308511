"""A feed-forward network, its forward pass and its backward pass.

Every array is float64. A batch has the shape (batch, neurons), a layer's weights (neurons, inputs).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from storyreel.core.arrays import Array, frozen
from storyreel.engine.activations import ACTIVATIONS, Activation
from storyreel.engine.losses import LOSSES, Fusion, Loss
from storyreel.engine.names import LayerShape, QuantityNames, names_of, numbered
from storyreel.engine.table import row_called

Reduction = Literal["mean", "sum"]
_QUIET = np.errstate(all="ignore")  # a network that diverges has infinite numbers, not warnings


@dataclass(frozen=True, eq=False)
class Layer:
    """One dense layer: a = f(W x + b).

        Layer("h", [[0.5, -1.2], [0.3, 0.8]], bias=0.1, activation="tanh")

    `weights` has the shape (neurons, inputs); a single number is one neuron with one input, a list is one
    neuron. `bias` has the shape (neurons,), or is one number for all neurons; None means that there is no
    bias to add or to learn. `activation` is a row of `ACTIVATIONS` or its name. A layer without a name is
    called by its number: `a1`. Without `train_weights` or `train_bias` these stay as they are in each step of
    training. Raises ValueError if shapes do not fit together, or if there is no such activation.
    """

    name: str | None
    weights: Array
    bias: Array | None
    activation: Activation
    train_weights: bool
    train_bias: bool

    def __init__(
        self,
        name: str | None,
        weights: ArrayLike,
        bias: ArrayLike | None = None,
        activation: Activation | str = "identity",
        *,
        train_weights: bool = True,
        train_bias: bool = True,
    ) -> None:
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "train_weights", train_weights)
        object.__setattr__(self, "train_bias", train_bias)
        object.__setattr__(self, "weights", frozen(weights, 2))
        object.__setattr__(self, "activation", row_called(activation, ACTIVATIONS, "activation"))
        if self.weights.ndim != 2 or 0 in self.weights.shape:
            raise ValueError(f"weights need rows and columns, and have the shape {self.weights.shape}")
        if bias is not None and np.ndim(bias) == 0:
            bias = np.full(self.size, bias)
        object.__setattr__(self, "bias", None if bias is None else frozen(bias, 1))
        if self.bias is not None and self.bias.shape != (self.size,):
            raise ValueError(f"{self.size} neurons need {self.size} biases, not {self.bias.shape}")

    @property
    def size(self) -> int:
        """The number of neurons."""
        return len(self.weights)

    @property
    def inputs(self) -> int:
        """The number of inputs of each neuron."""
        return len(self.weights[0])

    def __repr__(self) -> str:
        return f"<Layer {self.name!r}: {self.inputs} → {self.size}, {self.activation.name}>"


@dataclass(frozen=True, eq=False)
class Forward:
    """The results of a forward pass, layer by layer, each of the shape (batch, neurons).

    `activations[0]` are the inputs; `pre_activations[i]` and `activations[i + 1]` belong to `layers[i]`.
    """

    pre_activations: tuple[Array, ...]
    activations: tuple[Array, ...]

    @property
    def prediction(self) -> Array:
        """The last layer's activations."""
        return self.activations[-1]


@dataclass(frozen=True, eq=False)
class Gradients:
    """The results of a backward pass: the derivatives of the loss with respect to each array of that name.

    `activations[0]` is the gradient of the inputs. A layer without bias has None in `biases`.
    """

    weights: tuple[Array, ...]
    biases: tuple[Array | None, ...]
    pre_activations: tuple[Array, ...]
    activations: tuple[Array, ...]

    @cached_property
    def parameters(self) -> Array:
        """The gradient of `Network.parameters`, in the same order."""
        return _flat(self.weights, self.biases)


def _flat(weights: Sequence[Array], biases: Sequence[Array | None]) -> Array:
    pairs = zip(weights, biases, strict=True)
    return np.concatenate([array.ravel() for pair in pairs for array in pair if array is not None])


@dataclass(frozen=True, eq=False)
class Network:
    """A sequence of layers and a loss.

        Network("x", [Layer("h", 3), Layer("y", 5 / 6)], "half_squared_error")

    `input_names` has a name for each input: `("x",)`, `("grade", "IQ")`. A single text is numbered if the
    first layer has several inputs: "x" becomes `("x[0]", "x[1]")`. `loss` is a row of `LOSSES` or its name.
    The cost of a batch is the mean of its losses, or their sum if that is the `reduction`; with `l2`, the
    strength λ of L2 regularization, ½ λ Σ w² over all weights is added to it. Notebooks show a network as a
    diagram. Raises ValueError if shapes do not fit together, two quantities would have the same name, or
    there is no such loss.
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

    @_QUIET
    def forward(self, inputs: Array) -> Forward:
        """The forward pass for a batch of the shape (batch, inputs): pre-activations and activations."""
        pre_activations, activations = [], [inputs]
        for layer in self.layers:
            weighted_sum = activations[-1] @ layer.weights.T
            z = weighted_sum if layer.bias is None else weighted_sum + layer.bias
            pre_activations.append(z)
            activations.append(layer.activation.value(z))
        return Forward(tuple(pre_activations), tuple(activations))

    @_QUIET
    def loss_of(self, forward: Forward, targets: Array) -> float:
        """The mean over the batch of the loss of each example."""
        if self.fusion:
            return float(self.fusion.value(forward.pre_activations[-1], targets).mean())
        return float(self.loss.value(forward.prediction, targets).mean())

    @_QUIET
    def cost_of(self, inputs: Array, targets: Array) -> float:
        """The cost of a batch: the mean or the sum of its losses, and the L2 penalty."""
        losses = self.loss_of(self.forward(inputs), targets) * self._cost_factor(len(targets))
        return losses + float(self.penalty(self.parameters)) if self.l2 else losses

    def penalty(self, parameters: Array) -> Array:
        """The L2 penalty, ½ λ Σ w² over the weights; of `parameters` (…, parameters) it has the shape (…)."""
        penalty: Array = 0.5 * self.l2 * (parameters[..., self.is_weight] ** 2).sum(axis=-1)
        return penalty

    @_QUIET
    def cost_gradients(self, inputs: Array, targets: Array) -> Gradients:
        """The gradients of the cost of a batch. With L2, those of weights have λ w in them."""
        gradients = self.backward(self.forward(inputs), targets, self._cost_factor(len(targets)))
        if not self.l2:
            return gradients
        pairs = zip(gradients.weights, self.layers, strict=True)
        return replace(gradients, weights=tuple(its + self.l2 * layer.weights for its, layer in pairs))

    def _cost_factor(self, examples: int) -> int:
        return examples if self.reduction == "sum" else 1

    @_QUIET
    def backward(self, forward: Forward, targets: Array, factor: int = 1) -> Gradients:
        """The backward pass: the chain rule from the loss to the inputs, one layer at a time.

        It is that of the mean loss of the batch, times `factor`. `upstream` is ∂L/∂a of the current layer,
        `delta` its ∂L/∂z. The layer before it reuses both: that is all there is to backpropagation.
        """
        weights: list[Array] = []
        biases: list[Array | None] = []
        pre_activations: list[Array] = []
        divisor = len(targets) / factor
        upstream = self.loss.gradient(forward.prediction, targets) / divisor
        activations = [upstream]
        for i in reversed(range(len(self.layers))):
            layer, inputs = self.layers[i], forward.activations[i]
            z, a = forward.pre_activations[i], forward.activations[i + 1]
            if self.fusion and i == len(self.layers) - 1:
                delta = self.fusion.gradient(z, targets) / divisor
            else:
                delta = layer.activation.vjp(z, a, upstream)
            pre_activations.append(delta)
            weights.append(delta.T @ inputs)
            biases.append(None if layer.bias is None else delta.sum(axis=0))
            upstream = delta @ layer.weights
            activations.append(upstream)
        return Gradients(
            tuple(weights[::-1]), tuple(biases[::-1]), tuple(pre_activations[::-1]), tuple(activations[::-1])
        )

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

    @cached_property
    def parameters(self) -> Array:
        """All weights and biases in one vector, ordered as `names.parameters`."""
        return _flat([layer.weights for layer in self.layers], [layer.bias for layer in self.layers])

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

    @cached_property
    def trained(self) -> tuple[str, ...]:
        """The names of the weights and biases that training changes, in the order of `names.parameters`."""
        return tuple(
            name
            for name, is_trained in zip(self.names.parameters, self.is_trained, strict=True)
            if is_trained
        )

    def with_parameters(self, parameters: Array) -> "Network":
        """This network with other weights and biases, in the order of `names.parameters`."""
        layers, start = [], 0
        for layer in self.layers:
            weights = parameters[start : start + layer.weights.size].reshape(layer.weights.shape)
            start += layer.weights.size
            bias = None if layer.bias is None else parameters[start : start + layer.size]
            start += 0 if bias is None else layer.size
            layers.append(replace(layer, weights=weights, bias=bias))
        return replace(self, layers=tuple(layers))

    def nudged(self, parameter: str, by: float) -> "Network":
        """This network with `by` added to one weight or bias. Raises ValueError for any other name."""
        if self.names.get(parameter) is None or self.names[parameter].kind not in ("weight", "bias"):
            raise ValueError(f"{parameter!r} is not a weight or a bias of this network")
        moved = self.parameters.copy()
        moved[self.names.parameters.index(self.names.name_of(self.names[parameter]))] += by
        return self.with_parameters(moved)

    def __repr__(self) -> str:
        sizes = " → ".join(map(str, (len(self.input_names), *(layer.size for layer in self.layers))))
        activations = ", ".join(dict.fromkeys(layer.activation.name for layer in self.layers))
        return f"<Network {sizes}: {activations}; {self.loss.name}>"

    def _repr_svg_(self) -> str:
        from storyreel.engine.notebook.network_svg import network_svg

        return network_svg(self)
