"""A network that says what is in an image: the network, a bar for each class, and a knob for a weight."""

from dataclasses import replace

import numpy as np
from manim import SurroundingRectangle, VGroup, VMobject

from storyreel.core.arrays import Array
from storyreel.core.number_format import shown
from storyreel.engine.experiment import Experiment
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, Frame, at
from storyreel.graphics.networks.images.connection_count import ConnectionCount
from storyreel.graphics.networks.images.edge_bundle import EdgeBundle
from storyreel.graphics.networks.images.image_network import ImageNetwork
from storyreel.graphics.networks.knob_bank import KnobBank
from storyreel.graphics.networks.output_bars import OutputBars
from storyreel.graphics.parts.step_count import StepCount
from storyreel.graphics.polylines import polyline

ROOM_FOR_BARS, BARS_SHARE = 4.6, 0.38
"""The width of the bars in Manim units, and at most as a share of the area."""
ROOM_FOR_MARK, MARK = 0.55, 0.13
"""The room to the right of the bars for the mark of an answer, and half the size of that."""
ROOM_FOR_WORDS = 0.8
"""The height of the words below the network."""
HIGHEST = 8.4
"""The largest height of the network, in Manim units."""
KNOB_BELOW_IMAGE, KNOB_BESIDE_IMAGE = 0.6, 0.9
"""Units from the pixels to the knob below them, and to the right of them to where its label ends at most."""
KNOB_HEIGHT, ROW_OF_KNOB, ABOVE_ROW = 1.85, 1.5, 0.15
"""The height of the knob; that of its row below a network in a frame that is not wide, where there is no room
beside it, and how much of this is free."""

DIMMED = 0.3
"""The opacity of weights below what is about them, such as their gradients, relative to that without."""
SIGNS = {"positive": "gradient", "negative": "target"}
"""The colours of the lines of gradients, by their sign."""
FROM_CLASS = 0.08
"""Units from the class and the bar of an answer to the frame around both."""


