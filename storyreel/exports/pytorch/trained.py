"""What the script has of a network that is trained, whether of layers or a graph."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from numpy.typing import ArrayLike

from storyreel.core.arrays import Array
from storyreel.exports.pytorch.literals import array_text, is_comparable, number_text
from storyreel.lesson.network_entries import TrainedEntry


class Place(NamedTuple):
    """A variable of the script, and which element of it, as text: `[0, 1]`, or "" for a single number."""

    variable: str
    element: str


class Trained(ABC):
    """A network, and what its arrays are called in the script.

    The script has for it `run(…)`, which returns all values and all gradients by their variables, and, where
    `has_cost`, `cost_of(…)`.
    """

    network: TrainedEntry

    @property
    @abstractmethod
    def parameters(self) -> tuple[str, ...]:
        """The variables of its parameters."""

    @property
    @abstractmethod
    def trained(self) -> tuple[str, ...]:
        """Those of them that training changes."""

    @property
    @abstractmethod
    def weights(self) -> tuple[str, ...]:
        """Those of them that are weights."""

    @property
    @abstractmethod
    def computed(self) -> tuple[str, ...]:
        """The variables that a forward pass computes, in order, with that of the loss."""

    @property
    def has_cost(self) -> bool:
        """True if training lowers a cost, and not just the loss of the one example."""
        return bool(self.network.cost_gradients)

    @property
    @abstractmethod
    def loss(self) -> str:
        """The expression for the loss of the one example."""

    @abstractmethod
    def cost(self, rows: str = "") -> str:
        """The expression for the cost: of all examples, or of those of which `rows` has the numbers."""

    @abstractmethod
    def run(self, row: int | None = None) -> str:
        """The expression that runs the example in focus, or that of a row of the data."""

    @abstractmethod
    def place(self, name: str) -> Place | None:
        """Where the values of `run` have the quantity with this name; None if it is no quantity."""

    @abstractmethod
    def array(self, variable: str, numbers: Mapping[str, float]) -> Array:
        """The numbers of a variable, of the shape that it has in the script."""

    @abstractmethod
    def data_checks(self) -> Iterator[str]:
        """Lines that assert what the examples of the data come to, if there are any."""

    def recognition(self, name: str) -> str | None:
        """The expression for a number of a `Recognition`, such as `test.correct`; None if there is none."""
        return None

    @property
    def no_gradients(self) -> tuple[str, ...]:
        """Lines that forget the gradients of all parameters."""
        return f"for each in [{', '.join(self.parameters)}]:", "    each.grad = None"

    @property
    def l2(self) -> str:
        """What the L2 penalty adds to the cost, as text; "" if there is none."""
        penalty = " + ".join(f"({each} ** 2).sum()" for each in self.weights)
        return f" + 0.5 * {number_text(self.network.l2)} * ({penalty})" if self.network.l2 and penalty else ""


def check_line(name: str, found: str, numbers: ArrayLike, more: str = "") -> Iterator[str]:
    """A line that asserts the numbers, if they can be compared; `more` are further arguments."""
    if is_comparable(numbers):
        yield f'check("{name}", {found}, {array_text(numbers)}{more})'
