"""What a lesson trains: a model, examples, an optimizer, and the numbers of it before and after each step.

The loss L is that of one example, the one in focus. The cost C is the mean loss over the training data, or
the sum, with the L2 penalty if there is one; where there is no data and no L2 there is none. A step of
training lowers the `objective`: the cost where there is one, else the loss.
"""

import re
from abc import ABC, abstractmethod
from dataclasses import replace
from functools import cached_property
from typing import Generic, Protocol, TypeVar

from storyreel.core.arrays import Array
from storyreel.core.symbol_parts import LEARNING_RATE
from storyreel.engine.cost import Cost
from storyreel.engine.equations.notation import Notation
from storyreel.engine.graph.model import Model
from storyreel.engine.operation import COST, GRADIENTS_OF
from storyreel.engine.optimizers import Optimizer, is_state
from storyreel.engine.training import Batches, Training
from storyreel.engine.training_run import History, TrainingRun

_OF_EXAMPLE = re.compile(r"data\[(\d{1,9})\]\.(.+)")


class Numbers(Protocol):
    """The numbers of one example by name."""

    def number(self, name: str) -> float:
        """The number called `name`. Raises KeyError if there is none."""


ModelT = TypeVar("ModelT", bound=Model)
TraceT = TypeVar("TraceT", bound=Numbers)


class Trainable(ABC, Generic[ModelT, TraceT]):
    """A model and how it is trained.

    An optimizer with mini-batches takes `batch_size` examples in each step (None: all of them), shuffled from
    `seed` unless `shuffle` is False. `notation` is how its numbers are written.
    """

    name: str
    optimizer: Optimizer
    batch_size: int | None
    seed: int
    shuffle: bool
    notation: Notation

    @property
    @abstractmethod
    def model(self) -> ModelT:
        """What is trained, before the first step."""

    @property
    @abstractmethod
    def examples(self) -> tuple[Array, Array]:
        """The inputs and the targets that a run trains on, a row for each example."""

    @property
    @abstractmethod
    def data_rows(self) -> int:
        """The number of examples in the data; 0 without data."""

    @abstractmethod
    def trace_of(self, model: ModelT, row: int | None = None) -> TraceT:
        """The numbers of the example in focus, or of an example of the data, when the model is this one."""

    @cached_property
    def trace(self) -> TraceT:
        """The example in focus, forward and backward."""
        return self.trace_of(self.model)

    @cached_property
    def next(self) -> TraceT:
        """The same example after one step of training."""
        return self.run(1).trace(-1)

    @cached_property
    def cost(self) -> Cost | None:
        """The cost on the training data, or with L2 on the one example; None where there is only its loss."""
        return Cost(self.model, *self.examples) if self.has_cost else None

    @property
    def has_cost(self) -> bool:
        """True if there is data, or a penalty besides the loss of the one example."""
        return self.data_rows > 0 or self.model.l2 > 0.0

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

    def number(self, name: str, step: int = 0) -> float:
        """The number called `name` after `step` steps of training. Raises KeyError if there is none.

        `h`, `loss`, `grad.w1` are of the example in focus, `data[2].h` of any example of the data, `cost` and
        `cost.grad.w1` of all data, `velocity.w1` and `learning_rate` are the
        optimizer's.
        """
        if name == LEARNING_RATE:
            return self.optimizer.rate(step + 1)
        strengths = {"l2": self.model.l2, "weight_decay": self.optimizer.weight_decay}
        if name in strengths and name not in self.model.names:
            return strengths[name]
        if is_state(name):
            return self._history.optimizer_number(name, step)
        model = self.run(step).networks[step] if step else self.model
        if name.partition(".")[0] == COST:
            if self.cost is None:
                raise KeyError(name)
            return (replace(self.cost, network=model) if step else self.cost).number(name)
        if found := _OF_EXAMPLE.fullmatch(name):
            example = int(found[1])
            if example >= self.data_rows:
                raise KeyError(name)
            return self.trace_of(model, example).number(found[2])
        if step > 1:
            return self.trace_of(model).number(name)
        return (self.next if step else self.trace).number(name)

    def text(self, name: str, step: int = 0) -> str:
        """The same number as the lesson writes it."""
        return self.notation.text(name, self.number(name, step))

    def run(self, steps: int) -> "TrainingRun[ModelT, TraceT]":
        """The first `steps` steps of training; ValueError if that is less than 0.

        Steps are computed once: a longer run continues a shorter one.
        """
        if steps < 0:
            raise ValueError(f"a run has 0 steps or more, not {steps}")
        return TrainingRun(self, self._history, steps)

    @cached_property
    def _history(self) -> "History[ModelT]":
        inputs, targets = self.examples
        batch_size = min(self.batch_size or len(inputs), len(inputs))
        batches = Batches(len(inputs), batch_size, self.seed, self.shuffle)
        training = Training(self.model, self.optimizer, inputs, targets, batches)
        return History(training, inputs, targets)
