"""How parameters are updated from their gradient: a table of optimizers.

An optimizer is a frozen rule. Its state (a velocity, moments) is passed in and returned, so that a run can be
repeated and continued exactly. Parameters, gradients and states are vectors of the same length. A lesson
names the numbers of a state as it names gradients: `velocity.w1`.
"""

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from storyreel.core.arrays import Array
from storyreel.core.errors import StoryreelError
from storyreel.engine.schedules import Schedule

Memory = tuple[Array, ...]


class UndefinedStep(StoryreelError):
    """A step that would divide by 0: the state called `state` of the parameter number `index` is 0.

    `parameter` is its name, where that is known.
    """

    exit_status = 1

    def __init__(self, state: str, index: int, parameter: str = "a parameter") -> None:
        self.state, self.index = state, index
        super().__init__(
            f"an `epsilon` of 0 needs a {state.replace('_', ' ')} above 0, and that of {parameter} is 0, as"
            " its gradient is: the step would divide 0 by 0; give `epsilon` a small number, such as 1e-8"
        )


@dataclass(frozen=True)
class Optimizer(ABC):
    """An update rule with the learning rate η. Raises ValueError if that is not a positive number.

    `learning_rate` is that of the first step; with a `schedule` it changes. `uses_batches` is false if every
    step uses all examples. `states` are the names of the parts of its state, and
    `rule` is how its first step is written, as a formula (`equations.formula`) of the weight `w`, `eta`, the
    gradient `g`, `epsilon`, and its `numbers` after the step. With a `weight_decay` λ, each
    step takes η λ w from each weight w, besides what its rule does (Loshchilov and Hutter, 2019); Adam with
    it is called AdamW.
    """

    learning_rate: float = 0.01
    schedule: Schedule | None = field(default=None, kw_only=True)
    weight_decay: float = field(default=0.0, kw_only=True)
    uses_batches: ClassVar[bool] = True
    states: ClassVar[tuple[str, ...]] = ()
    rule: ClassVar[str] = "{w} - {eta} times {g}"

    def __post_init__(self) -> None:
        if not (math.isfinite(self.learning_rate) and self.learning_rate > 0.0):
            raise ValueError(f"the learning rate must be a number above 0, not {self.learning_rate}")
        if not 0.0 <= self.weight_decay < math.inf:
            raise ValueError(f"weight_decay must be a number from 0 on, not {self.weight_decay}")

    def rate(self, step: int) -> float:
        """The learning rate of step number `step`, which counts from 1."""
        initial = self.learning_rate
        return initial if self.schedule is None else self.schedule.rate(initial, step - 1)

    def start(self, parameters: Array) -> Memory:
        """The state before the first step; none for a rule without a state."""
        return ()

    def numbers(self, memory: Memory, step: int) -> dict[str, Array]:
        """What it remembers after `step` steps, by name, and what a step computes from that."""
        return dict(zip(self.states, memory, strict=True))

    def take_step(
        self, parameters: Array, is_weight: NDArray[np.bool_], gradient: Array, memory: Memory, step: int
    ) -> tuple[Array, Memory]:
        """The parameters and the state after step number `step`, as `update` has them, with weight decay."""
        moved, memory = self.update(parameters, gradient, memory, step)
        if self.weight_decay:
            moved = moved - self.rate(step) * self.weight_decay * np.where(is_weight, parameters, 0.0)
        return moved, memory

    @abstractmethod
    def update(self, parameters: Array, gradient: Array, memory: Memory, step: int) -> tuple[Array, Memory]:
        """The parameters and the state after step number `step`, which counts from 1.

        Raises UndefinedStep where a rule without an epsilon would divide by 0.
        """


@dataclass(frozen=True)
class StochasticGradientDescent(Optimizer):
    """w ← w − η ∂L/∂w, with the gradient of a mini-batch."""

    def update(self, parameters: Array, gradient: Array, memory: Memory, step: int) -> tuple[Array, Memory]:
        """One step against the gradient."""
        return parameters - self.rate(step) * gradient, memory


@dataclass(frozen=True)
class GradientDescent(StochasticGradientDescent):
    """w ← w − η ∂L/∂w, with the gradient of all examples."""

    uses_batches: ClassVar[bool] = False


@dataclass(frozen=True)
class Momentum(Optimizer):
    """v ← μ v − η ∂L/∂w, w ← w + v (Polyak, 1964); μ is `momentum`, from 0 to below 1, v the velocity."""

    momentum: float = 0.9
    states: ClassVar[tuple[str, ...]] = ("velocity",)

    def __post_init__(self) -> None:
        super().__post_init__()
        _check_share("momentum", self.momentum)

    def start(self, parameters: Array) -> Memory:
        """A velocity of 0."""
        return (np.zeros_like(parameters),)

    def update(self, parameters: Array, gradient: Array, memory: Memory, step: int) -> tuple[Array, Memory]:
        """One step along the velocity."""
        velocity = self.momentum * memory[0] - self.rate(step) * gradient
        return parameters + velocity, (velocity,)


