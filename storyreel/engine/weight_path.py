"""The path from a weight to the loss: the numbers between them, if there is only one path.

path = WeightPath(trace, "w1")
path.names              ("w1", "h", "y", "loss")
path.values(0.5)        (3.5, 7.0, 5.83…, 4.01…)    a forward pass with w1 increased by 0.5
path.derivatives        (2.0, 0.83…, 2.0)           ∂h/∂w1, ∂y/∂h, ∂L/∂y; their product is ∂L/∂w1
"""

from functools import cached_property

import numpy as np

from storyreel.core.arrays import Array
from storyreel.core.errors import StoryreelError
from storyreel.engine.trace import Trace

STEPS = 24
"""The number of steps of `WeightPath.way`."""


class WeightPath:
    """The numbers, `names`, through which the weight or bias `parameter` changes the loss, both included.

    Pre-activations are left out. Raises StoryreelError if more than one path leads to the loss, as from a
    weight before a layer of several neurons, and for a parameter that the network does not have.
    """

    def __init__(self, trace: Trace, parameter: str) -> None:
        self.trace = trace
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
            raise StoryreelError(
                f"more than one way leads from {self.parameter!r} to the loss; the chain rule is shown where"
                " there is only one, as from a weight of the last layer"
            )
        columns = zip(names.activations[self.layer :], self.neurons, strict=True)
        self.names = (self.parameter, *(column[neuron] for column, neuron in columns), "loss")

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
        for layer, neuron in enumerate(self.neurons, start=self.layer):
            weights, bias = names.weights[layer][neuron], names.biases[layer][neuron : neuron + 1]
            terms = list(zip(weights, names.activations[layer - 1], strict=True))
            own = next((term for term in terms if before in term), terms[0] if len(terms) == 1 else ())
            operands.append(tuple(name for name in (*own, *bias) if name != before))
            before = names.activations[layer][neuron]
        return (*operands, (names.targets[self.neurons[-1]],))

    @cached_property
    def abridged(self) -> frozenset[str]:
        """Those of `names` that have more operands than the number before and `operands`."""
        columns = self.trace.network.names.activations[self.layer - 1 :]
        return frozenset(
            name for name, column in zip(self.names[1:], columns, strict=True) if len(column) > 1
        )

    def values(self, nudge: float) -> tuple[float, ...]:
        """The value of each of `names` in a forward pass with `nudge` added to the parameter."""
        network = self.trace.network.nudged(self.parameter, nudge)
        forward = network.forward(self.trace.inputs)
        columns = zip(forward.activations[self.layer :], self.neurons, strict=True)
        moved = self.trace.number(self.parameter) + nudge
        activations = (float(column[0, neuron]) for column, neuron in columns)
        return (moved, *activations, network.loss_of(forward, self.trace.targets))

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
        found, before = [], 0
        for layer, neuron in enumerate(self.neurons, start=self.layer):
            place = layer - self.layer
            own = f"∂{self.names[place + 1]}/∂{self.names[place]}"
            if network.layers[layer - 1].activation.name == "identity":
                if layer > self.layer:
                    own = names.weights[layer][neuron][before]
                elif self.is_weight:
                    own = names.activations[layer - 1][names[self.parameter].index[1]]
            found.append(own)
            before = neuron
        return (*found, f"grad.{self.names[-2]}")

    @cached_property
    def derivatives(self) -> tuple[float, ...]:
        """The derivative of each number after the parameter with respect to the one before it."""
        trace, network = self.trace, self.trace.network
        address, before, derivatives = network.names[self.parameter], 0, []
        for layer, neuron in enumerate(self.neurons, start=self.layer):
            factor = float(network.layers[layer - 1].weights[neuron, before])
            if layer == self.layer:
                factor = 1.0
                if self.is_weight:
                    factor = float(trace.forward.activations[layer - 1][0, address.index[1]])
            derivatives.append(float(self._slopes(layer, neuron)[neuron]) * factor)
            before = neuron
        return (*derivatives, trace.number(f"grad.{self.names[-2]}"))
