"""Training: the networks after each step of an optimizer."""

import copy
from collections.abc import Iterator
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from storyreel.core.arrays import Array
from storyreel.engine.graph.model import Model
from storyreel.engine.optimizers import Optimizer, UndefinedStep

ModelT = TypeVar("ModelT", bound=Model)


class Batches(Iterator[NDArray[np.int64]]):
    """Endlessly, the row numbers of each mini-batch. Every epoch is shuffled again, which `seed` makes
    repeatable, unless `shuffle` is False: then each has the order of the examples.

    The last batch of an epoch is smaller if `batch_size` does not divide the number of examples. A batch of
    all examples keeps their order.
    """

    def __init__(self, examples: int, batch_size: int, seed: int, shuffle: bool = True) -> None:
        self._examples, self._size = examples, batch_size
        self._is_shuffled = shuffle and batch_size < examples
        self._random = np.random.default_rng(seed)
        self._order = np.arange(examples)
        self._start = examples

    def __next__(self) -> NDArray[np.int64]:
        if self._start >= self._examples:
            self._start = 0
            if self._is_shuffled:
                self._random = copy.deepcopy(self._random)  # not moved on: copies of this have it, too
                self._order = self._random.permutation(self._examples)
        rows = self._order[self._start : self._start + self._size]
        self._start += self._size
        return rows

    def twin(self) -> "Batches":
        """The same batches from here on, to go on with by themselves."""
        twin = object.__new__(Batches)
        twin.__dict__.update(self.__dict__)
        return twin


class Training(Iterator[ModelT]):
    """Endlessly, the network after one step, after two, …; inputs and targets have a row for each example.

    `step` counts the steps, and `network` is the network after them. Weights and biases that are not trained
    keep their values, and the optimizer has no state of theirs.
    """

    def __init__(
        self,
        network: ModelT,
        optimizer: Optimizer,
        inputs: Array,
        targets: Array,
        batches: Batches,
    ) -> None:
        self.network, self.step = network, 0
        self._optimizer, self._trained = optimizer, network.is_trained
        self._is_weight = network.is_weight
        self._memory = optimizer.start(network.parameters[self._trained])
        self._inputs, self._targets = inputs, targets
        self._batches = batches

    def __next__(self) -> ModelT:
        rows, self.step = next(self._batches), self.step + 1
        gradient = self.network.cost_gradient(self._inputs[rows], self._targets[rows])
        with np.errstate(all="ignore"):  # a run that diverges ends in infinite numbers, not in warnings
            parameters, trained = self.network.parameters.copy(), self._trained
            is_weight = self._is_weight
            try:
                parameters[trained], self._memory = self._optimizer.take_step(
                    parameters[trained], is_weight[trained], gradient[trained], self._memory, self.step
                )
            except UndefinedStep as fault:
                name = self.network.trained[fault.index]
                raise UndefinedStep(fault.state, fault.index, name) from None
        self.network = self.network.with_parameters(parameters)
        return self.network

    def number(self, name: str) -> float:
        """A number of the optimizer after these steps, such as `velocity.w1`. KeyError if it has none."""
        state, _, parameter = name.partition(".")
        values = self._optimizer.numbers(self._memory, self.step)
        if state not in values or parameter not in self.network.trained:
            raise KeyError(name)
        return float(values[state][self.network.trained.index(parameter)])

    def twin(self) -> "Training[ModelT]":
        """The same training from here on, to go on with by itself."""
        twin: Training[ModelT] = object.__new__(Training)
        twin.__dict__.update(self.__dict__)
        twin._batches = self._batches.twin()
        return twin

    @property
    def size(self) -> int:
        """How many numbers a twin keeps in memory."""
        return (1 + len(self._memory)) * self.network.parameters.size
