"""A network that says what is in an image: the network, a bar for each class, and a knob for a weight."""

from dataclasses import replace

import numpy as np
from manim import VGroup, VMobject

from storyreel.core.arrays import Array
from storyreel.core.errors import StoryreelError
from storyreel.engine.experiment import Experiment
from storyreel.graphics.layout import Area, Frame, at
from storyreel.graphics.networks.images.answer_bars import ROOM_FOR_MARK, AnswerBars
from storyreel.graphics.networks.images.backward_wave import LayerFans, NeuronArrows, arrows_of
from storyreel.graphics.networks.images.connection_count import ConnectionCount
from storyreel.graphics.networks.images.edge_bundle import EdgeBundle
from storyreel.graphics.networks.images.gradient_key import KINDS
from storyreel.graphics.networks.images.image_network import ImageNetwork
from storyreel.graphics.networks.images.pixel_grid import PixelGrid
from storyreel.graphics.networks.images.weight_knob import WeightKnob
from storyreel.graphics.parts.step_count import StepCount

ROOM_FOR_BARS, BARS_SHARE = 3.7, 0.33
"""The width of the bars in Manim units, and at most as a share of the area."""
FEW_LAYERS, LEAST_BARS = 3, 0.62
"""The layers of weights up to which bars are that wide, and the share of it that they have beside many."""
HIGHEST, ROOM_FOR_WORDS, FROM_WORDS = 8.4, 1.0, 0.25
"""The largest height of the network, that of the words above it with what is free below them, and this, in
Manim units."""
ROW, ROW_OF_KNOB = 0.75, 1.2
"""The height of the row below the network; in a frame that is not wide, where the knob is in it."""
GAP_OF_ROW, FROM_NETWORK = 0.03, 0.2
"""How much of the row is free at the bottom, and at the top, below the last class."""
PLATE, KNOB_IN_ROW = (1.95, 1.95), 3.6
"""The width and the height of the plate with the knob on its connection, and its width in the row, in
heights."""

EXAMPLE = 0.8
"""The side of a small image of an example, as a share of its room."""
DIMMED = 0.3
"""The opacity of weights below what is about them, such as their gradients, relative to that without."""


