"""A network whose inputs are the pixels of an image, which stand for the input neurons."""

import numpy as np
from manim import RIGHT, VMobject

from storyreel.core.arrays import Array
from storyreel.core.errors import StoryreelError
from storyreel.engine.network import Network
from storyreel.engine.trace import Trace
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, at
from storyreel.graphics.network_layout import ROOM_FOR_TARGETS, network_layout_of
from storyreel.graphics.networks.diagram import Diagram
from storyreel.graphics.networks.edge import OUTSIDE, Edge
from storyreel.graphics.networks.images.edge_bundle import EdgeBundle
from storyreel.graphics.networks.images.pixel_grid import PixelGrid
from storyreel.graphics.networks.neuron import Neuron
from storyreel.graphics.networks.neuron_columns import gap_marks
from storyreel.graphics.text.typeset import maths

LARGEST_IMAGE, IMAGE_SHARE = 4.2, 0.45
"""The largest side of the image in Manim units, and as a share of the area's width."""
FEW_LAYERS, LEAST_IMAGE = 3, 0.65
"""The layers of weights up to which an image is that large, and the share of it that it has before many."""
BELOW_IMAGE = 0.5
"""Units below the pixels for the words about them."""
AFTER_IMAGE = 0.22
"""The room between the image and the first neurons, as a share of what is left."""
FROM_IMAGE = 0.06
"""Units from the image to where its connections come out from below it."""
WIDEST_SPACING = 0.7
"""The largest distance of neurons in a layer, in Manim units."""
LEAST_SPACING = 0.28
"""The least; of layers with more neurons than have room so, some are left out."""
TO_CLASS, WIDEST_CLASS = 0.3, 0.45
"""Units from an output to its class, and what that takes."""


