"""A network below the bars of a chart: its layers are rows, and each input is below its bar."""

from collections.abc import Sequence

import numpy as np
from manim import DOWN, UP, VGroup

from storyreel.core.arrays import Array
from storyreel.engine.network import Network
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, at
from storyreel.graphics.networks.edge import OUTSIDE
from storyreel.graphics.networks.images.edge_bundle import EdgeBundle
from storyreel.graphics.networks.images.gradient_key import KINDS
from storyreel.graphics.networks.neuron import Neuron
from storyreel.graphics.text.typeset import words

LARGEST_RADIUS, OF_PITCH = 0.2, 0.3
"""The largest radius of a neuron, in Manim units and in distances of neurons or of rows."""
SPREAD = 0.62
"""The share of the width over which the neurons of a layer after the inputs are spread, at most."""
WIDEST_PITCH = 1.6
"""The most units between two of these."""
ROOM_FOR_NAMES = 0.5
"""Units below the outputs for their names."""


class NetworkRows(VGroup):
    """The neurons of a network in an area, a row for each layer, with the inputs at `places`, x coordinates.

    `rows` are the neurons of each layer, `bundles` the connections of each layer of weights, and `titles` the
    `names` of the outputs below these. `show_network` gives all of them the look of a network with inputs.
    """

    def __init__(self, network: Network, places: Sequence[float], area: Area, names: Sequence[str]) -> None:
        sizes = [len(places), *(layer.size for layer in network.layers)]
        room = area.height - (ROOM_FOR_NAMES if names else 0.0)
        radius = min(LARGEST_RADIUS, OF_PITCH * room / len(sizes), OF_PITCH * area.width / max(sizes))
        heights = np.linspace(area.top - radius, area.top - room + radius, len(sizes))
        middle = (area.left + area.right) / 2
        across = [np.array(places), *(middle + _spread(size, area.width) for size in sizes[1:])]
        self.places = [
            np.column_stack([row, np.full(len(row), y), np.zeros(len(row))])
            for row, y in zip(across, heights.tolist(), strict=True)
        ]
        self.rows = [
            VGroup(*(Neuron("activation", radius).move_to(spot) for spot in spots)) for spots in self.places
        ]
        self.radius = radius
        self.bundles = [EdgeBundle(self._lines(layer)) for layer in range(1, len(sizes))]
        self.titles = VGroup(
            *(
                words(name, em=theme.SIZES.body, colour=theme.colour("activation")).next_to(
                    neuron, DOWN, buff=radius
                )
                for name, neuron in zip(names, self.rows[-1], strict=False)
            )
        )
        if len(self.titles):  # on one baseline, whatever their letters
            base = at(0, area.bottom + ROOM_FOR_NAMES / 2)[1]
            for title in self.titles:
                title.on_baseline(base - theme.SIZES.body / 3)
        super().__init__(*self.bundles, *self.rows, self.titles)

    def _lines(self, layer: int) -> Array:
        """The start and the end of each connection of a layer, at the outlines: (ends, starts, 2, 3)."""
        starts, ends = np.broadcast_arrays(self.places[layer - 1][None], self.places[layer][:, None])
        rim = (self.radius + OUTSIDE) * UP
        return np.stack([starts - rim, ends + rim], axis=2)

    def show_network(self, network: Network, inputs: Array) -> "NetworkRows":
        """Take the look of the weights of a network, the strongest the widest, and of its neurons for
        `inputs`, of shape (1, inputs): the larger an activation beside those of its layer, the brighter."""
        strongest = max(float(np.abs(layer.weights).max()) for layer in network.layers) or 1.0
        for bundle, layer in zip(self.bundles, network.layers, strict=True):
            bundle.show_numbers(layer.weights, strongest)
        for row, values in zip(self.rows, activations(network, inputs), strict=True):
            largest = float(np.abs(values).max()) or 1.0
            for neuron, value in zip(row, values.tolist(), strict=True):
                neuron.shine(abs(value) / largest)
        return self

    def gradients(self, network: Network, inputs: Array, targets: Array) -> list[EdgeBundle]:
        """Lines for the gradients of all weights on the connections, relative to the largest of all, in the
        colour of their sign."""
        found = network.backward(network.forward(inputs), targets).weights
        largest = max(float(np.abs(each).max()) for each in found)
        return [
            EdgeBundle(self._lines(layer), KINDS, is_measured=True).show_numbers(values, largest)
            for layer, values in enumerate(found, start=1)
        ]


def activations(network: Network, inputs: Array) -> list[Array]:
    """The inputs and the activations of each layer, of the first example."""
    return [values[0] for values in network.forward(inputs).activations]


def _spread(count: int, width: float) -> Array:
    """The places of so many neurons around 0, evenly spaced."""
    pitch = min(WIDEST_PITCH, SPREAD * width / max(1, count - 1))
    return np.asarray(pitch * (np.arange(count) - (count - 1) / 2), dtype=float)
