"""The neurons of a network in columns, with their symbols and marks for those that have no room."""

from dataclasses import replace

from manim import DOWN, LEFT, RIGHT, UP, Dot, VGroup

from storyreel.engine.trace import Trace
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, at
from storyreel.graphics.network_layout import (
    ROOM_BESIDE,
    NetworkLayout,
    can_run_down,
    downward_layout_of,
    network_layout_of,
)
from storyreel.graphics.networks.diagram import LABEL_GAP, Diagram
from storyreel.graphics.networks.images.input_image import InputImage
from storyreel.graphics.networks.neuron import Neuron
from storyreel.graphics.text.symbol import symbol
from storyreel.graphics.text.typeset import maths

WIDEST_NAME = 0.8
"""The largest width of a symbol below a neuron, as a share of the distance of layers."""
TOUCHING = 0.02
"""Manim units by which a symbol below a neuron may reach into the next one."""
ROOM_AFTER_IMAGE = 0.9
"""The Manim units between an image of the inputs and their neurons."""
DOT, DOT_GAP = 0.035, 0.13
"""The radius of the dots that stand for neurons left out, and their distance."""


class NeuronColumns(Diagram):
    """The neurons of a network, in an area from left (inputs) to right (outputs), without connections.

    `columns` holds the names of the neurons that are drawn by layer, `layout` the places; `network_area` is
    what they have of the area. Of layers with more neurons than fit, `marks` stand for those left out, with
    the layer's count. `with_loss` leaves room for the loss. With `has_values`, all neurons have room for
    their numbers; then a small network in an upright area runs from top to bottom. With `pixels`, the inputs
    are an image, too, to the left of the network.
    """

    def __init__(self, trace: Trace, area: Area, with_loss: bool, has_values: bool, pixels: bool) -> None:
        super().__init__(trace, area)
        self.has_values = has_values
        is_upright = area.is_upright and not pixels
        if pixels:
            image = InputImage(trace, area)
            area = replace(area, left=area.left + image.width + ROOM_AFTER_IMAGE)
        self.network_area = area
        self.layout = self._layout_in(area, with_loss, is_upright)
        self.runs_down = self.layout.runs_down
        self.columns = tuple(
            tuple(column[neuron] for neuron in self.layout.drawn(layer))
            for layer, column in enumerate(trace.network.names.activations)
        )
        self._place_neurons()
        for name in self.nodes if self.layout.names_em else ():
            self.name_below(name)
        self._mark_gaps()
        if pixels:
            first, last = (self.nodes[self.columns[0][end]] for end in (0, -1))
            self.marks[0] = VGroup(*self.marks.get(0, ()), image, *image.lines_to(first, last))

    def _layout_in(self, area: Area, with_loss: bool, is_upright: bool) -> NetworkLayout:
        """Circles, where names fit below them and, with values, numbers in them; else capsules."""
        sizes = [len(column) for column in self.trace.network.names.activations]
        place = (area.left, area.bottom, area.right, area.top, with_loss)
        if self.has_values and is_upright and can_run_down(sizes):
            return downward_layout_of(sizes, *place)
        layout = network_layout_of(sizes, *place)
        if not self.has_values:
            return layout
        activations = self.trace.network.names.activations
        numbers = [self.trace.text(name) for column in activations for name in column]
        if layout.names_em and not any(None in rows for rows in layout.rows):
            circle = Neuron("activation", layout.radius)
            smallest = theme.SIZES.smallest
            if all(circle.value_to_show(number, 0.0, smallest) is not None for number in numbers):
                return layout
        longest = max(numbers, key=len)
        names = [column[0] for column in self.trace.network.names.activations]
        return network_layout_of(
            sizes,
            *place,
            longest=maths(longest, plain=longest, em=1.0).width,
            tallest=max(maths(symbol(name), plain=name, em=1.0).height for name in names),
        )

    def _place_neurons(self) -> None:
        for layer, column in enumerate(self.columns):
            for neuron, name in zip(self.layout.drawn(layer), column, strict=True):
                kind = self.trace.network.names[name].kind
                node = Neuron(kind, self.layout.radius, self.layout.half_width)
                self.nodes[name] = node.move_to(at(*self.layout.place(layer, neuron)))

    def name_below(self, name: str) -> None:
        """Write a node's symbol below it, or to its left where the network runs down; in a capsule's line
        with room for its bias."""
        super().name_below(name)
        label, node = self.names[name], self.nodes[name]
        if self.runs_down:
            label.scale(min(1.0, (ROOM_BESIDE - LABEL_GAP) / label.width)).next_to(node, LEFT, buff=LABEL_GAP)
            return
        if len(self.columns) > 1:
            wide = max(WIDEST_NAME * self.layout.pitch, 2 * self.layout.half_width)
            label.scale(min(1.0, wide / label.width), about_edge=UP)
        if not self.layout.is_crowded:
            room = self.layout.spacing - 2 * self.layout.radius - LABEL_GAP
            if label.height > room + TOUCHING:
                label.scale(room / label.height).next_to(node, DOWN, buff=LABEL_GAP)
            return
        label.scale(self.layout.names_em / theme.SIZES.label)
        label.next_to(node, DOWN, buff=self.layout.line_gap / 2)
        if self.bias_of(name):
            label.align_to(node.get_left(), LEFT).shift(0.08 * RIGHT)

    def bias_of(self, neuron: str) -> str | None:
        """The name of a neuron's bias, or None where its layer has none."""
        names = self.trace.network.names
        address = names[neuron]
        biases = names.biases[address.layer or 0]
        return biases[address.index[0]] if biases else None

    def _mark_gaps(self) -> None:
        for layer in range(len(self.layout.rows)):
            if marks := gap_marks(self.layout, layer):
                self.marks[layer] = marks


def gap_marks(layout: NetworkLayout, layer: int) -> VGroup | None:
    """Dots for the neurons of a layer that are left out, and the layer's count; None where all are drawn."""
    if None not in layout.rows[layer]:
        return None
    x, y = layout.place(layer, None)
    muted = theme.colour("muted")
    dots = VGroup(*(Dot(at(x, y + DOT_GAP * k), DOT, color=muted) for k in (1, 0, -1)))
    size = f"{layout.sizes[layer]:,}"
    count = maths(f'"{size}"', plain=size, em=theme.SIZES.small, colour=muted)
    count.next_to(at(x, layout.bottom), DOWN, buff=LABEL_GAP)
    return VGroup(dots, count)