class ImageNetwork(Diagram):
    """The image of the inputs of `trace` at the left of `area`, its neurons, and the class of each output.

    Every pixel is an input neuron. `bundles` are the connections of each layer, `edges` those of
    weights that are drawn on top of them, by name; `places` the middles of the pixels, and of the neurons
    that are drawn, by layer. The classes are counted from 0. Of layers with more neurons than fit, `marks`
    stand for those left out."""

    def __init__(self, trace: Trace, area: Area) -> None:
        super().__init__(trace, area)
        names = trace.network.names.activations
        share = max(LEAST_IMAGE, min(1.0, FEW_LAYERS / (len(names) - 1)))
        side = min(share * LARGEST_IMAGE, share * IMAGE_SHARE * area.width, area.height - 2 * BELOW_IMAGE)
        self.image = PixelGrid(trace.inputs[0], side)
        self.image.put_at(at(area.left + side / 2, area.centre[1])).set_z_index(1)
        left = area.left + side + share * AFTER_IMAGE * (area.width - side)
        right = (
            area.right + ROOM_FOR_TARGETS - TO_CLASS - WIDEST_CLASS
        )  # there are classes in place of targets
        sizes = [len(column) for column in names[1:]]
        self.layout = network_layout_of(sizes, left, area.bottom, right, area.top, least=LEAST_SPACING)
        self.columns = tuple(
            tuple(column[neuron] for neuron in self.drawn(layer)) for layer, column in enumerate(names)
        )
        self.edges: dict[str, Edge] = {}
        self._place_neurons()
        self.places = [self.image.places, *(self._middles(column) for column in self.columns[1:])]
        self.strongest = max(float(np.abs(layer.weights).max()) for layer in trace.network.layers) or 1.0
        self.bundles = [EdgeBundle(self.lines(layer)) for layer in range(1, len(names))]
        self.show_weights(trace.network)

    def drawn(self, layer: int) -> list[int]:
        """The neurons of a layer that are drawn, from the top; no inputs, which are pixels."""
        return self.layout.drawn(layer - 1) if layer else []

    def _place_neurons(self) -> None:
        last = len(self.columns) - 1
        for layer, column in enumerate(self.columns):
            for neuron, name in zip(self.drawn(layer), column, strict=True):
                node = self.nodes[name] = Neuron("activation", self.layout.radius)
                node.move_to(at(self.layout.columns[layer - 1], self._height(layer, neuron)))
                if layer == last:
                    em = theme.SIZES.body
                    text = maths(str(neuron), plain=str(neuron), em=em, colour=theme.colour("text"))
                    text.next_to(node, RIGHT, buff=TO_CLASS)
                    self.names[name] = text.on_baseline(node.get_y() - 0.34 * em)
            if layer and (marks := gap_marks(self.layout, layer - 1)):
                self.marks[layer] = marks

    def pitch_of(self, layer: int) -> float:
        """The distance of two neurons of a layer: each takes the whole height, if its neurons are not too far
        apart."""
        height = self.layout.spacing * max(map(len, self.layout.rows))
        return float(min(height / len(self.layout.rows[layer - 1]), WIDEST_SPACING))

    def _height(self, layer: int, neuron: int) -> float:
        """The y coordinate of a neuron."""
        rows = self.layout.rows[layer - 1]
        return float(self.layout.middle + ((len(rows) - 1) / 2 - rows.index(neuron)) * self.pitch_of(layer))

    def _middles(self, column: tuple[str, ...]) -> Array:
        return np.array([self.nodes[name].get_center() for name in column])

    def lines(self, layer: int) -> Array:
        """The start and the end of each connection of a layer, of shape (ends, starts, 2, 3): at the edge of
        the image, as those of pixels come from below it, and at the outlines of neurons."""
        starts, ends = np.broadcast_arrays(self.places[layer - 1][None], self.places[layer][:, None])
        rim = (self.layout.radius + OUTSIDE) * RIGHT
        lines = np.stack([starts + (rim if layer > 1 else 0.0), ends - rim], axis=2)
        if layer == 1:
            edge = float(self.image.pixels.get_right()[0]) + FROM_IMAGE
            steps = lines[:, :, 1] - lines[:, :, 0]
            lines[:, :, 0] += steps * ((edge - lines[:, :, :1, 0]) / steps[:, :, :1])
        return np.asarray(lines)

    def show_weights(self, network: Network) -> None:
        """Give all connections the look of the weights of `network`; those that are singled out have the
        colour of weights."""
        shown = [layer.weights.copy() for layer in network.layers]
        for name, edge in self.edges.items():
            address = network.names[name]
            weights = shown[(address.layer or 1) - 1]
            _look_of(edge, float(weights[address.index]))
            weights[address.index] = 0.0
        strongest = max(self.strongest, *(float(np.abs(weights).max()) for weights in shown))
        for number, (bundle, weights) in enumerate(zip(self.bundles, shown, strict=True), start=1):
            bundle.show_numbers(self.matrix(number, weights), strongest)

    def matrix(self, layer: int, values: Array) -> Array:
        """Of numbers for all weights of a layer those for the connections that are drawn."""
        rows = values[self.drawn(layer)]
        return rows[:, self.drawn(layer - 1)] if layer > 1 else rows

    def single_out(self, weight: str) -> Edge:
        """Make a line on top of the connection of a weight, in the colour of weights and wide, whatever its
        size and its sign. Raises StoryreelError where an end is missing."""
        names = self.trace.network.names
        layer, row, column = self.place_of(weight)
        sink = self.nodes[names.activations[layer][row]]
        source = self.nodes[names.activations[layer - 1][column]] if layer > 1 else self._pixel(column)
        edge = self.edges[weight] = Edge(source, sink)
        return _look_of(edge, float(self.trace.number(weight)))

    def place_of(self, weight: str) -> tuple[int, int, int]:
        """The layer of a weight, the neuron where its connection ends, and the one where it begins. Raises
        StoryreelError where one of them is missing."""
        address = self.trace.network.names.get(weight)
        if address is None or address.kind != "weight":
            raise StoryreelError(f"{weight!r} is not a weight of this network: no connection has it")
        layer, (row, column) = address.layer or 1, address.index
        if row not in self.drawn(layer) or (layer > 1 and column not in self.drawn(layer - 1)):
            raise StoryreelError(
                f"{weight!r} is left out of this picture, in which not all neurons have room"
            )
        return layer, row, column

    def _pixel(self, number: int) -> Neuron:
        """A pixel as the end of a connection, which is not on stage itself."""
        pixel = Neuron("input", self.image.pitch / 2)
        return pixel.move_to(self.image.places[number])

    @property
    def connections(self) -> list[VMobject]:
        """The lines between pixels and neurons."""
        return [*self.bundles, *self.edges.values()]

    def forward_paths(self, name: str) -> list[VMobject]:
        """None: light runs through whole layers here."""
        return []

    def backward_paths(self, name: str) -> list[VMobject]:
        """None: light runs through whole layers here."""
        return []


def _look_of(edge: Edge, value: float) -> Edge:
    """Give a connection that is singled out the look of its weight."""
    return edge.show_weight(value, theme.SPACING.bold_stroke, light=1.0)
