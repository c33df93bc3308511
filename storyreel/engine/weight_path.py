"""The path from a weight to the loss: the numbers between them, if there is only one path.

path = WeightPath(trace, "w1")
path.names              ("w1", "h", "y", "loss")
path.values(0.5)        (3.5, 7.0, 5.83…, 4.01…)    a forward pass with w1 increased by 0.5
path.derivatives        (2.0, 0.83…, 2.0)           ∂h/∂w1, ∂y/∂h, ∂L/∂y; their product is ∂L/∂w1
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from storyreel.core.arrays import Array
from storyreel.core.errors import StoryreelError
from storyreel.engine.trace import Trace

STEPS = 24
"""The number of steps of `WeightPath.way`."""


class SeveralWays(StoryreelError):
    """More than one way leads from a weight or a bias to the loss."""


@dataclass(frozen=True)
class _Stop:
    """A number of the path in a layer: its neuron's weighted sum (`is_sum`), or its activation
    (`is_activation`); both, where only the activation is a number of the path."""

    name: str
    layer: int
    neuron: int
    is_sum: bool
    is_activation: bool


class WeightPath:
    """The numbers, `names`, through which the weight or bias `parameter` changes the loss, both included.

    `pre_activations`: with those of neurons whose activation function is not the identity; else without any.
    Raises SeveralWays if more than one path leads to the loss, as from a weight before a layer of several
    neurons, and StoryreelError for a parameter that the network does not have.
    """

    def __init__(self, trace: Trace, parameter: str, pre_activations: bool = False) -> None:
        self.trace, self.pre_activations = trace, pre_activations
        names = trace.network.names
        if parameter not in names or names[parameter].kind not in ("weight", "bias"):
            raise StoryreelError(f"{parameter!r} is not a weight or a bias of this network")
        address = names[parameter]
        self.is_weight = address.kind == "weight"
        self.layer = address.layer or 0
        self.parameter = names.name_of(address)
        after = names.activations[self.layer + 1 :]
        self.neurons = (address.index[0], *(0 for _ in after))
        """The index of the path's neuron in each layer, from the parameter's layer on."""
        if any(len(column) > 1 for column in after) or self._is_coupled():
            raise SeveralWays(
                f"more than one way leads from {self.parameter!r} to the loss; this is shown where there is"
                " only one, as from a weight of the last layer"
            )
        self._stops = tuple(self._stops_between())
        self.names = (self.parameter, *(stop.name for stop in self._stops), "loss")

    def _stops_between(self) -> Iterator[_Stop]:
        """The numbers between the parameter and the loss."""
        names, layers = self.trace.network.names, self.trace.network.layers
        for layer, neuron in enumerate(self.neurons, start=self.layer):
            is_split = self.pre_activations and layers[layer - 1].activation.name != "identity"
            if is_split:
                yield _Stop(names.pre_activations[layer][neuron], layer, neuron, True, False)
            yield _Stop(names.activations[layer][neuron], layer, neuron, not is_split, True)

    def _is_coupled(self) -> bool:
        """True if the parameter also changes other neurons of its layer, as in a softmax layer."""
        slopes = [self._slopes(self.layer, other) for other in range(self._size(self.layer))]
        own = self.neurons[0]
        return any(slope[own] for other, slope in enumerate(slopes) if other != own)

    def _size(self, layer: int) -> int:
        return self.trace.network.layers[layer - 1].size

    def _slopes(self, layer: int, neuron: int) -> Array:
        """The derivatives of a neuron's activation by the pre-activations of its layer: (neurons,)."""
        forward, activation = self.trace.forward, self.trace.network.layers[layer - 1].activation
        z, a = forward.pre_activations[layer - 1], forward.activations[layer]
        slopes: Array = activation.vjp(z, a, np.eye(self._size(layer))[neuron : neuron + 1])[0]
        return slopes

    @cached_property
    def operands(self) -> tuple[tuple[str, ...], ...]:
        """The other operands of each number after the parameter: (("x",), ("w2",), ("target",)).

        Of a weighted sum, only the operands in the term of this path, and the bias.
        """
        names, before, operands = self.trace.network.names, self.parameter, []
        for stop in self._stops:
            weights = names.weights[stop.layer][stop.neuron]
            bias = names.biases[stop.layer][stop.neuron : stop.neuron + 1]
            terms = list(zip(weights, names.activations[stop.layer - 1], strict=True))
            own = next((term for term in terms if before in term), terms[0] if len(terms) == 1 else ())
            others = tuple(name for name in (*own, *bias) if name != before)
            operands.append(others if stop.is_sum else ())
            before = stop.name
        return (*operands, (names.targets[self.neurons[-1]],))

    @cached_property
    def abridged(self) -> frozenset[str]:
        """Those of `names` that have more operands than the number before and `operands`."""
        columns = self.trace.network.names.activations
        return frozenset(
            stop.name for stop in self._stops if stop.is_sum and len(columns[stop.layer - 1]) > 1
        )

    def is_activation_of(self, name: str) -> bool:
        """True for a number that is the activation of the weighted sum before it on the path."""
        return any(stop.name == name and not stop.is_sum for stop in self._stops)

    def values(self, nudge: float) -> tuple[float, ...]:
        """The value of each of `names` in a forward pass with `nudge` added to the parameter."""
        network = self.trace.network.nudged(self.parameter, nudge)
        forward = network.forward(self.trace.inputs)
        moved = self.trace.number(self.parameter) + nudge
        between = (
            forward.activations[stop.layer] if stop.is_activation else forward.pre_activations[stop.layer - 1]
            for stop in self._stops
        )
        numbers = (float(layer[0, stop.neuron]) for layer, stop in zip(between, self._stops, strict=True))
        return (moved, *numbers, network.loss_of(forward, self.trace.targets))

    def moves(self, nudge: float) -> tuple[float, ...]:
        """The change of each of `names` when `nudge` is added to the parameter."""
        return tuple(b - a for a, b in zip(self.values(0.0), self.values(nudge), strict=True))

    def way(self, nudge: float) -> Array:
        """The changes of the numbers (columns) while the nudge grows from 0 to `nudge` in `STEPS` rows."""
        return np.array([self.moves(nudge * share) for share in np.linspace(0, 1, STEPS + 1)[1:].tolist()])

    def ratios(self, nudge: float) -> tuple[float, ...]:
        """The change of each number after the parameter divided by the change of the number before it.

        Where nothing changes, as with a nudge of 0, the derivative, which is the limit of the ratio.
        """
        moves = self.moves(nudge)
        pairs = zip(moves, moves[1:], self.derivatives, strict=False)
        return tuple(after / before if before else limit for before, after, limit in pairs)

    @cached_property
    def derivative_names(self) -> tuple[str, ...]:
        """The names of `derivatives`: that of the number which one is equal to (`x`, `w2`, `grad.y`), or of
        its own (`∂h/∂w1`)."""
        names, network = self.trace.network.names, self.trace.network
        found = []
        for place, stop in enumerate(self._stops):
            own = f"∂{stop.name}/∂{self.names[place]}"
            is_linear = not stop.is_activation or network.layers[stop.layer - 1].activation.name == "identity"
            if stop.is_sum and is_linear:
                if stop.layer > self.layer:
                    own = names.weights[stop.layer][stop.neuron][self._source_of(stop)]
                elif self.is_weight:
                    own = names.activations[stop.layer - 1][names[self.parameter].index[1]]
            found.append(own)
        return (*found, f"grad.{self.names[-2]}")

    @cached_property
    def derivative_kinds(self) -> tuple[str, ...]:
        """The kinds of `derivatives`: that of the input or weight which one is equal to; else "gradient"."""
        names = self.trace.network.names
        return tuple(names[name].kind if name in names else "gradient" for name in self.derivative_names)

    def _source_of(self, stop: _Stop) -> int:
        """The neuron of the path in the layer before that of a stop after the parameter's layer."""
        return self.neurons[stop.layer - 1 - self.layer]

    @cached_property
    def derivatives(self) -> tuple[float, ...]:
        """The derivative of each number after the parameter with respect to the one before it."""
        derivatives = []
        for stop in self._stops:
            slope = float(self._slopes(stop.layer, stop.neuron)[stop.neuron]) if stop.is_activation else 1.0
            derivatives.append(slope * (self._factor(stop) if stop.is_sum else 1.0))
        return (*derivatives, self.trace.number(f"grad.{self.names[-2]}"))

    def _factor(self, stop: _Stop) -> float:
        """The derivative of a weighted sum with respect to the number of the path before it."""
        trace = self.trace
        if stop.layer > self.layer:
            return float(trace.network.layers[stop.layer - 1].weights[stop.neuron, self._source_of(stop)])
        index = trace.network.names[self.parameter].index
        return float(trace.forward.activations[stop.layer - 1][0, index[1]]) if self.is_weight else 1.0
