"""A network of layers, and what its arrays are called in the script."""

import keyword
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from storyreel.core.arrays import Array
from storyreel.engine.experiment import TEST
from storyreel.engine.names import Address, QuantityNames
from storyreel.engine.operation import COST
from storyreel.engine.regions.recognition import ACCURACY, ANSWERS, is_recognition
from storyreel.exports.figures.figure import names_of_network
from storyreel.exports.pytorch.functions import LOSSES
from storyreel.exports.pytorch.spoken import moment_of
from storyreel.exports.pytorch.trained import Place, Trained, check_line
from storyreel.lesson.network_entries import NetworkEntry

_TAKEN = re.compile(
    r"[Wabz]\d+|x|target|data_\w+|torch|F|check|grad|gradients|forward|loss|cost|rate|run|train"
    r"|optimizer|values|steps|each|batches|velocity|losses_of|cost_of|answers_of|test_\w+|" + "|".join(LOSSES)
)
"""What the script calls its own, and the names of arrays."""


def is_fused(network: NetworkEntry) -> bool:
    """True if the loss is computed from the logits, as PyTorch's own losses are."""
    loss = LOSSES.get(network.loss)
    return loss is not None and bool(loss.activation) and loss.activation == network.layers[-1].activation


@dataclass(frozen=True)
class Layers(Trained):
    """A network, and what its arrays are called in the script."""

    network: NetworkEntry

    @cached_property
    def names(self) -> QuantityNames:
        """The lesson's names."""
        return names_of_network(self.network)

    @cached_property
    def activations(self) -> tuple[str, ...]:
        """The variables of the inputs and of the activations: `x`, `h`, `a2`."""
        found: list[str] = ["x"]
        for number, layer in enumerate(self.network.layers, start=1):
            name = layer.name or ""
            is_good = name.isidentifier() and unicodedata.is_normalized("NFKC", name)
            if not is_good or keyword.iskeyword(name) or _TAKEN.fullmatch(name) or name in found:
                name = f"a{number}"
            found.append(name)
        return tuple(found)

    @cached_property
    def weights(self) -> tuple[str, ...]:
        """The variables of the weights."""
        return tuple(f"W{number}" for number in range(1, len(self.network.layers) + 1))

    @cached_property
    def biases(self) -> tuple[str, ...]:
        """The variables of the biases that there are."""
        return tuple(
            f"b{number}"
            for number, layer in enumerate(self.network.layers, start=1)
            if layer.bias is not None
        )

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """The variables of weights and biases."""
        return (*self.weights, *self.biases)

    @cached_property
    def trained(self) -> tuple[str, ...]:
        """Those of them that training changes."""
        layers = self.network.layers
        return tuple(
            name
            for name in self.parameters
            for layer in [layers[int(name[1:]) - 1]]
            if (layer.train_weights if name.startswith("W") else layer.train_bias)
        )

    @property
    def outputs(self) -> tuple[str, ...]:
        """The variables of what `forward` returns, the inputs first."""
        names = self.activations
        return ("x", *(each for k in range(1, len(names)) for each in (f"z{k}", names[k])))

    @property
    def computed(self) -> tuple[str, ...]:
        """Those that it computes, and that of the loss."""
        return (*self.outputs[1:], "loss")

    @property
    def loss(self) -> str:
        """The expression for the loss of the one example."""
        return "losses_of(forward(x), target).mean()"

    def cost(self, rows: str = "") -> str:
        """The expression for the cost of all examples, or of some rows."""
        if rows:
            return f"cost_of(data_x[{rows}], data_target[{rows}])"
        return f"cost_of({'data_x, data_target' if self.network.data else 'x, target'})"

    def run(self, row: int | None = None) -> str:
        """The expression that runs an example."""
        if row is None:
            return "run(x, target)"
        return f"run(data_x[{row}:{row + 1}], data_target[{row}:{row + 1}])"

    def place(self, name: str) -> Place | None:
        """Where the values of `run` have a quantity."""
        address = self.names.get(name)
        if address is None:
            return None
        row = () if address.kind in ("weight", "bias") else (0,)
        index = f"[{', '.join(map(str, (*row, *address.index)))}]" if address.index else ""
        return Place(self.variable(address), index)

    def variable(self, address: Address) -> str:
        """The variable of the array that a quantity is in."""
        number = address.layer or 0
        return {
            "input": "x",
            "weight": f"W{number}",
            "bias": f"b{number}",
            "pre_activation": f"z{number}",
            "activation": self.activations[number],
            "target": "target",
            "loss": "loss",
        }[address.kind]

    @cached_property
    def arrays(self) -> dict[str, tuple[tuple[str, ...], ...]]:
        """Of each variable but the loss the names of its numbers, in rows; a bias has one row."""
        names = self.names
        found: dict[str, tuple[tuple[str, ...], ...]] = {"x": (names.activations[0],)}
        for number, layer in enumerate(self.network.layers, start=1):
            found[f"W{number}"] = names.weights[number]
            if layer.bias is not None:
                found[f"b{number}"] = (names.biases[number],)
            found[f"z{number}"] = (names.pre_activations[number],)
            found[self.activations[number]] = (names.activations[number],)
        return {**found, "target": (names.targets,)}

    @cached_property
    def recognised(self) -> tuple[str, ...]:
        """The names of the numbers that the lesson speaks of and that count answers."""
        names = (moment_of(name)[1] for name in self.network.spoken)
        return tuple(name for name in names if is_recognition(name.removeprefix(TEST)))

    def recognition(self, name: str) -> str:
        """The expression for how many answers are right, or of a class."""
        examples = "test" if name.startswith(TEST) else "data"
        found, kind = f"answers_of({examples}_x)", name.removeprefix(TEST)
        if kind.startswith(ANSWERS):
            return f"({found} == {kind[len(ANSWERS) + 1 : -1]}).sum()"
        are_right = f"({found} == {examples}_target.argmax(1))"
        return f"{are_right}.double().mean()" if kind == ACCURACY else f"{are_right}.sum()"

    def data_checks(self) -> Iterator[str]:
        """Lines that assert the outputs and the losses of the examples."""
        data = self.network.data
        if not data:
            return
        outputs = [[row[name] for name in self.names.activations[-1]] for row in data]
        yield "values = forward(data_x)"
        yield from check_line("the outputs of the data", f'values["{self.activations[-1]}"]', outputs)
        losses = [row["loss"] for row in data]
        yield from check_line("the losses of the data", "losses_of(values, data_target)", losses)

    def array(self, variable: str, numbers: Mapping[str, float]) -> Array:
        """The numbers of a variable, of the shape that it has in the script."""
        if variable in ("loss", COST):
            return np.array(numbers[variable])
        rows = np.array([[numbers[name] for name in row] for row in self.arrays[variable]])
        return rows[0] if variable in self.biases else rows
