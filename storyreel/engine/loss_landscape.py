"""The loss as a function of a few weights and biases, while all others are fixed."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from storyreel.core.arrays import Array
from storyreel.engine.network import Network
from storyreel.engine.optimizers import Optimizer
from storyreel.engine.trace import Trace

MOST_STEPS = 200
"""The most steps that `LossLandscape.downhill` takes."""
SMALL = 1e-3
"""`LossLandscape.downhill` ends when the loss, or the gain of a step, is this fraction of the first loss."""


@dataclass(frozen=True, eq=False)
class LossLandscape:
    """The loss of the example of `trace` as a function of the parameters called `names`.

    A place is an array of their values, of the shape (names,). Raises KeyError if a name is not that of a
    weight or a bias.
    """

    trace: Trace
    names: tuple[str, ...]

    def __post_init__(self) -> None:
        for name in self.names:
            if name not in self.trace.network.names.parameters:
                raise KeyError(name)

    @property
    def start(self) -> Array:
        """The place of the network's own parameters."""
        return self.trace.network.parameters[self._positions]

    @property
    def _positions(self) -> list[int]:
        return [self.trace.network.names.parameters.index(name) for name in self.names]

    def network_at(self, place: Sequence[float] | Array) -> Network:
        """The network with these parameters at `place`."""
        parameters = self.trace.network.parameters.copy()
        parameters[self._positions] = place
        return self.trace.network.with_parameters(parameters)

    def loss(self, place: Sequence[float] | Array) -> float:
        """The loss at `place`; infinite where it is not finite."""
        network = self.network_at(place)
        loss = network.loss_of(network.forward(self.trace.inputs), self.trace.targets)
        return loss if math.isfinite(loss) else math.inf

    def losses(self, places: Array) -> Array:
        """The loss at each row of `places`, (places, names); infinite where it is not finite."""
        network = self.trace.network
        parameters = np.repeat(network.parameters[np.newaxis], len(places), axis=0)
        parameters[:, self._positions] = places
        batch, start = np.repeat(self.trace.inputs, len(places), axis=0), 0
        with np.errstate(all="ignore"):
            for layer in network.layers:
                # Each place has parameters of its own, so `Network.forward` does not apply.
                end = start + layer.weights.size
                weights = parameters[:, start:end].reshape(-1, *layer.weights.shape)
                z = (weights @ batch[:, :, np.newaxis])[:, :, 0]
                if layer.bias is not None:
                    start, end = end, end + layer.size
                    z = z + parameters[:, start:end]
                batch, start = layer.activation.value(z), end
            targets = np.repeat(self.trace.targets, len(places), axis=0)
            loss = network.fusion.value(z, targets) if network.fusion else network.loss.value(batch, targets)
        return np.where(np.isfinite(loss), loss, np.inf)

    def gradient(self, place: Sequence[float] | Array) -> Array:
        """The derivatives of the loss with respect to these parameters at `place`."""
        network = self.network_at(place)
        gradients = network.backward(network.forward(self.trace.inputs), self.trace.targets)
        return gradients.parameters[self._positions]

    def turned(self, name: str, value: float) -> "LossLandscape":
        """The landscape over the same parameters after another parameter, `name`, is set to `value`."""
        network = LossLandscape(self.trace, (name,)).network_at([value])
        before = self.trace
        return replace(self, trace=Trace(network, before.inputs, before.targets, before.notation))

    def path(self, optimizer: Optimizer, steps: int, start: Sequence[float] | Array | None = None) -> Array:
        """The places after 0, 1, 2, … `steps` updates of these parameters alone: shape (steps + 1, names)."""
        places = [self.start if start is None else np.asarray(start, dtype=float)]
        memory = optimizer.start(places[0])
        for step in range(1, steps + 1):
            with np.errstate(all="ignore"):  # a path that diverges ends in infinite numbers
                place, memory = optimizer.update(places[-1], self.gradient(places[-1]), memory, step)
            places.append(place)
        return np.array(places)

    def grid(self, across: Array, up: Array) -> Array:
        """The loss on a grid of values of two parameters: shape (up, across)."""
        xs, ys = np.meshgrid(across, up)
        return self.losses(np.stack([xs.ravel(), ys.ravel()], axis=1)).reshape(xs.shape)

    def downhill(self) -> Array:
        """A place with a low loss, found by gradient descent from the start.

        The length of each step is found by backtracking (Armijo's rule), not given by a learning rate.
        """
        place, loss = self.start, self.loss(self.start)
        goal = SMALL * loss
        steepness = float(np.linalg.norm(self.gradient(place))) or 1.0
        rate = max(1.0, float(np.linalg.norm(place))) / steepness
        for _ in range(MOST_STEPS):
            gradient = self.gradient(place)
            slope = float(gradient @ gradient)
            if loss <= goal or not 0 < slope < np.inf:
                break
            while not self.loss(place - rate * gradient) <= loss - rate * slope / 3:
                rate /= 2
                if rate * slope < SMALL * goal:
                    return place
            place = place - rate * gradient
            gained, loss = loss - self.loss(place), self.loss(place)
            rate *= 2
            if gained < goal:
                break
        return place
