"""An experiment: a network, the example that the lesson explains it with, and how it is trained."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

import numpy as np

from storyreel.core.arrays import Array, frozen
from storyreel.engine.network import Network
from storyreel.engine.optimizers import Optimizer
from storyreel.engine.trace import Trace
from storyreel.engine.training import train

LONGEST_RUN = 10_000  # steps; the parameters after each one are kept in memory


@dataclass(frozen=True, eq=False)
class TrainingRun:
    """A training run: `networks[step]` and `loss[step]` over all training data; step 0 is the start."""

    experiment: "Experiment"
    networks: tuple[Network, ...]
    loss: Array

    def network_at(self, step: float) -> Network:
        """The network after `step` steps; parameters between two steps are interpolated linearly."""
        before = min(int(step), len(self.networks) - 1)
        if before == step:
            return self.networks[before]
        start, end = (network.parameters for network in self.networks[before : before + 2])
        return self.networks[before].with_parameters(start + (step - before) * (end - start))

    def trace(self, step: int) -> Trace:
        """The trace of the lesson's example after `step` steps."""
        return Trace(self.networks[step], self.experiment.inputs, self.experiment.targets)

    def numbers(self, name: str) -> Array:
        """The values of `name` (`w1`, `h`, `grad.w1`) in the lesson's example after 0, 1, 2, … steps."""
        return np.array([self.trace(step).number(name) for step in range(len(self.networks))])


@dataclass(frozen=True, eq=False)
class Experiment:
    """What a lesson's `networks:` entry describes.

    `inputs` and `targets` are the lesson's one example, of the shapes (1, inputs) and (1, outputs), or one
    dimension less. A run trains on `data_inputs` and `data_targets`, which have a row for each example; if
    they are None, on the lesson's example. An optimizer with mini-batches takes `batch_size` examples in each
    step (None: all of them), shuffled from `seed`. Raises ValueError if shapes or settings do not fit.
    """

    name: str
    network: Network
    inputs: Array
    targets: Array
    optimizer: Optimizer
    data_inputs: Array | None = None
    data_targets: Array | None = None
    batch_size: int | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        shapes = len(self.network.input_names), self.network.layers[-1].size
        self._freeze("inputs", shapes[0], self.inputs)
        self._freeze("targets", shapes[1], self.targets)
        if len(self.inputs) != 1 or len(self.targets) != 1:
            raise ValueError("the lesson's example is one example: one row of inputs, one row of targets")
        if (self.data_inputs is None) != (self.data_targets is None):
            raise ValueError("training data needs both inputs and targets")
        if self.data_inputs is not None and self.data_targets is not None:
            self._freeze("data_inputs", shapes[0], self.data_inputs)
            self._freeze("data_targets", shapes[1], self.data_targets)
            if not 0 < len(self.data_inputs) == len(self.data_targets):
                raise ValueError("training data needs a row of targets for each row of inputs")
        if self.batch_size is not None and self.batch_size < 1:
            raise ValueError(f"a batch has at least 1 example, not {self.batch_size}")
        if self.batch_size is not None and not self.optimizer.uses_batches:
            raise ValueError("gradient_descent uses all examples in each step; for a batch_size take sgd")

    def _freeze(self, name: str, size: int, values: Array) -> None:
        array = frozen(values, 2)
        if array.ndim != 2 or array.shape[1] != size:
            raise ValueError(f"{name} needs rows of {size}, and has the shape {array.shape}")
        object.__setattr__(self, name, array)

    @cached_property
    def trace(self) -> Trace:
        """The lesson's example, forward and backward."""
        return Trace(self.network, self.inputs, self.targets)

    @cached_property
    def next(self) -> Trace:
        """The same example after one update from this example alone, even if there is training data."""
        updated = next(train(self.network, self.optimizer, self.inputs, self.targets, 1, self.seed))
        return Trace(updated, self.inputs, self.targets)

    @cached_property
    def examples(self) -> tuple[Array, Array]:
        """The inputs and the targets that a run trains on."""
        if self.data_inputs is None or self.data_targets is None:
            return self.inputs, self.targets
        return self.data_inputs, self.data_targets

    def run(self, steps: int) -> TrainingRun:
        """The first `steps` steps of training, from 0 to `LONGEST_RUN`; else ValueError.

        Steps are computed once: a longer run continues a shorter one.
        """
        if not 0 <= steps <= LONGEST_RUN:
            raise ValueError(f"a run has from 0 to {LONGEST_RUN} steps, not {steps}")
        while len(self._history) <= steps:
            self._history.append(next(self._steps))
        networks, losses = zip(*self._history[: steps + 1], strict=True)
        return TrainingRun(self, networks, np.array(losses))

    @cached_property
    def _history(self) -> list[tuple[Network, float]]:
        return []  # the steps taken so far

    @cached_property
    def _steps(self) -> Iterator[tuple[Network, float]]:
        inputs, targets = self.examples
        batch_size = min(self.batch_size or len(inputs), len(inputs))
        training = train(self.network, self.optimizer, inputs, targets, batch_size, self.seed)
        networks = chain([self.network], training)
        return ((network, network.loss_of(network.forward(inputs), targets)) for network in networks)
