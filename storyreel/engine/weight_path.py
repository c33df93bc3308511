"""A chain: how a weight acts on the loss, number after number, where a single way leads from it there.

chain = Chain(trace, "w1")
chain.names             ("w1", "h", "y", "loss")
chain.values(0.5)       (3.5, 7.0, 5.83…, 4.01…)    the network run with w1 turned up by 0.5
chain.derivatives       (2.0, 0.83…, 2.0)           ∂h/∂w1, ∂y/∂h, ∂L/∂y; their product is ∂L/∂w1
"""

from functools import cached_property

import numpy as np

from storyreel.core.arrays import Array
from storyreel.core.errors import StoryreelError
from storyreel.engine.trace import Trace

STEPS = 24
"""The steps in which a nudge is looked at while it grows."""


class WeightPath:
    """The numbers, `names`, through which the weight or bias `parameter` acts on the loss, both included.

    A layer's pre-activation is merged into its activation. Raises StoryreelError where more than one way
    leads to the loss, as from a weight before a layer of several neurons, and for a parameter that the
    network does not have.
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
        """The place of the neuron in each layer from the parameter's own on."""
        if any(len(column) > 1 for column in after) or self._is_coupled():
            raise StoryreelError(
                f"more than one way leads from {self.parameter!r} to the loss; the chain rule is shown where"
                " there is only one, as from a weight of the last layer"
            )
        columns = zip(names.activations[self.layer :], self.neurons, strict=True)
        self.names = (self.parameter, *(column[neuron] for column, neuron in columns), "loss")

    def _is_coupled(self) -> bool:
        """Whether the parameter acts on its neuron's neighbours, too, as below a softmax."""
        slopes = [self._pulled_back(self.layer, other) for other in range(self._size(self.layer))]
        own = self.neurons[0]
        return any(slope[own] for other, slope in enumerate(slopes) if other != own)

    def _size(self, layer: int) -> int:
        return self.trace.network.layers[layer - 1].size

    def _pulled_back(self, layer: int, neuron: int) -> Array:
        """The derivatives of a neuron's activation by the pre-activations of its layer: (neurons,)."""
        forward, activation = self.trace.forward, self.trace.network.layers[layer - 1].activation
        z, a = forward.pre_activations[layer - 1], forward.activations[layer]
        pulled: Array = activation.vjp(z, a, np.eye(self._size(layer))[neuron : neuron + 1])[0]
        return pulled

    @cached_property
    def operands(self) -> tuple[tuple[str, ...], ...]:
        """The other numbers that go into each number after the parameter: (("x",), ("w2",), ("target",)).

        Of a sum of several products only what goes into the term of this chain, and the bias.
        """
        names, before, steps = self.trace.network.names, self.parameter, []
        for layer, neuron in enumerate(self.neurons, start=self.layer):
            weights, bias = names.weights[layer][neuron], names.biases[layer][neuron : neuron + 1]
            terms = list(zip(weights, names.activations[layer - 1], strict=True))
            own = next((term for term in terms if before in term), terms[0] if len(terms) == 1 else ())
            steps.append(tuple(name for name in (*own, *bias) if name != before))
            before = names.activations[layer][neuron]
        return (*steps, (names.targets[self.neurons[-1]],))

    @cached_property
    def abridged(self) -> frozenset[str]:
        """Those of `names` into which more goes than the number before and its operands."""
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
        """How far each of `names` moves when `nudge` is added to the parameter."""
        return tuple(b - a for a, b in zip(self.values(0.0), self.values(nudge), strict=True))

    def way(self, nudge: float) -> Array:
        """The moves of the numbers while the nudge grows, a column for each; the last row is at its end."""
        return np.array([self.moves(nudge * share) for share in np.linspace(0, 1, STEPS + 1)[1:].tolist()])

    def ratios(self, nudge: float) -> tuple[float, ...]:
        """How far each number after the parameter moves for each unit that the one before it moves.

        Where nothing moves, as with a nudge of 0, the derivative stands for what the ratio tends to.
        """
        moves = self.moves(nudge)
        pairs = zip(moves, moves[1:], self.derivatives, strict=False)
        return tuple(after / before if before else limit for before, after, limit in pairs)

    @cached_property
    def derivatives(self) -> tuple[float, ...]:
        """The derivative of each number after the parameter with respect to the one before it."""
        trace, network = self.trace, self.trace.network
        address, before, found = network.names[self.parameter], 0, []
        for layer, neuron in enumerate(self.neurons, start=self.layer):
            factor = float(network.layers[layer - 1].weights[neuron, before])
            if layer == self.layer:
                factor = 1.0
                if self.is_weight:
                    factor = float(trace.forward.activations[layer - 1][0, address.index[1]])
            found.append(float(self._pulled_back(layer, neuron)[neuron]) * factor)
            before = neuron
        return (*found, trace.number(f"grad.{self.names[-2]}"))
