"""How parameters are updated from their gradient: a table of optimizers.

An optimizer is a frozen rule. Its state (a velocity, moments) is passed in and returned, so that a run can be
repeated and continued exactly. Parameters, gradients and states are vectors of the same length.
"""

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from storyreel.core.arrays import Array

Memory = tuple[Array, ...]


@dataclass(frozen=True)
class Optimizer(ABC):
    """An update rule with the learning rate η. Raises ValueError if that is not a positive number.

    `uses_batches` is false if every step uses all examples.
    """

    learning_rate: float = 0.01
    uses_batches: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if not (math.isfinite(self.learning_rate) and self.learning_rate > 0.0):
            raise ValueError(f"the learning rate must be a number above 0, not {self.learning_rate}")

    def start(self, parameters: Array) -> Memory:
        """The state before the first step; none for a rule without a state."""
        return ()

    @abstractmethod
    def update(self, parameters: Array, gradient: Array, memory: Memory, step: int) -> tuple[Array, Memory]:
        """The parameters and the state after step number `step`, which counts from 1."""


@dataclass(frozen=True)
class StochasticGradientDescent(Optimizer):
    """w ← w − η ∂L/∂w, with the gradient of a mini-batch."""

    def update(self, parameters: Array, gradient: Array, memory: Memory, step: int) -> tuple[Array, Memory]:
        """One step against the gradient."""
        return parameters - self.learning_rate * gradient, memory


@dataclass(frozen=True)
class GradientDescent(StochasticGradientDescent):
    """w ← w − η ∂L/∂w, with the gradient of all examples."""

    uses_batches: ClassVar[bool] = False


@dataclass(frozen=True)
class Momentum(Optimizer):
    """v ← μ v − η ∂L/∂w, w ← w + v (Polyak, 1964); μ is `momentum`, from 0 to below 1."""

    momentum: float = 0.9

    def __post_init__(self) -> None:
        super().__post_init__()
        _check_share("momentum", self.momentum)

    def start(self, parameters: Array) -> Memory:
        """A velocity of 0."""
        return (np.zeros_like(parameters),)

    def update(self, parameters: Array, gradient: Array, memory: Memory, step: int) -> tuple[Array, Memory]:
        """One step along the velocity."""
        velocity = self.momentum * memory[0] - self.learning_rate * gradient
        return parameters + velocity, (velocity,)


@dataclass(frozen=True)
class Adam(Optimizer):
    """Adam (Kingma and Ba, 2015, algorithm 1), with its defaults except for the learning rate."""

    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8

    def __post_init__(self) -> None:
        super().__post_init__()
        _check_share("beta1", self.beta1)
        _check_share("beta2", self.beta2)
        if not self.epsilon > 0.0:
            raise ValueError(f"epsilon must be a number above 0, not {self.epsilon}")

    def start(self, parameters: Array) -> Memory:
        """Both moments 0."""
        return np.zeros_like(parameters), np.zeros_like(parameters)

    def update(self, parameters: Array, gradient: Array, memory: Memory, step: int) -> tuple[Array, Memory]:
        """One step along the mean gradient divided by its root mean square, both with bias correction."""
        mean = self.beta1 * memory[0] + (1.0 - self.beta1) * gradient
        square = self.beta2 * memory[1] + (1.0 - self.beta2) * gradient**2
        corrected_mean = mean / (1.0 - self.beta1**step)
        corrected_square = square / (1.0 - self.beta2**step)
        change = self.learning_rate * corrected_mean / (np.sqrt(corrected_square) + self.epsilon)
        return parameters - change, (mean, square)


def _check_share(name: str, value: float) -> None:
    if not 0.0 <= value < 1.0:
        raise ValueError(f"{name} must be a number from 0 to below 1, not {value}")


OPTIMIZERS: dict[str, type[Optimizer]] = {
    "gradient_descent": GradientDescent,
    "sgd": StochasticGradientDescent,
    "momentum": Momentum,
    "adam": Adam,
}
