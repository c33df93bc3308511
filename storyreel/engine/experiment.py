"""An experiment: a network of layers, the example that the lesson explains it with, and how it is trained."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from storyreel.core.arrays import Array, frozen
from storyreel.engine.equations.notation import PLAIN, Notation
from storyreel.engine.network import Network
from storyreel.engine.optimizers import OPTIMIZERS, Optimizer, StochasticGradientDescent
from storyreel.engine.regions.linear_fit import LINEAR_FIT_COST, has_linear_fit, linear_fit_cost
from storyreel.engine.regions.recognition import Recognition, is_recognition
from storyreel.engine.table import row_called
from storyreel.engine.trace import Trace
from storyreel.engine.trainable import Trainable

TEST = "test."
"""The prefix of the names of numbers of the examples that a network is tested with."""


@dataclass(frozen=True, eq=False)
class Experiment(Trainable[Network, Trace]):
    """What a lesson's `networks:` entry describes.

        Experiment("chain", network, inputs=2, targets=3, optimizer="momentum", learning_rate=0.1)

    `inputs` and `targets` are the example in focus, of the shapes (1, inputs) and (1, outputs), or one
    dimension less; a number is one input or output. A run trains on `data_inputs` and `data_targets`, which
    have a row (or a number) for each example; if they are None, on the example in focus. `optimizer` is an
    `Optimizer` or the name of one in `OPTIMIZERS`; `learning_rate`, if given, replaces its learning rate.
    `test` are inputs and targets of examples that it is not trained on, with a row for each. Raises
    ValueError if shapes or settings do not fit.
    """

    name: str
    network: Network
    inputs: Array
    targets: Array
    optimizer: Optimizer
    data_inputs: Array | None
    data_targets: Array | None
    batch_size: int | None
    seed: int
    shuffle: bool
    notation: Notation
    test: tuple[Array, Array] | None

    def __init__(
        self,
        name: str,
        network: Network,
        inputs: ArrayLike,
        targets: ArrayLike,
        optimizer: Optimizer | str = "gradient_descent",
        data_inputs: ArrayLike | None = None,
        data_targets: ArrayLike | None = None,
        batch_size: int | None = None,
        seed: int = 0,
        *,
        shuffle: bool = True,
        learning_rate: float | None = None,
        notation: Notation = PLAIN,
        test: tuple[ArrayLike, ArrayLike] | None = None,
    ) -> None:
        if isinstance(optimizer, str):
            optimizer = row_called(optimizer, OPTIMIZERS, "optimizer")()
        if learning_rate is not None:
            optimizer = replace(optimizer, learning_rate=learning_rate)
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "network", network)
        object.__setattr__(self, "optimizer", optimizer)
        object.__setattr__(self, "batch_size", batch_size)
        object.__setattr__(self, "seed", seed)
        object.__setattr__(self, "shuffle", shuffle)
        object.__setattr__(self, "notation", notation)
        inputs_each, outputs = len(network.input_names), network.layers[-1].size
        self._freeze("inputs", inputs_each, inputs)
        self._freeze("targets", outputs, targets)
        if len(self.inputs) != 1 or len(self.targets) != 1:
            raise ValueError("the lesson's example is one example: one row of inputs, one row of targets")
        self._freeze("data_inputs", inputs_each, _in_rows(data_inputs, inputs_each))
        self._freeze("data_targets", outputs, _in_rows(data_targets, outputs))
        if (self.data_inputs is None) != (self.data_targets is None):
            raise ValueError("training data needs both inputs and targets")
        object.__setattr__(self, "test", None)
        if test is not None:
            tested = frozen(test[0], 2), frozen(test[1], 2)
            if [each.shape for each in tested] != [(len(tested[0]), inputs_each), (len(tested[0]), outputs)]:
                raise ValueError("a test needs a row of inputs and a row of targets for each example")
            object.__setattr__(self, "test", tested)
        rows = [len(data) for data in (self.data_inputs, self.data_targets) if data is not None]
        if 0 in rows or len(set(rows)) > 1:
            raise ValueError("training data needs a row of targets for each row of inputs")
        for answer in (*self.targets, *(() if self.data_targets is None else self.data_targets)):
            if fault := network.loss.needs(answer):
                raise ValueError(f"the loss {network.loss.name} needs {fault}")
        if batch_size is not None and batch_size < 1:
            raise ValueError(f"a batch has at least 1 example, not {batch_size}")
        if batch_size is not None and not optimizer.uses_batches:
            raise ValueError("gradient_descent uses all examples in each step; for a batch_size take sgd")

    def _freeze(self, name: str, size: int, values: ArrayLike | None) -> None:
        if values is None:
            object.__setattr__(self, name, None)
            return
        array = frozen(values, 2)
        if array.ndim != 2 or array.shape[1] != size:
            raise ValueError(f"{name} needs rows of {size}, and has the shape {array.shape}")
        object.__setattr__(self, name, array)

    @property
    def model(self) -> Network:
        """The network."""
        return self.network

    def trace_of(self, model: Network, row: int | None = None) -> Trace:
        """The example in focus, or an example of the data, in a network with other weights."""
        if row is None:
            return Trace(model, self.inputs, self.targets, self.notation)
        inputs, targets = self.examples
        return Trace(model, inputs[row], targets[row], self.notation)

    @property
    def data_rows(self) -> int:
        """The number of examples in the data; 0 without data."""
        return 0 if self.data_inputs is None else len(self.data_inputs)

    def focused(self, example: int) -> "Experiment":
        """The same experiment with another example of the data in focus, counted from 0; IndexError if none.

        Both have the same training, whose steps are computed once.
        """
        if example >= self.data_rows:
            raise IndexError(f"there is no example data[{example}]")
        inputs, targets = (each[example : example + 1] for each in self.examples)
        twin = replace(self, inputs=inputs, targets=targets)
        twin.__dict__["_history"] = self._history
        return twin

    def in_batches(self, batch_size: int | None) -> "Experiment":
        """The same experiment, trained with mini-batches of this size; None for all examples in each step.

        Gradient descent, which has no mini-batches, becomes stochastic gradient descent.
        """
        optimizer = self.optimizer
        if not optimizer.uses_batches:
            optimizer = StochasticGradientDescent(**vars(optimizer))
        return replace(self, optimizer=optimizer, batch_size=batch_size)

    def number(self, name: str, step: int = 0) -> float:
        """The number called `name` after `step` steps of training. Raises KeyError if there is none.

        Besides those of `Trainable`, there are `accuracy`, `correct` and `answers[3]` of all data, and
        `test.accuracy`, … of the examples that it is tested with, and `linear_fit.cost`, the least cost of a
        linear function of the inputs, in a network with data and a squared loss.
        """
        if name == LINEAR_FIT_COST:
            return self._linear_fit_cost
        if is_recognition(name.removeprefix(TEST)):
            return self._recognised(name, self.run(step).networks[step] if step else self.network)
        return super().number(name, step)

    @cached_property
    def _linear_fit_cost(self) -> float:
        if not self.data_rows or not has_linear_fit(self.network):
            raise KeyError(LINEAR_FIT_COST)
        return linear_fit_cost(self.network, *self.examples)

    def _recognised(self, name: str, network: Network) -> float:
        """The number of a name such as `accuracy` or `test.answers[3]` for a network of its training."""
        examples = self.test if name.startswith(TEST) else self.examples if self.data_rows else None
        if examples is None:
            raise KeyError(name)
        return Recognition(network, *examples).number(name.removeprefix(TEST))

    @cached_property
    def examples(self) -> tuple[Array, Array]:
        """The inputs and the targets that a run trains on, a row for each example."""
        if self.data_inputs is None or self.data_targets is None:
            return self.inputs, self.targets
        return self.data_inputs, self.data_targets


def _in_rows(values: ArrayLike | None, size: int) -> ArrayLike | None:
    """`values` as rows of `size`, where they are a list and a row is a single number."""
    return np.reshape(values, (-1, 1)) if values is not None and size == np.ndim(values) == 1 else values
