"""The number that a question asks for, and its place in the network."""

from dataclasses import dataclass
from functools import cached_property

from storyreel.core.number_format import shortest_digits, shown
from storyreel.engine.experiment import Experiment
from storyreel.engine.names import Address, Kind
from storyreel.engine.operation import GRADIENT, NEXT
from storyreel.engine.trace import Trace
from storyreel.storyboard.lookup import Lookup


@dataclass(frozen=True)
class AskedNumber:
    """The number called `name` (`h`, `grad.w1`, `next.w1`, `run.loss[20]`) of an experiment."""

    experiment: Experiment
    name: str

    @cached_property
    def value(self) -> float:
        """The number, unrounded. Raises UnknownName if there is none."""
        return Lookup({self.experiment.name: self.experiment}).value(self.experiment.name, self.name)

    @cached_property
    def text(self) -> str:
        """The number as the lesson writes it."""
        return Lookup({self.experiment.name: self.experiment}).text(self.experiment.name, self.name)

    def text_like(self, value: float) -> str:
        """Another number with as many digits as this one, so that its form tells nothing."""
        if self.text == shown(self.value):
            return shown(value)
        digits = sum(map(str.isdigit, self.text.partition("×")[0].lstrip("−0.")))
        return shown(value, digits=max(digits, shortest_digits(value)))

    @property
    def is_next(self) -> bool:
        """True for `next.*` names: the number after one update."""
        return self.name.startswith(NEXT)

    @property
    def is_gradient(self) -> bool:
        """True for `grad.*` and `next.grad.*` names."""
        return self.name.removeprefix(NEXT).startswith(GRADIENT)

    @property
    def trace(self) -> Trace:
        """The trace that the number is from."""
        return self.experiment.next if self.is_next else self.experiment.trace

    @cached_property
    def address(self) -> Address | None:
        """The quantity, or for a gradient the quantity it belongs to; None for counts, rates and runs."""
        return self.experiment.network.names.get(self.name.removeprefix(NEXT).removeprefix(GRADIENT))

    def is_value_of(self, *kinds: Kind) -> bool:
        """True if the number is the value, not the gradient, of a quantity of one of these kinds."""
        return not self.is_gradient and self.address is not None and self.address.kind in kinds

    @property
    def canonical_name(self) -> str:
        """The name without aliases: `grad.h` for `grad.a1`."""
        if self.address is None:
            return self.name
        prefix = (NEXT if self.is_next else "") + (GRADIENT if self.is_gradient else "")
        return prefix + self.experiment.network.names.name_of(self.address)
