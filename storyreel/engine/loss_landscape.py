"""What training lowers, the cost or the loss, as a function of a few weights and biases, all others fixed."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from storyreel.core.arrays import Array
from storyreel.engine.equations.notation import PLAIN, Notation
from storyreel.engine.experiment import Experiment
from storyreel.engine.names import Kind
from storyreel.engine.network import Network
from storyreel.engine.optimizers import Optimizer
from storyreel.engine.training import Batches

MOST_STEPS = 200
"""The most steps that `LossLandscape.downhill` takes."""
SMALL = 1e-3
"""`LossLandscape.downhill` ends when the loss, or the gain of a step, is this fraction of the first loss."""
BISECTIONS = 60
"""By how often an interval is halved, `LossLandscape.lowest_near` finds a minimum."""
MOST_AT_ONCE = 2_000_000
"""Activations of a layer that are computed at once, for all places and examples."""


@dataclass(frozen=True, eq=False)
class LossLandscape:
    """The cost of a network on some examples as a function of the parameters called `names`.

    `objective` is its name: "cost", or "loss" for the loss of a single example without data; `inputs` and
    `targets` have a row for each example; its numbers are written in `notation`. A place is an array of the
    parameters' values, of the shape (names,). Raises KeyError if a name is not that of a weight or a bias.
    """

    network: Network
    inputs: Array
    targets: Array
    objective: str
    names: tuple[str, ...]
    notation: Notation = PLAIN
    called: tuple[str, ...] = ()
    """What pictures call the parameters; () if by their names."""

    @classmethod
    def of(cls, experiment: Experiment, names: tuple[str, ...]) -> "LossLandscape":
        """The landscape of what training lowers: the cost where there is data, else the loss."""
        return cls(experiment.network, *experiment.examples, experiment.objective, names, experiment.notation)

    def __post_init__(self) -> None:
        _ = self._positions

    @property
    def names_seen(self) -> tuple[str, ...]:
        """What the parameters are called in pictures."""
        return self.called or self.names

    @property
    def start(self) -> Array:
        """The place of the network's own parameters."""
        return self.network.parameters[self._positions]

    @property
    def _positions(self) -> list[int]:
        return [self.network.position(name) for name in self.names]

    def value(self, name: str) -> float:
        """The network's own value of any weight or bias."""
        return float(self.network.parameters[self.network.position(name)])

    def kind(self, name: str) -> Kind:
        """Whether a parameter is a weight or a bias."""
        return self.network.names[name].kind

    def network_at(self, place: Sequence[float] | Array) -> Network:
        """The network with these parameters at `place`."""
        parameters = self.network.parameters.copy()
        parameters[self._positions] = place
        return self.network.with_parameters(parameters)

    def loss(self, place: Sequence[float] | Array) -> float:
        """The cost at `place`; infinite where it is not finite."""
        network = self.network_at(place)
        loss = network.cost_of(self.inputs, self.targets)
        return loss if math.isfinite(loss) else math.inf

    def losses(self, places: Array) -> Array:
        """The cost at each row of `places`, (places, names); infinite where it is not finite."""
        widest = max(len(self.network.input_names), *(layer.size for layer in self.network.layers))
        count = max(1, MOST_AT_ONCE // (widest * len(self.inputs)))
        parts = [self._losses(places[first : first + count]) for first in range(0, len(places), count)]
        return np.concatenate(parts) if parts else np.empty(0)

    def _losses(self, places: Array) -> Array:
        parameters = np.repeat(self.network.parameters[np.newaxis], len(places), axis=0)
        parameters[:, self._positions] = places
        loss = self.network.costs(parameters, self.inputs, self.targets)
        return np.where(np.isfinite(loss), loss, np.inf)

    def gradient(self, place: Sequence[float] | Array) -> Array:
        """The derivatives of the cost with respect to these parameters at `place`."""
        gradient = self.network_at(place).cost_gradient(self.inputs, self.targets)
        return gradient[self._positions]

    def lowest_near(self, value: float, distance: float) -> float:
        """The minimum over the only parameter within a distance of a value, to 10 digits.

        It is the value itself where the slope does not change its sign there.
        """
        low, high = value - distance, value + distance
        if not self.gradient([low])[0] < 0 < self.gradient([high])[0]:
            return value
        for _ in range(BISECTIONS):
            middle = (low + high) / 2
            low, high = (middle, high) if self.gradient([middle])[0] < 0 else (low, middle)
        return float(f"{high:.10g}")

    def turned(self, name: str, value: float) -> "LossLandscape":
        """The landscape over the same parameters after another parameter, `name`, is set to `value`."""
        return replace(self, network=replace(self, names=(name,)).network_at([value]))

    def path(
        self,
        optimizer: Optimizer,
        steps: int,
        start: Sequence[float] | Array | None = None,
        batches: Batches | None = None,
    ) -> Array:
        """The places after 0, 1, 2, … `steps` updates of these parameters alone: shape (steps + 1, names).

        A parameter that is not trained keeps its value. Each step uses all examples, or those of the next of
        the `batches`.
        """
        places = [self.start if start is None else np.array(start, dtype=float)]
        trained = self.network.is_trained[self._positions]
        is_weight = self.network.is_weight[self._positions][trained]
        memory = optimizer.start(places[0][trained])
        for step in range(1, steps + 1):
            of_step = self if batches is None else self._of_examples(next(batches))
            place, gradient = places[-1].copy(), of_step.gradient(places[-1])[trained]
            with np.errstate(all="ignore"):  # a path that diverges ends in infinite numbers
                place[trained], memory = optimizer.take_step(
                    place[trained], is_weight, gradient, memory, step
                )
            places.append(place)
        return np.array(places)

    def _of_examples(self, rows: NDArray[np.int64]) -> "LossLandscape":
        """The landscape of the cost on some of the examples."""
        return replace(self, inputs=self.inputs[rows], targets=self.targets[rows])

    def grid(self, across: Array, up: Array) -> Array:
        """The cost on a grid of values of two parameters: shape (up, across)."""
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
        for _ in range(MOST_STEPS if math.isfinite(rate) else 0):
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
