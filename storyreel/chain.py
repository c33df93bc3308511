"""A chain: how a weight acts on the loss of a network with one neuron a layer, number after number.

chain = Chain(trace, "w1")
chain.names             ("w1", "h", "y", "loss")
chain.values(0.5)       (3.5, 7.0, 5.83…, 4.01…)    the network run with w1 turned up by 0.5
chain.derivatives       (2.0, 0.83…, 2.0)           ∂h/∂w1, ∂y/∂h, ∂L/∂y; their product is ∂L/∂w1
"""

from functools import cached_property

import numpy as np

from storyreel.errors import StoryreelError
from storyreel.trace import Trace


class Chain:
    """The numbers, `names`, through which the weight or bias `parameter` acts on the loss, both included.

    A layer's pre-activation is merged into its activation. Raises StoryreelError for a network with more
    than one neuron in a layer, and for a parameter that it does not have.
    """

    def __init__(self, trace: Trace, parameter: str) -> None:
        self.trace = trace
        names = trace.network.names
        if any(len(column) > 1 for column in names.activations):
            raise StoryreelError("the chain rule is shown on networks with one input and one neuron a layer")
        if parameter not in names or names[parameter].kind not in ("weight", "bias"):
            raise StoryreelError(f"{parameter!r} is not a weight or a bias of this network")
        address = names[parameter]
        self.is_weight = address.kind == "weight"
        self.layer = address.layer or 0
        self.parameter = names.name_of(address)
        activations = (column[0] for column in names.activations[self.layer :])
        self.names = (self.parameter, *activations, "loss")

    @cached_property
    def operands(self) -> tuple[tuple[str, ...], ...]:
        """The other numbers that go into each number after the parameter: (("x",), ("w2",), ("target",))."""
        names = self.trace.network.names
        steps = []
        for layer in range(self.layer, len(names.weights)):
            (source,), weight = names.activations[layer - 1], names.weights[layer][0][0]
            going_in = (weight, source, *names.biases[layer])
            before = self.parameter if layer == self.layer else source
            steps.append(tuple(name for name in going_in if name != before))
        return (*steps, names.targets)

    def values(self, nudge: float) -> tuple[float, ...]:
        """The value of each of `names` in a forward pass with `nudge` added to the parameter."""
        network = self.trace.network.nudged(self.parameter, nudge)
        forward = network.forward(self.trace.inputs)
        activations = (float(values[0, 0]) for values in forward.activations[self.layer :])
        moved = self.trace.number(self.parameter) + nudge
        return (moved, *activations, network.loss_of(forward, self.trace.targets))

    def moves(self, nudge: float) -> tuple[float, ...]:
        """How far each of `names` moves when `nudge` is added to the parameter."""
        return tuple(b - a for a, b in zip(self.values(0.0), self.values(nudge), strict=True))

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
        found = []
        for layer in range(self.layer, len(network.layers) + 1):
            one = network.layers[layer - 1]
            z, a = trace.forward.pre_activations[layer - 1], trace.forward.activations[layer]
            slope = float(one.activation.pull_back(z, a, np.ones_like(a))[0, 0])
            factor = float(one.weights[0, 0])
            if layer == self.layer:
                factor = float(trace.forward.activations[layer - 1][0, 0]) if self.is_weight else 1.0
            found.append(slope * factor)
        return (*found, trace.number(f"grad.{self.names[-2]}"))
