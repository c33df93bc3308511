"""An experiment: a network, the example that the lesson explains it with, and how it is trained.

The loss L is that of one example, the one in focus. The cost C is the mean loss over the training data, or
the sum, with the L2 penalty if there is one; an experiment without data and without L2 has none. A step of
training lowers the `objective`: the cost where there is one, else the loss.
"""

import re
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from storyreel.core.arrays import Array, frozen
from storyreel.core.symbol_parts import LEARNING_RATE
from storyreel.engine.cost import Cost
from storyreel.engine.equations.notation import PLAIN, Notation
from storyreel.engine.network import Network
from storyreel.engine.operation import COST, GRADIENTS_OF
from storyreel.engine.optimizers import OPTIMIZERS, Optimizer, StochasticGradientDescent, is_state
from storyreel.engine.table import row_called
from storyreel.engine.trace import Trace
from storyreel.engine.training import Batches, Training
from storyreel.engine.training_run import History, TrainingRun

_OF_EXAMPLE = re.compile(r"data\[(\d{1,9})\]\.(.+)")


@dataclass(frozen=True, eq=False)
class Experiment:
    """What a lesson's `networks:` entry describes.

        Experiment("chain", network, inputs=2, targets=3, optimizer="momentum", learning_rate=0.1)

    `inputs` and `targets` are the example in focus, of the shapes (1, inputs) and (1, outputs), or one
    dimension less; a number is one input or output. A run trains on `data_inputs` and `data_targets`, which
    have a row (or a number) for each example; if they are None, on the example in focus. `optimizer` is an
    `Optimizer` or the name of one in `OPTIMIZERS`; `learning_rate`, if given, replaces its learning rate. An
    optimizer with mini-batches takes `batch_size` examples in each step (None: all of them), shuffled from
    `seed` unless `shuffle` is False. `notation` is how its numbers are written. Raises ValueError if shapes
    or settings do not fit.
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

    @cached_property
    def trace(self) -> Trace:
        """The example in focus, forward and backward."""
        return Trace(self.network, self.inputs, self.targets, self.notation)

    @cached_property
    def next(self) -> Trace:
        """The same example after one step of training."""
        return self.run(1).trace(-1)

    @cached_property
    def cost(self) -> Cost | None:
        """The cost on the training data, or with L2 on the one example; None where there is only its loss."""
        return Cost(self.network, *self.examples) if self.has_cost else None

    @property
    def has_cost(self) -> bool:
        """True if there is data, or a penalty besides the loss of the one example."""
        return self.data_inputs is not None or self.network.l2 > 0.0

    @property
    def data_rows(self) -> int:
        """The number of examples in the data; 0 without data."""
        return 0 if self.data_inputs is None else len(self.data_inputs)

    @property
    def objective(self) -> str:
        """The name of what training lowers: "cost" where there is one, else "loss"."""
        return COST if self.has_cost else "loss"

    @property
    def objective_gradient(self) -> str:
        """The prefix of the names of the objective's derivatives: "cost.grad." or "grad."."""
        return GRADIENTS_OF[self.objective]

    @property
    def uses_mini_batches(self) -> bool:
        """True if a step is on some of the data, not on all."""
        return self.batch_size is not None and self.batch_size < len(self.examples[0])

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

        `h`, `loss`, `grad.w1` are of the example in focus, `data[2].h` of any example of the data, `cost` and
        `cost.grad.w1` of all data, `velocity.w1` and `learning_rate` are the
        optimizer's.
        """
        if name == LEARNING_RATE:
            return self.optimizer.rate(step + 1)
        strengths = {"l2": self.network.l2, "weight_decay": self.optimizer.weight_decay}
        if name in strengths and name not in self.network.names:
            return strengths[name]
        if is_state(name):
            return self._history.optimizer_number(name, step)
        network = self.run(step).networks[step] if step else self.network
        if name.partition(".")[0] == COST:
            if self.cost is None:
                raise KeyError(name)
            return (replace(self.cost, network=network) if step else self.cost).number(name)
        if found := _OF_EXAMPLE.fullmatch(name):
            example = int(found[1])
            if example >= self.data_rows:
                raise KeyError(name)
            inputs, targets = (each[example] for each in self.examples)
            return Trace(network, inputs, targets).number(found[2])
        if step > 1:
            return Trace(network, self.inputs, self.targets).number(name)
        return (self.next if step else self.trace).number(name)

    def text(self, name: str, step: int = 0) -> str:
        """The same number as the lesson writes it."""
        return self.notation.text(name, self.number(name, step))

    @cached_property
    def examples(self) -> tuple[Array, Array]:
        """The inputs and the targets that a run trains on, a row for each example."""
        if self.data_inputs is None or self.data_targets is None:
            return self.inputs, self.targets
        return self.data_inputs, self.data_targets

    def run(self, steps: int) -> TrainingRun:
        """The first `steps` steps of training; ValueError if that is less than 0.

        Steps are computed once: a longer run continues a shorter one.
        """
        if steps < 0:
            raise ValueError(f"a run has 0 steps or more, not {steps}")
        return TrainingRun(self, self._history, steps)

    @cached_property
    def _history(self) -> History:
        inputs, targets = self.examples
        batch_size = min(self.batch_size or len(inputs), len(inputs))
        batches = Batches(len(inputs), batch_size, self.seed, self.shuffle)
        training = Training(self.network, self.optimizer, inputs, targets, batches)
        return History(training, inputs, targets)


def _in_rows(values: ArrayLike | None, size: int) -> ArrayLike | None:
    """`values` as rows of `size`, where they are a list and a row is a single number."""
    return np.reshape(values, (-1, 1)) if values is not None and size == np.ndim(values) == 1 else values
