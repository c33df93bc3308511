"""A training run: the objective at every step, and the network of any step that is asked for."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Generic, TypeVar, overload

import numpy as np

from storyreel.core.arrays import Array
from storyreel.engine.graph.model import Model
from storyreel.engine.training import Training

if TYPE_CHECKING:
    from storyreel.engine.trainable import Numbers, Trainable

ModelT = TypeVar("ModelT", bound=Model)
TraceT = TypeVar("TraceT", bound="Numbers")
MOST_NUMBERS = 8_000_000
"""Of parameters that a run keeps in memory: for a small network every step's, for a large one some steps'."""


class History(Generic[ModelT]):
    """The steps of a training so far: all objectives, and networks at equal distances, the last included.

    Where more would be kept than `MOST_NUMBERS`, every other one is dropped. A network that was dropped is
    computed again, from the one before it that is kept, to the same numbers.
    """

    def __init__(self, training: Training[ModelT], inputs: Array, targets: Array) -> None:
        self._inputs, self._targets = inputs, targets
        self._last = training
        self._at = training.twin()  # the step that was computed again last: the next one is often next
        self._kept: dict[int, Training[ModelT]] = {}
        self._every = 1
        self.objectives: list[float] = []
        self._note()

    def go_on(self, steps: int) -> None:
        """Train until step number `steps`."""
        while len(self.objectives) <= steps:
            next(self._last)
            self._note()

    def network(self, step: int) -> ModelT:
        """The network after `step` steps."""
        return self._training(step).network

    def optimizer_number(self, name: str, step: int) -> float:
        """A number of the optimizer after `step` steps, such as `velocity.w1`. KeyError if it has none."""
        return self._training(step).number(name)

    def _training(self, step: int) -> Training[ModelT]:
        """The training after `step` steps, to look at before another one is asked for."""
        self.go_on(step)
        if step in self._kept:
            return self._kept[step]
        if step == self._last.step:
            return self._last
        near = self._kept[step - step % self._every]
        if not near.step <= self._at.step <= step:
            self._at = near.twin()
        while self._at.step < step:
            next(self._at)
        return self._at

    def _note(self) -> None:
        step, network = self._last.step, self._last.network
        self.objectives.append(network.cost_of(self._inputs, self._targets))
        if step % self._every == 0:
            self._kept[step] = self._last.twin()
        while len(self._kept) > 1 and len(self._kept) * self._last.size > MOST_NUMBERS:
            self._every *= 2
            self._kept = {step: kept for step, kept in self._kept.items() if step % self._every == 0}


class Networks(Sequence[ModelT]):
    """The networks of a run, from the start to after its last step, each computed when it is asked for."""

    def __init__(self, history: History[ModelT], steps: range) -> None:
        self._history, self._steps = history, steps

    def __len__(self) -> int:
        return len(self._steps)

    @overload
    def __getitem__(self, index: int) -> ModelT: ...
    @overload
    def __getitem__(self, index: slice) -> "Networks[ModelT]": ...
    def __getitem__(self, index: int | slice) -> "ModelT | Networks[ModelT]":
        if isinstance(index, slice):
            return Networks(self._history, self._steps[index])
        return self._history.network(self._steps[index])


class TrainingRun(Generic[ModelT, TraceT]):
    """A training run: `networks[step]` and `objective[step]`; step 0 is the start.

    The objective is what the steps lower: the cost or, in an experiment without one, the loss.
    """

    def __init__(self, experiment: "Trainable[ModelT, TraceT]", history: History[ModelT], steps: int) -> None:
        history.go_on(steps)
        self.experiment = experiment
        self.networks = Networks(history, range(steps + 1))
        self.objective: Array = np.array(history.objectives[: steps + 1])

    @property
    def cost(self) -> Array | None:
        """The cost after 0, 1, 2, … steps; None where there is none."""
        return None if self.experiment.cost is None else self.objective

    @property
    def loss(self) -> Array:
        """The loss of the example in focus after 0, 1, 2, … steps."""
        return self.objective if self.experiment.cost is None else self.numbers("loss")

    def network_at(self, step: float) -> ModelT:
        """The network after `step` steps; parameters between two steps are interpolated linearly."""
        before = min(int(step), len(self.networks) - 1)
        if before == step:
            return self.networks[before]
        start, end = (network.parameters for network in self.networks[before : before + 2])
        return self.networks[before].with_parameters(start + (step - before) * (end - start))

    def trace(self, step: int) -> TraceT:
        """The trace of the example in focus after `step` steps."""
        return self.experiment.trace_of(self.networks[step])

    def numbers(self, name: str) -> Array:
        """The values of `name` (`w1`, `h`, `grad.w1`) in the example in focus after 0, 1, 2, … steps."""
        return np.array([self.trace(step).number(name) for step in range(len(self.networks))])
