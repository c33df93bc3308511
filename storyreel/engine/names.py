"""The names of a network's quantities in storyboards, and the quantity that each stands for.

    x   x[0]   grade            inputs, by the names that the network gives them
    w1      W1[2,0]             weights: of neuron 2 of layer 1, from its input 0
    b1      b1[2]               biases
    z1      z1[2]               pre-activations
    h       h[2]                activations, by the layer's name; `a1[2]` is always an alias
    target  target[1]           targets
    loss                        the loss

Layers count from 1, neurons from 0. A layer of one neuron needs no index. `w1` is the weight of a layer of
one neuron with one input; any other layer has `W1[row,column]`.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Literal

Kind = Literal["input", "weight", "bias", "pre_activation", "activation", "target", "loss"]

RESERVED = (
    "learning_rate",
    "grad",
    "cost",
    "data",
    "next",
    "run",
    "count",
    "test",
    "accuracy",
    "correct",
    "answers",
    "linear_fit",
)  # what look-ups use besides the names of quantities


@dataclass(frozen=True)
class Address:
    """A quantity: its kind, its layer (0: the inputs; None: target and loss), its index.

    The index is (neuron, input) for a weight, (neuron,) for all else, and () for the loss.
    """

    kind: Kind
    layer: int | None
    index: tuple[int, ...]


@dataclass(frozen=True)
class LayerShape:
    """What the names of a layer's quantities depend on."""

    name: str | None
    size: int
    inputs: int
    has_bias: bool


def numbered(name: str, size: int) -> tuple[str, ...]:
    """The names of `size` quantities that are called `name` together: `h`, or `h[0]`, `h[1]`, …."""
    return (name,) if size == 1 else tuple(f"{name}[{k}]" for k in range(size))


class QuantityNames(Mapping[str, Address]):
    """The address of every name, in the order of the forward pass, and the names by layer and index.

    `activations[layer][k]` (layer 0: the inputs), `pre_activations[layer][k]`, `weights[layer][k][j]` and
    `biases[layer][k]` (empty for a layer without bias) count layers from 1; `targets[k]`. `parameters` are,
    for each layer, its weights, row by row, and then its biases. Raises ValueError if two quantities would
    have the same name.
    """

    def __init__(self, inputs: Sequence[str], layers: Sequence[LayerShape]) -> None:
        self._addresses: dict[str, Address] = {}
        self._names: dict[Address, str] = {}
        self._aliases: dict[str, Address] = {}
        activations: list[tuple[str, ...]] = [tuple(inputs)]
        pre_activations: list[tuple[str, ...]] = [()]
        weights: list[tuple[tuple[str, ...], ...]] = [()]
        biases: list[tuple[str, ...]] = [()]
        self._add(inputs, "input", 0)
        for number, layer in enumerate(layers, start=1):
            single = (layer.size, layer.inputs) == (1, 1)
            rows = [
                (f"w{number}",) if single else tuple(f"W{number}[{k},{j}]" for j in range(layer.inputs))
                for k in range(layer.size)
            ]
            weights.append(tuple(rows))
            biases.append(numbered(f"b{number}", layer.size) if layer.has_bias else ())
            pre_activations.append(numbered(f"z{number}", layer.size))
            activations.append(numbered(layer.name or f"a{number}", layer.size))
            for k, row in enumerate(rows):
                for j, name in enumerate(row):
                    self._name(name, Address("weight", number, (k, j)))
            self._add(biases[-1], "bias", number)
            self._add(pre_activations[-1], "pre_activation", number)
            self._add(activations[-1], "activation", number)
        self.activations = tuple(activations)
        self.pre_activations = tuple(pre_activations)
        self.weights = tuple(weights)
        self.biases = tuple(biases)
        self.targets = numbered("target", layers[-1].size)
        self.parameters = tuple(
            name for name, address in self._addresses.items() if address.kind in ("weight", "bias")
        )
        self._add(self.targets, "target", None)
        self._name("loss", Address("loss", None, ()))
        for number, layer in enumerate(layers, start=1):
            for k, name in enumerate(numbered(f"a{number}", layer.size)):
                address = Address("activation", number, (k,))
                if self._addresses.get(name, address) != address:
                    raise ValueError(f"`{name}` would name two quantities")
                self._aliases[name] = address

    def _add(self, names: Sequence[str], kind: Kind, layer: int | None) -> None:
        for k, name in enumerate(names):
            self._name(name, Address(kind, layer, (k,)))

    def _name(self, name: str, address: Address) -> None:
        if name in self._addresses or name in RESERVED:
            raise ValueError(f"`{name}` would name two quantities")
        self._addresses[name] = address
        self._names[address] = name

    @cached_property
    def counts(self) -> dict[str, int]:
        """The number of quantities that have the same name but for the index: 12 for `W1`."""
        return dict(Counter(name.partition("[")[0] for name in self))

    def name_of(self, address: Address) -> str:
        """The name of a quantity, never its alias: `h`, not `a1`."""
        return self._names[address]

    def __getitem__(self, name: str) -> Address:
        return self._addresses[name] if name in self._addresses else self._aliases[name]

    def __iter__(self) -> Iterator[str]:
        """The names without the aliases (`a1[2]` if the layer has a name), which can only be looked up."""
        return iter(self._addresses)

    def __len__(self) -> int:
        return len(self._addresses)


@cache
def names_of(inputs: tuple[str, ...], layers: tuple[LayerShape, ...]) -> QuantityNames:
    """The names of the quantities of a network with these inputs and layers, cached."""
    return QuantityNames(inputs, layers)
