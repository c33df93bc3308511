"""Learning-rate schedules: how the learning rate changes from step to step; a table of them.

With the initial learning rate η₀, after t steps it is

    step           η₀ γ^⌊t / step size⌋
    exponential    η₀ γᵗ
    cosine         final + ½ (η₀ − final) (1 + cos(π t / steps)), and final from then on
"""

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass


@dataclass(frozen=True)
class Schedule(ABC):
    """A rule for the learning rate. Raises ValueError for a setting that makes no sense."""

    @abstractmethod
    def rate(self, initial: float, steps: int) -> float:
        """The learning rate after so many steps, of which the first one uses `initial`."""


@dataclass(frozen=True)
class StepDecay(Schedule):
    """The learning rate is multiplied by `gamma` after every `step_size` steps."""

    step_size: int
    gamma: float

    def __post_init__(self) -> None:
        _check_steps("step_size", self.step_size)
        _check_gamma(self.gamma)

    def rate(self, initial: float, steps: int) -> float:
        """The learning rate after so many steps."""
        return float(initial * self.gamma ** (steps // self.step_size))


@dataclass(frozen=True)
class ExponentialDecay(Schedule):
    """The learning rate is multiplied by `gamma` after every step."""

    gamma: float

    def __post_init__(self) -> None:
        _check_gamma(self.gamma)

    def rate(self, initial: float, steps: int) -> float:
        """The learning rate after so many steps."""
        return float(initial * self.gamma**steps)


@dataclass(frozen=True)
class CosineDecay(Schedule):
    """The learning rate falls to `final` in so many `steps`, along half a wave of the cosine (Loshchilov and
    Hutter, 2017, without restarts), and stays there."""

    steps: int
    final: float = 0.0

    def __post_init__(self) -> None:
        _check_steps("steps", self.steps)
        if not 0.0 <= self.final < math.inf:
            raise ValueError(f"final must be a number from 0 on, not {self.final}")

    def rate(self, initial: float, steps: int) -> float:
        """The learning rate after so many steps."""
        share = min(steps, self.steps) / self.steps
        return self.final + 0.5 * (initial - self.final) * (1.0 + math.cos(math.pi * share))


def _check_gamma(gamma: float) -> None:
    if not 0.0 < gamma <= 1.0:
        raise ValueError(f"gamma must be a number above 0, at most 1, not {gamma}")


def _check_steps(name: str, steps: int) -> None:
    if steps < 1:
        raise ValueError(f"{name} must be at least 1, not {steps}")


SCHEDULES: dict[str, type[Schedule]] = {
    "step": StepDecay,
    "exponential": ExponentialDecay,
    "cosine": CosineDecay,
}