@dataclass(frozen=True)
class Adam(Optimizer):
    """Adam (Kingma and Ba, 2015, algorithm 1), with its defaults except for the learning rate.

    m ← β₁ m + (1 − β₁) g      the first moment, a running mean of the gradient g
    v ← β₂ v + (1 − β₂) g²     the second moment, one of its square
    m̂ = m / (1 − β₁ᵗ)          both corrected for their start at 0, after t steps
    v̂ = v / (1 − β₂ᵗ)
    w ← w − η m̂ / (√v̂ + ε)
    """

    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    states: ClassVar[tuple[str, ...]] = ("first_moment", "second_moment")
    rule: ClassVar[str] = (
        "{w} - {eta} times {corrected_first_moment} / (sqrt({corrected_second_moment}) + {epsilon})"
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        _check_share("beta1", self.beta1)
        _check_share("beta2", self.beta2)
        _check_epsilon(self.epsilon)

    def start(self, parameters: Array) -> Memory:
        """Both moments 0."""
        return np.zeros_like(parameters), np.zeros_like(parameters)

    def update(self, parameters: Array, gradient: Array, memory: Memory, step: int) -> tuple[Array, Memory]:
        """One step along the mean gradient divided by its root mean square, both with bias correction."""
        mean = self.beta1 * memory[0] + (1.0 - self.beta1) * gradient
        square = self.beta2 * memory[1] + (1.0 - self.beta2) * gradient**2
        corrected_mean, corrected_square = self._corrected((mean, square), step)
        divisor = _divisor(corrected_square, self.epsilon, self.states[1])
        return parameters - self.rate(step) * corrected_mean / divisor, (mean, square)

    def numbers(self, memory: Memory, step: int) -> dict[str, Array]:
        """Both moments and, after a step, both as it uses them, corrected for their start at 0."""
        numbers = super().numbers(memory, step)
        if step:
            corrected = zip(self.states, self._corrected(memory, step), strict=True)
            numbers |= {f"corrected_{name}": moment for name, moment in corrected}
        return numbers

    def _corrected(self, memory: Memory, step: int) -> Memory:
        return memory[0] / (1.0 - self.beta1**step), memory[1] / (1.0 - self.beta2**step)


@dataclass(frozen=True)
class RMSprop(Optimizer):
    """s ← β s + (1 − β) g², w ← w − η g / (√s + ε), with the gradient g and its mean square s (Tieleman and
    Hinton, 2012); β is `beta`, from 0 to below 1."""

    beta: float = 0.9
    epsilon: float = 1e-8
    states: ClassVar[tuple[str, ...]] = ("mean_square",)
    rule: ClassVar[str] = "{w} - {eta} times {g} / (sqrt({mean_square}) + {epsilon})"

    def __post_init__(self) -> None:
        super().__post_init__()
        _check_share("beta", self.beta)
        _check_epsilon(self.epsilon)

    def start(self, parameters: Array) -> Memory:
        """A mean square of 0."""
        return (np.zeros_like(parameters),)

    def update(self, parameters: Array, gradient: Array, memory: Memory, step: int) -> tuple[Array, Memory]:
        """One step along the gradient divided by its root mean square."""
        square = self.beta * memory[0] + (1.0 - self.beta) * gradient**2
        divisor = _divisor(square, self.epsilon, self.states[0])
        return parameters - self.rate(step) * gradient / divisor, (square,)


def _check_share(name: str, value: float) -> None:
    if not 0.0 <= value < 1.0:
        raise ValueError(f"{name} must be a number from 0 to below 1, not {value}")


def _check_epsilon(epsilon: float) -> None:
    if not 0.0 <= epsilon < math.inf:
        raise ValueError(f"epsilon must be a number from 0 on, not {epsilon}")


def _divisor(square: Array, epsilon: float, state: str) -> Array:
    """√square + ε. Raises UndefinedStep where that is 0."""
    divisor: Array = np.sqrt(square) + epsilon
    if epsilon == 0.0 and not divisor.all():
        raise UndefinedStep(state, int(np.flatnonzero(divisor == 0.0)[0]))
    return divisor


OPTIMIZERS: dict[str, type[Optimizer]] = {
    "gradient_descent": GradientDescent,
    "sgd": StochasticGradientDescent,
    "momentum": Momentum,
    "rmsprop": RMSprop,
    "adam": Adam,
}

STATES: tuple[str, ...] = tuple(
    name
    for optimizer in OPTIMIZERS.values()
    for name in optimizer().numbers(optimizer().start(np.zeros(0)), 1)
)
"""The names of all numbers that optimizers have of each parameter that is trained."""


def is_state(name: str) -> bool:
    """True for the name of a number that an optimizer has of a parameter, such as `velocity.w1`."""
    return name.partition(".")[0] in STATES
