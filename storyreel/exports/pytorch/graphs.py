"""A graph of operations, and what its arrays are called in the script."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from storyreel.core.arrays import Array
from storyreel.engine.graph.drawn import given_kind
from storyreel.engine.graph.graph import Graph
from storyreel.engine.graph.serialization import graph_of_operations
from storyreel.engine.operation import GRADIENT
from storyreel.exports.pytorch.cells import Cell
from storyreel.exports.pytorch.formula import formulas, python_names
from storyreel.exports.pytorch.functions import LOSSES, NotInPyTorch
from storyreel.exports.pytorch.literals import array_of, array_text
from storyreel.exports.pytorch.trained import Place, Trained, check_line
from storyreel.exports.pytorch.training import training_cells
from storyreel.lesson.network_entries import GraphEntry

_ELEMENT = re.compile(r"(.+?)(?:\[([\d,]+)\])?")


def graph_of(entry: GraphEntry) -> Graph:
    """The graph of an entry. NotInPyTorch if it has an operation of a package that is not installed here."""
    try:
        return graph_of_operations({"nodes": entry.nodes, "output": entry.output})
    except KeyError as unknown:
        raise NotInPyTorch(unknown.args[0]) from None


def losses_of(graph: Graph) -> set[str]:
    """The names of the losses that the formulas use."""
    return {node.primitive.name for node in graph.nodes if node.primitive} & set(LOSSES)


@dataclass(frozen=True)
class WrittenGraph(Trained):
    """A graph, and what its arrays are called in the script."""

    network: GraphEntry

    @cached_property
    def graph(self) -> Graph:
        """The graph."""
        return graph_of(self.network)

    @cached_property
    def names(self) -> dict[str, str]:
        """The variables by the lesson's names of nodes."""
        return python_names(self.graph)

    @cached_property
    def given(self) -> dict[str, Array]:
        """The arrays that it is given, by the lesson's names."""
        return {name: array_of(entry) for name, entry in self.network.given.items()}

    @cached_property
    def inputs(self) -> tuple[str, ...]:
        """The variables of what is given and is no parameter."""
        return tuple(self.names[name] for name in self.given if name not in self.network.parameters)

    @property
    def parameters(self) -> tuple[str, ...]:
        """The variables of its parameters."""
        return tuple(self.names[name] for name in self.network.parameters)

    @property
    def trained(self) -> tuple[str, ...]:
        """All of them."""
        return self.parameters

    @property
    def weights(self) -> tuple[str, ...]:
        """Those of them that are no biases."""
        return tuple(self.names[name] for name in self.network.parameters if given_kind(name) != "bias")

    @property
    def computed(self) -> tuple[str, ...]:
        """The variables of its formulas."""
        return tuple(name for each, name in self.names.items() if each not in self.given)

    @property
    def output(self) -> str:
        """The variable of the last formula."""
        return self.names[self.network.output]

    @property
    def loss(self) -> str:
        """The expression for the loss of the one example."""
        return f'forward({self.arguments()})["{self.output}"]'

    def arguments(self, row: str = "") -> str:
        """The arguments of `forward` and `run` for an example, or for a row of the data."""
        in_data = {self.names[name] for name in self.network.data} if row else set()
        return ", ".join(f"data_{name}[{row}]" if name in in_data else name for name in self.inputs)

    def cost(self, rows: str = "") -> str:
        """The expression for the cost of all examples, or of some rows."""
        return f"cost_of({rows})"

    def run(self, row: int | None = None) -> str:
        """The expression that runs an example."""
        return f"run({self.arguments('' if row is None else str(row))})"

    def place(self, name: str) -> Place | None:
        """Where the values of `run` have a quantity."""
        found = _ELEMENT.fullmatch(name)
        if found is None or found[1] not in self.names:
            return None
        return Place(self.names[found[1]], f"[{found[2].replace(',', ', ')}]" if found[2] else "")

    def array(self, variable: str, numbers: Mapping[str, float]) -> Array:
        """The numbers of a variable, of the shape that it has in the script."""
        node = next(node for node, name in self.names.items() if name == variable)
        if node in numbers:
            return np.array(numbers[node])
        indices = {
            tuple(map(int, key[len(node) + 1 : -1].split(","))): value
            for key, value in numbers.items()
            if key.startswith(f"{node}[")
        }
        array = np.zeros([1 + max(places) for places in zip(*indices, strict=True)])
        for index, value in indices.items():
            array[index] = value
        return array

    def data_checks(self) -> Iterator[str]:
        """Lines that assert the losses of the examples."""
        if self.network.data:
            yield from check_line("the losses of the data", "losses_of()", self.network.losses)


