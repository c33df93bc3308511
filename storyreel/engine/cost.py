"""The cost C: the mean or the sum of the losses of the examples that a network is trained on, with L2."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from storyreel.core.arrays import Array
from storyreel.engine.graph.model import Model
from storyreel.engine.operation import COST, COST_GRADIENT


@dataclass(frozen=True, eq=False)
class Cost:
    """The cost of `network` on examples of the shapes (examples, inputs) and (examples, outputs)."""

    network: Model
    inputs: Array
    targets: Array

    @cached_property
    def value(self) -> float:
        """The mean of the losses of all examples, or their sum, and the L2 penalty."""
        return self.network.cost_of(self.inputs, self.targets)

    @cached_property
    def _gradient(self) -> Array:
        return self.network.cost_gradient(self.inputs, self.targets)

    @property
    def is_mean(self) -> bool:
        """True if the cost is the mean of the losses and nothing else."""
        return self.network.reduction == "mean" and not self.network.l2

    def gradients_of_examples(self, names: Sequence[str]) -> Array:
        """The derivatives of each example's own loss with respect to weights or biases: (names, examples).

        Their means are those of a cost that is a mean. KeyError for any other name.
        """
        places = [self.network.position(name) for name in names]
        pairs = ((self.inputs[k : k + 1], self.targets[k : k + 1]) for k in range(len(self.inputs)))
        return np.array([self.network.loss_gradient(x, t) for x, t in pairs])[:, places].T

    def number(self, name: str) -> float:
        """The number called `cost`, or `cost.grad.w1` for a weight or bias. KeyError for any other name."""
        if name == COST:
            return self.value
        if not name.startswith(COST_GRADIENT):
            raise KeyError(name)
        return self.gradient(name.removeprefix(COST_GRADIENT))

    def gradient(self, name: str) -> float:
        """The derivative with respect to the weight or bias `name`. KeyError for any other name."""
        return float(self._gradient[self.network.position(name)])


def not_a_mean(cost: Cost) -> str:
    """Why a cost is not the mean of the losses of its examples."""
    if cost.network.reduction == "sum":
        return "it is the gradient of a sum (`cost: sum`)"
    return "it has that of the L2 penalty in it (`l2`)"