class ImageClassifier:
    """The network of an experiment in the frame, whose weights can be changed; neurons, lines and bars
    follow.

    It has a `diagram` and `bars` from the start; `add_…` make the other parts. Scenes put the parts on stage.
    `parameters` are those shown, in the network's order.
    """

    def __init__(self, experiment: Experiment, frame: Frame) -> None:
        self.experiment, trace = experiment, experiment.trace
        self.parameters = experiment.network.parameters
        whole = frame.whole
        self.has_row = not frame.is_wide
        bottom = whole.bottom + ROOM_FOR_WORDS + (ROW_OF_KNOB if frame.is_tall else 0.0)
        top = min(whole.top, bottom + HIGHEST)
        self.area = Area("network", whole.left, bottom, whole.right - ROOM_FOR_MARK, top)
        left = self.area.right - min(ROOM_FOR_BARS, BARS_SHARE * self.area.width)
        self.diagram = ImageNetwork(trace, replace(self.area, right=left))
        self.outputs = self.diagram.drawn(len(self.diagram.columns) - 1)
        self.bars = OutputBars(
            [self.diagram.nodes[name] for name in self.diagram.columns[-1]],
            trace.forward.prediction[0, self.outputs].tolist(),
            trace.targets[0, self.outputs].tolist(),
            replace(self.area, left=left),
            lambda _, value: shown(value, ".0%"),
            em=theme.SIZES.body if frame.is_wide else theme.SIZES.small,
            headroom=1.0,
        )
        self.bank: KnobBank | None = None
        self.count: StepCount | None = None
        self.connection_count: ConnectionCount | None = None
        self.gradients: list[EdgeBundle] = []
        self.marks = VGroup()
        """What says which answer is right."""
        self.marked: tuple[int, VMobject] | None = None
        """The bar that has a tick or a cross, and this."""
        self.frame = VGroup()
        """The frame around the answer, if there is one on stage."""

    @property
    def words(self) -> Area:
        """The area of words below the network."""
        top = self.area.bottom - (ROW_OF_KNOB if self.has_row else 0.0)
        return replace(self.area, name="words", bottom=top - ROOM_FOR_WORDS, top=top)

    @property
    def answer(self) -> int:
        """The place of the largest bar."""
        return int(np.argmax(self._prediction(self.parameters)))

    @property
    def is_right(self) -> bool:
        """True if the largest bar is that of the largest target."""
        return self.answer == int(np.argmax(self.bars.targets))

    def _prediction(self, parameters: Array) -> Array:
        network = self.experiment.network.with_parameters(parameters)
        return network.forward(self.experiment.inputs).prediction[0, self.outputs]

    def add_knob(self, weight: str, called: str = "") -> KnobBank:
        """Make the knob of a weight, below the image or the network, and its connection, above the others.

        The knob is `called` by its symbol if nothing else is given.
        """
        self.diagram.single_out(weight)
        self.bank = KnobBank(self.experiment.trace, [weight], self._below_image, called)
        return self.bank

    def add_connection_count(self) -> ConnectionCount:
        """Make the light on all connections from the pixels, and their number, where a knob would be."""
        area = self._below_image
        if not self.has_row:  # the lit lines leave less room than a knob has
            area = replace(area, right=float(self.diagram.image.pixels.get_right()[0]))
        self.connection_count = ConnectionCount(self.diagram, area)
        return self.connection_count

    def clear_below_image(self) -> list[VMobject]:
        """Forget the knob with its connection and the number of connections, and return them to be faded
        out."""
        parts = [*self.diagram.edges.values(), self.bank, self.connection_count]
        self.diagram.edges, self.bank, self.connection_count = {}, None, None
        return [part for part in parts if part is not None]

    @property
    def _below_image(self) -> Area:
        """The area below the image, or below the network in a frame that is not wide."""
        if self.has_row:
            top = self.area.bottom - ABOVE_ROW
            return replace(self.area, name="below the image", bottom=self.area.bottom - ROW_OF_KNOB, top=top)
        pixels = self.diagram.image.pixels
        top = float(pixels.get_bottom()[1]) - KNOB_BELOW_IMAGE
        right = float(pixels.get_right()[0]) + KNOB_BESIDE_IMAGE
        return Area("below the image", self.area.left, top - KNOB_HEIGHT, right, top)

    def add_count(self, text: str) -> StepCount:
        """Make the number of the steps of training, which are called `text`, below the image."""
        self.count = StepCount(text, self._below_image)
        return self.count

    def add_gradients(self) -> list[EdgeBundle]:
        """Make lines for the gradients of all weights, relative to the largest of all, on the connections, in
        the colours of `SIGNS`."""
        network = self.experiment.network.with_parameters(self.parameters)
        gradients = network.backward(network.forward(self.experiment.inputs), self.experiment.targets).weights
        largest = max(float(np.abs(each).max()) for each in gradients)
        for layer, values in enumerate(gradients, start=1):
            bundle = EdgeBundle(self.diagram.lines(layer), tuple(SIGNS.values()), is_measured=True)
            self.gradients.append(bundle.show_numbers(self.diagram.matrix(layer, values), largest))
        return self.gradients

    def clear_gradients(self) -> list[EdgeBundle]:
        """Forget the lines of gradients, and return them to be faded out."""
        gradients, self.gradients = self.gradients, []
        return gradients

    def frame_answer(self) -> VGroup:
        """A frame around the class, the number and the bar of the answer; it has to leave before these
        change."""
        answer, bars = self.answer, self.bars
        name = self.diagram.names[self.diagram.columns[-1][answer]]
        row = VGroup(name, bars.numbers[answer], bars.bars[answer])
        paint, width = theme.colour("text"), theme.SPACING.stroke
        self.frame = VGroup(
            SurroundingRectangle(
                row, color=paint, buff=FROM_CLASS, corner_radius=FROM_CLASS, stroke_width=width
            )
        )
        return self.frame

    def clear_frame(self) -> VGroup:
        """Forget the frame around the answer, and return it to be faded out."""
        frame, self.frame = self.frame, VGroup()
        return frame

    def mark(self) -> VMobject:
        """A tick to the right of the largest bar where that is right, else a cross; it follows the bar."""
        shape = VMobject(stroke_width=theme.SPACING.stroke)
        if self.is_right:
            strokes = [np.array([at(-1.0, 0.0), at(-0.3, -0.8), at(1.0, 0.9)])]
        else:
            strokes = [np.array([at(-0.8, side), at(0.8, -side)]) for side in (0.8, -0.8)]
        shape.points = np.concatenate([polyline(stroke) for stroke in strokes])
        shape.set_stroke(theme.colour("target" if self.is_right else "loss")).scale(MARK)
        self.marked = (self.answer, shape)
        self.marks.add(shape)
        self._place_mark()
        return shape

    def _place_mark(self) -> None:
        """Move the mark of an answer to the end of its bar or, if that is on stage, of its outline."""
        if self.marked is not None:
            answer, mark = self.marked
            bar, outline = self.bars.bars[answer], self.bars.target_outlines[answer]
            end = outline if outline in self.marks.submobjects else bar
            mark.move_to(at(float(end.get_right()[0]) + ROOM_FOR_MARK / 2, self.bars.heights[answer]))

    @property
    def shapes(self) -> VGroup:
        """Everything that `show` changes."""
        bars = [self.bars.zero, self.bars.bars, self.bars.numbers]
        added = [part for part in (self.bank, self.count) if part is not None]
        mark = [self.marked[1]] if self.marked is not None else []
        return VGroup(*self.diagram.connections, *self.diagram.nodes.values(), *bars, *added, *mark)

    def clear_marks(self) -> VGroup:
        """Forget the marks of the answer, and the frame around it, and return them to be faded out."""
        marks = VGroup(*self.marks, *self.clear_frame())
        self.marks, self.marked = VGroup(), None
        return marks

    @property
    def around(self) -> list[VMobject]:
        """What is on stage beside the image, the neurons and the connections."""
        bars = self.bars
        return [
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
        shapes = [diagram.image, *diagram.connections, *self.gradients, *diagram.nodes.values()]
        added = [part for part in (self.bank, self.count, self.connection_count) if part is not None]
        return [*shapes, *self.around, *self.marks, *self.frame, *added]

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

    def show(self, parameters: Array, light: dict[str, float] | None = None) -> None:
        """Show the network with these parameters; `light` highlights knobs, 0 to 1, by name."""
        self.parameters = parameters
        network, diagram = self.experiment.network.with_parameters(parameters), self.diagram
        forward = network.forward(self.experiment.inputs)
        for layer, column in enumerate(diagram.columns):
            values = forward.activations[layer][0, diagram.drawn(layer)]
            for name, value in zip(column, values.tolist(), strict=True):
                diagram.nodes[name].shine(abs(value) / diagram.largest)
        diagram.show_weights(network)
        self.bars.set_values(forward.prediction[0, self.outputs].tolist())
        self._place_mark()
        if self.bank is not None:
            named = dict(zip(network.names.parameters, map(float, parameters), strict=True))
            self.bank.turn(named, {}, "", light or {})