class ImageClassifier:
    """The network of an experiment in the frame, whose weights can be changed; neurons, lines and bars
    follow.

    It has a `diagram` and `bars` from the start; `add_…` make the other parts. Scenes put the parts on stage.
    `parameters` are those shown, in the network's order. Where it `is_wide`, the network takes the room of
    the bars, too, which are not on stage then.
    """

    def __init__(self, experiment: Experiment, frame: Frame, is_wide: bool = False) -> None:
        self.is_wide = is_wide
        self.experiment, trace = experiment, experiment.trace
        self.parameters = experiment.network.parameters
        whole, self.film = frame.whole, frame
        self.row = ROW if frame.is_wide else ROW_OF_KNOB
        most = whole.height - ROOM_FOR_WORDS - self.row
        bottom = whole.bottom + self.row + max(0.0, most - HIGHEST) / 2
        self.area = Area(
            "network", whole.left, bottom, whole.right - ROOM_FOR_MARK, bottom + min(most, HIGHEST)
        )
        # The layers of a deep network need the room more than the bars beside them.
        share = max(LEAST_BARS, min(1.0, FEW_LAYERS / len(experiment.network.layers)))
        left = self.area.right - share * min(ROOM_FOR_BARS, BARS_SHARE * self.area.width)
        self.diagram = ImageNetwork(trace, self.area if is_wide else replace(self.area, right=left))
        self.outputs = self.diagram.drawn(len(self.diagram.columns) - 1)
        self.bars = AnswerBars(trace, self.diagram, replace(self.area, left=left), frame)
        self.knob: WeightKnob | None = None
        self.count: StepCount | None = None
        self.connection_count: ConnectionCount | None = None
        self.gradients: list[EdgeBundle] = []
        self.neuron_arrows: list[NeuronArrows] = []

    @property
    def words(self) -> Area:
        """The area of words above the network."""
        top = self.area.top
        return replace(self.film.whole, name="words", bottom=top + FROM_WORDS, top=top + ROOM_FOR_WORDS)

    @property
    def below(self) -> Area:
        """The area of the row below the network."""
        top = self.area.bottom
        return replace(
            self.film.whole, name="row", bottom=top - self.row + GAP_OF_ROW, top=top - FROM_NETWORK
        )

    @property
    def room(self) -> tuple[float, float, float, float]:
        """Left, bottom, right and top of the network with the areas of words above and below it."""
        return self.words.left, self.below.bottom, self.words.right, self.words.top

    def add_knob(self, weight: str, called: str = "") -> WeightKnob:
        """Make the knob of a weight, and its connection, above the others: the knob is on a plate in the
        middle of the connection or, in a frame that is not wide, below the network.

        The knob is `called` by its symbol if nothing else is given.
        """
        x, y, _ = self.diagram.single_out(weight).get_center()
        across, up = (size / 2 for size in PLATE)
        if not self.film.is_wide:
            up = self.below.height / 2
            across, (x, y, _) = KNOB_IN_ROW * up, self.below.centre
        else:
            y = min(max(y, self.area.bottom + up), self.area.top - up)
        area = Area("knob", x - across, y - up, x + across, y + up)
        self.knob = WeightKnob(self.experiment.trace, weight, area, called)
        return self.knob

    def add_connection_count(self) -> ConnectionCount:
        """Make the light on all connections, and their number, below the network."""
        self.connection_count = ConnectionCount(self.diagram, self.below)
        return self.connection_count

    def clear_row(self) -> list[VMobject]:
        """Forget all that is in the row below the network, and the connection of a knob, and return it to be
        faded out."""
        count, self.count = self.count, None
        return [*self.clear_knob(), *filter(None, [count])]

    def clear_knob(self) -> list[VMobject]:
        """Forget the knob with its connection and where bars ended before it was turned, and the number of
        connections, and return them to be faded out."""
        ends = self.bars.clear_last_ends()
        parts = [*self.diagram.edges.values(), self.knob, self.connection_count, ends]
        self.diagram.edges, self.knob, self.connection_count = {}, None, None
        return [part for part in parts if part is not None]

    def add_count(self, text: str) -> StepCount:
        """Make the number of the step of training, which is called `text`, below the network."""
        self.count = StepCount(text, self.below)
        return self.count

    def add_gradients(self) -> list[EdgeBundle]:
        """Make lines for the gradients of all weights, relative to the largest of all, on the connections, in
        the colour of their sign."""
        network = self.experiment.network.with_parameters(self.parameters)
        gradients = network.backward(network.forward(self.experiment.inputs), self.experiment.targets).weights
        largest = max(float(np.abs(each).max()) for each in gradients)
        for layer, values in enumerate(gradients, start=1):
            bundle = EdgeBundle(self.diagram.lines(layer), KINDS, is_measured=True)
            self.gradients.append(bundle.show_numbers(self.diagram.matrix(layer, values), largest))
        return self.gradients

    def add_wave(self) -> tuple[list[NeuronArrows], list[LayerFans]]:
        """Make the arrows of all neurons, and what runs back from them and leaves the gradients of all
        weights on the connections, layer by layer."""
        diagram = self.diagram
        largest = max(float(np.abs(each).max()) for each in diagram.trace.gradients.weights)
        self.neuron_arrows = arrows_of(diagram)
        fans = [LayerFans(diagram, layer, largest) for layer in range(1, len(diagram.columns))]
        self.gradients = [bundle for layer in fans for bundle in layer.gradients]
        return self.neuron_arrows, fans

    def leave_arrow(self, weight: str) -> list[VMobject]:
        """Forget the arrows of all neurons but that in front of a weight, and return them to be faded out."""
        address, gone = self.experiment.network.names[weight], list[VMobject]()
        for layer, arrows in enumerate(self.neuron_arrows, start=1):
            kept = self.diagram.drawn(layer).index(address.index[0]) if layer == address.layer else None
            others = [arrow for place, arrow in enumerate(arrows) if place != kept]
            arrows.remove(*others)
            gone += others
        return gone

    def add_examples(self) -> VGroup:
        """Make small images of the data in a row above the network, the first one of each class.

        Raises StoryreelError without data.
        """
        inputs, targets = self.experiment.data_inputs, self.experiment.data_targets
        if inputs is None or targets is None:
            raise StoryreelError("this network has no data to show examples of")
        _, first = np.unique(targets.argmax(axis=1), return_index=True)
        pitch = min(self.words.height / EXAMPLE, self.words.width / len(first))
        grids = [PixelGrid(inputs[number], EXAMPLE * pitch).pixels for number in first]
        for number, grid in enumerate(grids):
            x = self.words.centre[0] + (number - (len(grids) - 1) / 2) * pitch
            grid.move_to(at(x, self.words.centre[1]))
        return VGroup(*grids)

    def clear_gradients(self) -> list[VMobject]:
        """Forget the lines of gradients and the arrows of neurons, and return them to be faded out."""
        gone: list[VMobject] = [*self.gradients, *self.neuron_arrows]
        self.gradients, self.neuron_arrows = [], []
        return gone

    @property
    def shapes(self) -> VGroup:
        """Everything that `show` changes."""
        bars = [self.bars.zero, self.bars.bars, self.bars.numbers]
        added = [part for part in (self.knob, self.count) if part is not None]
        marks = [mark for _, mark in filter(None, (self.bars.marked, self.bars.wanted))]
        return VGroup(*self.diagram.connections, *self.diagram.nodes.values(), *bars, *added, *marks)

    @property
    def around(self) -> list[VMobject]:
        """What is on stage beside the image, the neurons and the connections."""
        bars = self.bars
        if self.is_wide:
            return [*self.diagram.names.values(), *self.diagram.marks.values()]
        return [
            bars.tracks,
            bars.zero,
            bars.bars,
            bars.numbers,
            *self.diagram.names.values(),
            *self.diagram.marks.values(),
        ]

    @property
    def parts(self) -> list[VMobject]:
        """Everything that can be on stage."""
        diagram = self.diagram
        lines = [*diagram.connections, *self.gradients]
        shapes = [diagram.image, *lines, *diagram.nodes.values(), *self.neuron_arrows]
        added = filter(None, (self.knob, self.count, self.connection_count, self.bars.last_ends))
        return [*shapes, *self.around, *self.bars.marks, *self.bars.frame, *added]

    def recognise(self) -> list[VMobject]:
        """Take the look that it has when the image has been recognised, and return all that is on stage
        then."""
        diagram = self.diagram
        for name, node in diagram.nodes.items():
            node.shine(diagram.brightness(name))
        return [diagram.image, *diagram.bundles, *diagram.nodes.values(), *self.around]

    def carry(self) -> list[VMobject]:
        """Take the look that it has when its gradients have been shown, and return all that is on stage
        then."""
        image, *others = self.recognise()
        for bundle in self.diagram.bundles:
            bundle.set_light(DIMMED)
        return [image, *self.diagram.bundles, *self.add_gradients(), *others]

    def show(self, parameters: Array, glow: float = 0.0, of_lines: Array | None = None) -> None:
        """Show the network with these parameters; `glow` highlights the knob, 0 to 1. Connections may have
        the look of others, `of_lines`."""
        self.parameters = parameters
        network, diagram = self.experiment.network.with_parameters(parameters), self.diagram
        forward = network.forward(self.experiment.inputs)
        for layer, column in enumerate(diagram.columns):
            values = forward.activations[layer][0, diagram.drawn(layer)]
            for name, value in zip(column, values.tolist(), strict=True):
                diagram.nodes[name].shine(abs(value) / diagram.largest)
        lines = parameters if of_lines is None else of_lines
        diagram.show_weights(self.experiment.network.with_parameters(lines))
        self.bars.set_values(forward.prediction[0, self.outputs].tolist())
        if self.knob is not None:
            number = network.names.parameters.index(self.knob.knob.name)
            self.knob.turn(float(parameters[number]), glow)