def graph_cells(name: str, entry: GraphEntry) -> Iterator[Cell]:
    """The graph called `name`: forward, backward, the cost, training, and all of its numbers.

    NotInPyTorch if PyTorch is not known to have an operation or the optimizer.
    """
    written = WrittenGraph(entry)
    told = f" Training changes {', '.join(written.parameters)}." if written.parameters else ""
    yield Cell(f"## `{name}`\n\nA graph of operations.{told}", is_text=True)
    yield Cell("\n".join(_tensors(written)))
    yield Cell("\n".join(_functions(written)))
    yield Cell("\n".join(_checks(written)))
    if written.parameters:
        yield from training_cells(written)


def _tensors(written: WrittenGraph) -> Iterator[str]:
    for each, array in written.given.items():
        more = ", requires_grad=True" if each in written.network.parameters else ""
        yield f"{written.names[each]} = torch.tensor({array_text(array)}{more})"
    for each, entry in written.network.data.items():
        yield f"data_{written.names[each]} = torch.tensor({array_text(array_of(entry))})"


def _functions(written: WrittenGraph) -> Iterator[str]:
    arguments, texts = written.arguments(), formulas(written.graph, written.graph.forward(written.given))
    yield f"def forward({arguments}):"
    yield '    """The values of all formulas."""'
    yield from (f"    {written.names[each]} = {text}" for each, text in texts.items())
    yield f"    return {_as_dict(written.computed)}"
    yield from ("", "", f"def run({arguments}):")
    yield '    """Forward and backward for one example: all values, and the gradients of the last formula."""'
    if written.parameters:
        yield from (f"    {line}" for line in written.no_gradients)
    yield f"    given = [each.detach().requires_grad_() for each in [{arguments}]]"
    yield "    values = forward(*given)"
    yield "    for each in values.values():"
    yield "        each.retain_grad()"
    yield f'    values["{written.output}"].backward()'
    yield f"    values |= dict(zip([{', '.join(map(_quoted, written.inputs))}], given))"
    if written.parameters:
        yield f"    values |= {_as_dict(written.parameters)}"
    yield "    return values, {name: grad(each) for name, each in values.items()}"
    if written.has_cost:
        yield from ("", "", *_cost(written))


def _cost(written: WrittenGraph) -> Iterator[str]:
    kind, l2 = written.network.reduction, f"{', and the L2 penalty' if written.l2 else ''}"
    if not written.network.data:
        yield "def cost_of():"
        yield '    """The loss and the L2 penalty."""'
        yield f"    return {written.loss}{written.l2}"
        return
    count = len(written.network.losses)
    yield f"def losses_of(rows=range({count})):"
    yield '    """The losses of examples of the data."""'
    yield f'    return torch.stack([forward({written.arguments("row")})["{written.output}"] for row in rows])'
    yield from ("", "", f"def cost_of(rows=range({count})):")
    yield f'    """The {kind} of the losses{l2}."""'
    yield f"    return losses_of(rows).{kind}(){written.l2}"


def _checks(written: WrittenGraph) -> Iterator[str]:
    yield f"values, gradients = {written.run()}"
    for prefix, found, numbers in (
        ("", "values", written.network.values),
        (GRADIENT, "gradients", written.network.gradients),
    ):
        for name, variable in written.names.items():
            array = written.array(variable, numbers)
            yield from check_line(f"{prefix}{name}", f'{found}["{variable}"]', array)


def _quoted(name: str) -> str:
    return f'"{name}"'


def _as_dict(variables: tuple[str, ...]) -> str:
    return f"{{{', '.join(f'{_quoted(each)}: {each}' for each in variables)}}}"
