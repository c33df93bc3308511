"""A dense layer of a network. Every array is float64; weights have the shape (neurons, inputs)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from storyreel.core.arrays import Array, frozen
from storyreel.engine.activations import ACTIVATIONS, Activation
from storyreel.engine.table import row_called


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

    def with_numbers(self, weights: Array, bias: Array | None) -> "Layer":
        """This layer with other weights and biases, which are read-only arrays of the same shapes."""
        twin = object.__new__(Layer)
        twin.__dict__.update(self.__dict__, weights=weights, bias=bias)
        return twin

    def __repr__(self) -> str:
        return f"<Layer {self.name!r}: {self.inputs} → {self.size}, {self.activation.name}>"


MOST_IN_TABLE = 8
"""The most rows and columns of weights that are shown as a table to be multiplied."""


def can_be_merged(layers: Sequence[Layer]) -> bool:
    """True for two layers with few weights, the first without an activation function: one layer, whose
    weights are their product, does the same."""
    sizes = [size for layer in layers for size in layer.weights.shape]
    return len(layers) == 2 and layers[0].activation.name == "identity" and max(sizes) <= MOST_IN_TABLE
