"""The weights before training: a table of initializers.

Each is a frozen rule. Its `weights(size, inputs)` are those of a layer of `size` neurons with `inputs`
inputs, an array of the shape (size, inputs). The same seed gives the same array.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np

from storyreel.core.arrays import Array, frozen


@dataclass(frozen=True)
class Initializer(ABC):
    """A rule for a layer's weights before training."""

    @abstractmethod
    def weights(self, size: int, inputs: int) -> Array:
        """The weights of a layer, of shape (size, inputs)."""


@dataclass(frozen=True)
class Constant(Initializer):
    """Every weight is `value`."""

    value: float = 0.0

    def weights(self, size: int, inputs: int) -> Array:
        """`value` everywhere."""
        return np.full((size, inputs), float(self.value))


@dataclass(frozen=True)
class Given(Initializer):
    """The weights as written, row by row: one row for each neuron."""

    values: tuple[tuple[float, ...], ...]

    def weights(self, size: int, inputs: int) -> Array:
        """The rows unchanged. Raises ValueError if they do not have the shape of the layer."""
        array = frozen(self.values, 2)
        if array.shape != (size, inputs):
            raise ValueError(f"weights of the shape {(size, inputs)} are needed, and {array.shape} given")
        return array


@dataclass(frozen=True)
class Xavier(Initializer):
    """Uniform within ±√(6 / (inputs + size)) (Glorot and Bengio, 2010, equation 16); for tanh, sigmoid."""

    seed: int = 0

    def weights(self, size: int, inputs: int) -> Array:
        """Drawn afresh from the seed."""
        limit = np.sqrt(6.0 / (inputs + size))
        return np.random.default_rng(self.seed).uniform(-limit, limit, (size, inputs))


@dataclass(frozen=True)
class He(Initializer):
    """Normal with standard deviation √(2 / inputs) (He et al., 2015, equation 10); for ReLU."""

    seed: int = 0

    def weights(self, size: int, inputs: int) -> Array:
        """Drawn afresh from the seed."""
        return np.random.default_rng(self.seed).normal(0.0, np.sqrt(2.0 / inputs), (size, inputs))


INITIALIZERS: dict[str, type[Initializer]] = {
    "constant": Constant,
    "list": Given,
    "xavier": Xavier,
    "he": He,
}
