"""The forward and the backward pass of a network of layers, whose numbers a graph of operations gives."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from storyreel.core.arrays import Array
from storyreel.engine.graph.graph import Values


@dataclass(frozen=True, eq=False)
class Forward:
    """The results of a forward pass through so many `layers`, each of the shape (batch, neurons).

    `activations[0]` are the inputs; `pre_activations[i]` and `activations[i + 1]` belong to `layers[i]`.
    `values` has them by the names of `graph.layered`.
    """

    values: Values
    layers: int

    @cached_property
    def pre_activations(self) -> tuple[Array, ...]:
        """Those of each layer."""
        return tuple(self.values[f"z{number}"] for number in range(1, self.layers + 1))

    @cached_property
    def activations(self) -> tuple[Array, ...]:
        """The inputs, and the activations of each layer."""
        return tuple(self.values[f"a{number}"] for number in range(self.layers + 1))

    @property
    def prediction(self) -> Array:
        """The last layer's activations."""
        return self.values[f"a{self.layers}"]


@dataclass(frozen=True, eq=False)
class Gradients:
    """The results of a backward pass: the derivatives of the loss with respect to each array of that name.

    `activations[0]` is the gradient of the inputs. A layer without bias has None in `biases`. `of` has them
    by the names of `graph.layered`; `of_prediction` computes those of the last activations.
    """

    of: Values
    layers: int
    of_prediction: Callable[[], Array]

    def _each(self, letter: str) -> tuple[Array, ...]:
        return tuple(self.of[f"{letter}{number}"] for number in range(1, self.layers + 1))

    @cached_property
    def weights(self) -> tuple[Array, ...]:
        """Those of each layer's weights."""
        return self._each("W")

    @cached_property
    def biases(self) -> tuple[Array | None, ...]:
        """Those of each layer's biases."""
        return tuple(self.of.get(f"b{number}") for number in range(1, self.layers + 1))

    @cached_property
    def pre_activations(self) -> tuple[Array, ...]:
        """Those of each layer's pre-activations."""
        return self._each("z")

    @cached_property
    def activations(self) -> tuple[Array, ...]:
        """Those of the inputs, and of each layer's activations."""
        return tuple(self.by_node[f"a{number}"] for number in range(self.layers + 1))

    @cached_property
    def by_node(self) -> Values:
        """All of them by the names of `graph.layered`."""
        return {**self.of, f"a{self.layers}": self.of_prediction()}

    @cached_property
    def parameters(self) -> Array:
        """The gradient of `Network.parameters`, in the same order."""
        return flat(self.weights, self.biases)


def flat(weights: tuple[Array, ...], biases: tuple[Array | None, ...]) -> Array:
    """The weights and biases of all layers in one vector: of each layer its weights, row by row, and then its
    biases."""
    pairs = zip(weights, biases, strict=True)
    return np.concatenate([array.ravel() for pair in pairs for array in pair if array is not None])
