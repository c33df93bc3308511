"""What training changes: numbers on which a loss depends, as weights and biases."""

from abc import ABC, abstractmethod
from collections.abc import Container
from functools import cached_property
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray

from storyreel.core.arrays import Array

Reduction = Literal["mean", "sum"]
_QUIET = np.errstate(all="ignore")  # a network that diverges has infinite numbers, not warnings


class Model(ABC):
    """A loss as a function of parameters and of examples.

    A batch of examples is two arrays with a row for each, `inputs` and `targets`. The cost of a batch is the
    mean of its losses, or their sum if that is the `reduction`; with `l2`, the strength λ of L2
    regularization, ½ λ Σ w² over all weights is added to it.
    """

    l2: float
    reduction: Reduction

    @property
    @abstractmethod
    def names(self) -> Container[str]:
        """The names of all its numbers."""

    @property
    @abstractmethod
    def parameter_names(self) -> tuple[str, ...]:
        """The names of all parameters, in their order."""

    @cached_property
    @abstractmethod
    def parameters(self) -> Array:
        """All parameters in one vector."""

    @cached_property
    @abstractmethod
    def is_weight(self) -> NDArray[np.bool_]:
        """For each of `parameters`, whether it is a weight, not a bias: booleans, (parameters,)."""

    @cached_property
    @abstractmethod
    def is_trained(self) -> NDArray[np.bool_]:
        """For each of `parameters`, whether training changes it: booleans of the shape (parameters,)."""

    @abstractmethod
    def with_parameters(self, parameters: Array) -> Self:
        """The same with other parameters, in their order."""

    @abstractmethod
    def example_losses(self, inputs: Array, targets: Array) -> Array:
        """The loss of each example: (examples,)."""

    @abstractmethod
    def loss_gradient(self, inputs: Array, targets: Array) -> Array:
        """The gradient of the mean loss with respect to all `parameters`, in their order."""

    def cost_of(self, inputs: Array, targets: Array) -> float:
        """The cost of a batch: the mean or the sum of its losses, and the L2 penalty."""
        return float(self._cost(self.example_losses(inputs, targets), self.parameters))

    @_QUIET
    def _cost(self, losses: Array, parameters: Array) -> Array:
        """The cost of losses, (…, examples), and parameters, (…, parameters): an array of the shape (…)."""
        total: Array = losses.sum(axis=-1) if self.reduction == "sum" else losses.mean(axis=-1)
        return total + self.penalty(parameters) if self.l2 else total

    def penalty(self, parameters: Array) -> Array:
        """The L2 penalty, ½ λ Σ w² over the weights; of `parameters` (…, parameters) it has the shape (…)."""
        penalty: Array = 0.5 * self.l2 * (parameters[..., self.is_weight] ** 2).sum(axis=-1)
        return penalty

    @_QUIET
    def cost_gradient(self, inputs: Array, targets: Array) -> Array:
        """The gradient of the cost of a batch with respect to all `parameters`, in their order."""
        gradient = self.loss_gradient(inputs, targets)
        if self.reduction == "sum":
            gradient = gradient * len(inputs)
        return gradient + self.l2 * np.where(self.is_weight, self.parameters, 0.0) if self.l2 else gradient

    @cached_property
    def trained(self) -> tuple[str, ...]:
        """The names of the parameters that training changes, in their order."""
        pairs = zip(self.parameter_names, self.is_trained, strict=True)
        return tuple(name for name, is_trained in pairs if is_trained)

    def position(self, name: str) -> int:
        """The place of a parameter in `parameters`. Raises KeyError if there is none of that name."""
        if name not in self.parameter_names:
            raise KeyError(name)
        return self.parameter_names.index(name)
