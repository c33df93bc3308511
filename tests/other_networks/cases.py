"""The networks: their shapes, with and without biases, with numbers from 1e-9 to 1e6 and of both signs."""

import zlib
from dataclasses import dataclass
from itertools import pairwise, product
from typing import Any

import numpy as np

from storyreel.engine.names import LayerShape, QuantityNames

SHAPES = ("1-1", "1-1-1-1-1", "2-2-1", "2-2-2", "2-3-1", "2-4-1", "2-6-5", "3-4-2", "4-3", "5-5-5-5")
SIZES = {"usual": (-1.3, 0.3), "tiny": (-9.0, -4.0), "huge": (3.0, 6.0), "mixed": (-9.0, 6.0)}
"""The powers of ten between which the sizes of weights and biases lie."""
LEARNING_RATES = {"usual": 0.01, "tiny": 0.1, "huge": 1e-14, "mixed": 1e-14}


@dataclass(frozen=True)
class Case:
    """A network by the sizes of its layers, `2-3-1`, its biases, and the kind of its numbers."""

    shape: str
    has_bias: bool
    numbers: str

    @property
    def name(self) -> str:
        """Its name as a file."""
        return f"{self.shape}-{'bias' if self.has_bias else 'plain'}-{self.numbers}"

    @property
    def sizes(self) -> list[int]:
        """The sizes of its layers, inputs first."""
        return [int(size) for size in self.shape.split("-")]

    @property
    def is_chain(self) -> bool:
        """True for one neuron a layer."""
        return max(self.sizes) == 1

    @property
    def layer_names(self) -> list[str]:
        """The names of its layers after the inputs."""
        hidden = len(self.sizes) - 2
        return [*(["h"] if hidden == 1 else [f"h{k + 1}" for k in range(hidden)]), "y"]

    def names(self) -> QuantityNames:
        """The names of its quantities."""
        first = self.sizes[0]
        inputs = ("x",) if first == 1 else tuple(f"x[{j}]" for j in range(first))
        layers = [
            LayerShape(name, size, before, self.has_bias)
            for name, (before, size) in zip(self.layer_names, pairwise(self.sizes), strict=True)
        ]
        return QuantityNames(inputs, layers)

    def network(self) -> dict[str, Any]:
        """The network as in a storyboard, always the same."""
        random = np.random.default_rng(zlib.crc32(self.name.encode()))
        layers = []
        for name, (before, size) in zip(self.layer_names, pairwise(self.sizes), strict=True):
            weights = self._drawn(random, size, before)
            layer = {"name": name, "weights": weights[0][0] if before == size == 1 else weights}
            if self.has_bias:
                layer["bias"] = self._drawn(random, size)
                if name != "y":
                    layer["activation"] = "tanh"
            layers.append(layer)
        first, last = self.sizes[0], self.sizes[-1]
        inputs = np.round(random.uniform(-2, 2, first), 2).tolist()
        targets = np.round(random.uniform(-2, 2, last), 1).tolist()
        return {
            "input": {"x": inputs if first > 1 else inputs[0]},
            "layers": layers,
            "target": targets if last > 1 else targets[0],
            "loss": "half_squared_error",
            "learning_rate": LEARNING_RATES[self.numbers],
        }

    def _drawn(self, random: np.random.Generator, *shape: int) -> Any:
        """Numbers of three digits, of both signs."""
        sizes = 10 ** random.uniform(*SIZES[self.numbers], shape)
        signs = random.choice([-1.0, 1.0], shape)
        three = np.array([float(f"{size:.3g}") for size in sizes.flat]).reshape(shape)
        return (signs * three).tolist()


CASES = [Case(*each) for each in product(SHAPES, (False, True), SIZES)]
