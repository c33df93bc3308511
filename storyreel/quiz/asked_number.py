"""A number that a question asks for, and what it is in its network."""

from dataclasses import dataclass
from functools import cached_property

from storyreel.engine.experiment import Experiment
from storyreel.engine.names import Address, Kind
from storyreel.engine.operation import GRADIENT
from storyreel.engine.trace import Trace
from storyreel.storyboard.lookup import Lookup

NEXT = "next."  # before a quantity's name: after one update


@dataclass(frozen=True)
class AskedNumber:
    """The number called `name` (`h`, `grad.w1`, `next.w1`, `run.loss[20]`) of an experiment."""

    experiment: Experiment
    name: str

    @cached_property
    def value(self) -> float:
        """The number itself, the engine's. Raises UnknownName if there is none."""
        return Lookup({self.experiment.name: self.experiment}).value(self.experiment.name, self.name)

    @property
    def is_next(self) -> bool:
        """Whether it is what it is after one update."""
        return self.name.startswith(NEXT)

    @property
    def is_gradient(self) -> bool:
        """Whether it is a gradient, maybe after an update."""
        return self.name.removeprefix(NEXT).startswith(GRADIENT)

    @property
    def trace(self) -> Trace:
        """The trace that has it."""
        return self.experiment.next if self.is_next else self.experiment.trace

    @cached_property
    def address(self) -> Address | None:
        """Its quantity, or that which it is the gradient of; None for a count, a rate, a number of a run."""
        return self.experiment.network.names.get(self.name.removeprefix(NEXT).removeprefix(GRADIENT))

    def is_value_of(self, *kinds: Kind) -> bool:
        """Whether it is a value, not a gradient, of a quantity of one of these kinds."""
        return not self.is_gradient and self.address is not None and self.address.kind in kinds

    @property
    def canonical_name(self) -> str:
        """Its one name where it has several: `grad.h` for `grad.a1`."""
        if self.address is None:
            return self.name
        before = (NEXT if self.is_next else "") + (GRADIENT if self.is_gradient else "")
        return before + self.experiment.network.names.name_of(self.address)
