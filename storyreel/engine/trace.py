"""A trace: the forward and the backward pass of one example, every number by name with its operation.

    trace["h"].value                    6.0
    trace["h"].operation                {0} times {1}, of w1 and x
    trace["w2"].gradient                12.0
    trace["w2"].gradient_operation      {0} times {1}, of grad.y and h
    trace.number("grad.y")              2.0

The names are explained in `storyreel.engine.names`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from storyreel.core.arrays import Array, frozen
from storyreel.core.number_format import shown
from storyreel.engine.derivation import Formulas
from storyreel.engine.equations.notation import PLAIN, Notation
from storyreel.engine.graph.layered import TARGET, node_of
from storyreel.engine.names import Kind
from storyreel.engine.network import Network
from storyreel.engine.operation import GRADIENT, Operation


@dataclass(frozen=True)
class Quantity:
    """One number of a trace. `kind`, `layer` and `index` are as in `names.Address`.

    `operation` computes the value in the forward pass. `gradient` is the derivative of the loss with respect
    to this number, and `gradient_operation` computes it in the backward pass; a target has neither.
    """

    name: str
    kind: Kind
    layer: int | None
    index: tuple[int, ...]
    value: float
    gradient: float | None
    operation: Operation
    gradient_operation: Operation | None


class Trace(Mapping[str, Quantity]):
    """One run of a network on a single example, forward and backward: a mapping from names to quantities.

    `inputs` has the shape (inputs,) or (1, inputs), `targets` (outputs,) or (1, outputs). A trace is of one
    example, so that every number follows from others by its formula; the gradients of a batch are means.
    Iterating gives the names in the order of the forward pass. If a layer's activation is the identity,
    formulas use its activation in place of its pre-activation, which is equal.

    `forward`, `gradients` and `loss` have the same numbers as arrays; `text` writes a number in the
    `notation`. Notebooks show a trace as a table.
    Raises ValueError if inputs or targets do not fit the network.
    """

    def __init__(
        self, network: Network, inputs: ArrayLike, targets: ArrayLike, notation: Notation = PLAIN
    ) -> None:
        self.network = network
        self.notation = notation
        self.inputs = _one_example("inputs", inputs, len(network.input_names))
        self.targets = _one_example("targets", targets, network.layers[-1].size)
        self.forward = network.forward(self.inputs)
        self.gradients = network.backward(self.forward, self.targets)
        self.loss = network.loss_of(self.forward, self.targets)
        self._derivation = Formulas(network, self.forward, self.targets)
        self._quantities: dict[str, Quantity] = {}
        self._values = {**self.forward.values, TARGET: self.targets, "loss": np.array(self.loss)}
        self._gradients = {**self.gradients.by_node, "loss": np.array(1.0)}

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all quantities, in the order of the forward pass."""
        return tuple(self)

    def number(self, name: str) -> float:
        """The value called `name`, or the gradient called `grad.name`. Raises KeyError if there is none."""
        arrays = self._gradients if name.startswith(GRADIENT) else self._values
        address = self.network.names[name.removeprefix(GRADIENT)]
        array = arrays.get(node_of(address))
        if array is None:
            raise KeyError(name)
        has_batch = array.ndim > len(address.index)
        return float((array[0] if has_batch else array)[address.index])

    def text(self, name: str, spec: str = "") -> str:
        """The number called `name`, or the gradient called `grad.name`, as the lesson writes it.

        `spec` is as for `shown`. Raises KeyError if there is none.
        """
        prefix = GRADIENT if name.startswith(GRADIENT) else ""
        address = self.network.names[name.removeprefix(prefix)]
        return self.notation.text(prefix + self.network.names.name_of(address), self.number(name), spec)

    def __getitem__(self, name: str) -> Quantity:
        if name not in self._quantities:
            self._quantities[name] = self._quantity(name)
        return self._quantities[name]

    def _quantity(self, name: str) -> Quantity:
        address = self.network.names[name]
        is_target = address.kind == "target"
        return Quantity(
            name=self.network.names.name_of(address),
            kind=address.kind,
            layer=address.layer,
            index=address.index,
            value=self.number(name),
            gradient=None if is_target else self.number(GRADIENT + name),
            operation=self._derivation.operation(address),
            gradient_operation=None if is_target else self._derivation.gradient_operation(address),
        )

    def __iter__(self) -> Iterator[str]:
        return iter(self.network.names)

    def __len__(self) -> int:
        return len(self.network.names)

    def __repr__(self) -> str:
        return f"<Trace of {len(self)} numbers: loss {shown(self.loss)}>"

    def _repr_html_(self) -> str:
        from storyreel.engine.notebook.trace_table import trace_table

        return trace_table(self)


def _one_example(what: str, values: ArrayLike, size: int) -> Array:
    array = frozen(values, 2)
    if array.shape != (1, size):
        raise ValueError(f"one example needs {what} of the shape (1, {size}), not {array.shape}")
    return array
