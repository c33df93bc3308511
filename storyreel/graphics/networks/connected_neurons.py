"""Neurons in columns with their connections: what a network's diagram has without its weights' labels."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from itertools import pairwise
from typing import Any, cast

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, Animation, Dot, Line, VGroup, VMobject

from storyreel.core.errors import StoryreelError
from storyreel.core.number_format import shorter
from storyreel.engine.trace import Trace
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, at
from storyreel.graphics.motion.verbs import change
from storyreel.graphics.network_layout import (
    LOSS_ABOVE,
    ROOM_BESIDE,
    ROOM_FOR_TARGETS,
    TO_TARGET,
    NetworkLayout,
    calmness,
    can_run_down,
    downward_layout_of,
    network_layout_of,
    width_at,
    width_for_gradient,
)
from storyreel.graphics.networks.diagram import LABEL_GAP, LARGEST_LOSS_NODE, Diagram
from storyreel.graphics.networks.edge import Edge
from storyreel.graphics.networks.label_places import box_of
from storyreel.graphics.networks.neuron import Neuron
from storyreel.graphics.networks.pixel_grid import PixelGrid
from storyreel.graphics.parts.tag import Tag
from storyreel.graphics.text.symbol import symbol
from storyreel.graphics.text.typeset import maths

RISE_OF_LOSS = 1.4
"""Units from the top of the first output up to a node for the loss that stands above the targets."""
WIDEST_NAME = 0.8
"""The largest width of a symbol below a neuron, as a share of the distance of layers."""
TOUCHING = 0.02
"""Manim units by which a symbol below a neuron may reach into the next one."""
MOST_DASHED = 40
"""The most connections of a layer with which those of negative weights have dashes."""
LARGEST_IMAGE, ROOM_AFTER_IMAGE = 3.0, 0.9
"""The largest side of an image of the inputs, and the room between it and them, in Manim units."""
DOT, DOT_GAP = 0.035, 0.13
"""The radius of the dots that stand for neurons left out, and their distance."""


class ConnectedNeurons(Diagram):
    """The neurons and connections of a network, in an area from left (inputs) to right (outputs).

    `columns` holds the names of the neurons that are drawn by layer, `edges` the connections by their
    weights' names, `layout` the places. Of layers with more neurons than fit, `marks` stand for those left
    out, with the layer's count. `with_loss` adds a node for the loss. With `has_values`, all neurons have
    room for their numbers; then a small network in an upright area runs from top to bottom. With `pixels`,
    the inputs are an image, too, to the left of the network.
    """

    def __init__(self, trace: Trace, area: Area, with_loss: bool, has_values: bool, pixels: bool) -> None:
        super().__init__(trace, area)
        self.has_values = has_values
        is_upright = area.is_upright and not pixels
        if pixels:
            image = self._place_image(area)
            area = replace(area, left=area.left + image.width + ROOM_AFTER_IMAGE)
        self.layout = self._layout_in(area, with_loss, is_upright)
        self.runs_down = self.layout.runs_down
        self.columns = tuple(
            tuple(column[neuron] for neuron in self.layout.drawn(layer))
            for layer, column in enumerate(trace.network.names.activations)
        )
        self.edges: dict[str, Edge] = {}
        self.loss_lines: dict[str, Edge] = {}
        self._place_neurons()
        for name in self.nodes if self.layout.names_em else ():
            self.name_below(name)
        self._mark_gaps()
        if pixels:
            self.marks[0] = VGroup(*self.marks.get(0, ()), image, *self._lines_from(image))
        self._connect()
        self._place_targets()
        if with_loss:
            self._place_loss(area)

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

    def _place_image(self, area: Area) -> PixelGrid:
        side = min(LARGEST_IMAGE, 0.72 * area.height)
        image = PixelGrid(self.trace.inputs[0], side)
        return image.move_to(at(area.left + side / 2, area.centre[1]))

    def _lines_from(self, image: PixelGrid) -> Iterator[Line]:
        """Two thin lines from the corners of an image to the first and the last input."""
        _, bottom, right, top = box_of(VGroup(*image[:-1]))
        for name, y in ((self.columns[0][0], top), (self.columns[0][-1], bottom)):
            end = self.nodes[name].get_left() + 0.06 * LEFT
            yield Line(
                at(right + 0.08, y),
                end,
                stroke_color=theme.colour("line"),
                stroke_width=theme.SPACING.thin_stroke,
            )

    def _connect(self) -> None:
        network = self.trace.network
        self.strongest = max(float(np.abs(layer.weights).max()) for layer in network.layers) or 1.0
        counts = [len(one) * len(other) for one, other in pairwise(self.columns)]
        self.calmness, can_be_dashed = calmness(max(counts)), max(counts) <= MOST_DASHED
        for layer in range(1, len(self.columns)):
            for row in self.layout.drawn(layer):
                for column in self.layout.drawn(layer - 1):
                    weight = network.names.weights[layer][row][column]
                    source, sink = self.ends(weight)
                    self.edges[weight] = Edge(self.nodes[source], self.nodes[sink], can_be_dashed)
                    self.show_weight(weight, self.trace.number(weight))
                    self.edges[weight].set_stroke(opacity=self.calmness)

    def ends(self, weight: str) -> tuple[str, str]:
        """The names of the neurons that a weight connects, the source first."""
        names = self.trace.network.names
        address = names[weight]
        (row, column), layer = address.index, address.layer or 0
        return names.activations[layer - 1][column], names.activations[layer][row]

    def _place_targets(self) -> None:
        targets = self.trace.network.names.targets
        for neuron in self.layout.drawn(len(self.columns) - 1):
            self.place_target(targets[neuron])

    def place_target(self, name: str) -> Tag:
        """Make the tag of a target anew, with its number in the diagram's trace."""
        names = self.trace.network.names
        output = names.activations[-1][names[name].index[0]]
        em = max(min(theme.SIZES.label, 0.55 * self.layout.spacing), theme.SIZES.crowded)
        for number in (self.trace.text(name), *shorter(self.trace.number(name))):
            tag = Tag(name, number, "target", em)
            room = (ROOM_FOR_TARGETS - TO_TARGET) / tag.width
            if room * em >= theme.SIZES.crowded:
                break
        tag.scale(min(1.0, room))
        self.targets[name] = tag.next_to(self.nodes[output], RIGHT, buff=TO_TARGET)
        return self.targets[name]

    def _place_loss(self, area: Area) -> None:
        layout = self.layout
        radius = LARGEST_LOSS_NODE if layout.room_for_loss else LOSS_ABOVE
        if all(len(column) == 1 for column in self.columns):
            radius = min(radius, layout.radius)
        node = self.nodes["loss"] = Neuron("loss", radius)
        right = layout.columns[-1] + layout.half_width + ROOM_FOR_TARGETS + layout.room_for_loss
        y = layout.middle
        if layout.runs_down:
            node = self.nodes["loss"] = Neuron("loss", layout.radius)
            right, y = layout.middle + layout.radius, layout.columns[-1] - layout.pitch
        elif not layout.room_for_loss:
            highest = self.nodes[self.columns[-1][0]].get_y()
            y = min(highest + RISE_OF_LOSS + layout.radius, area.top - node.radius)
        node.move_to(at(right - node.radius, y))
        self.loss_lines = {name: Edge(self.nodes[name], node) for name in self.columns[-1]}
        if self.layout.names_em:
            Diagram.name_below(self, "loss")
            if not layout.room_for_loss:
                self.names["loss"].next_to(node, LEFT, buff=LABEL_GAP)

    def absence(self, name: str) -> str:
        """Why a quantity has no part in this picture."""
        address = self.trace.network.names.get(name)
        is_whole = all(None not in rows for rows in self.layout.rows)
        if address is None or address.kind == "pre_activation" or is_whole:
            return f"nothing in this picture stands for {name!r}"
        return f"{name!r} is left out of this picture, in which not all neurons of the network have room"

    def marked(self, name: str) -> VMobject:
        """What stands for a quantity that is left out, or for one of the neurons that a weight connects."""
        ends = self.ends(name) if self.trace.network.names[name].kind == "weight" else (name,)
        return next(self.marks[self.layer_of(end)][0] for end in ends if end not in self.nodes)

    def layer_of(self, name: str) -> int:
        """The layer of a neuron, a weight or a bias, 0 for inputs."""
        return self.trace.network.names[name].layer or 0

    def show_weight(self, weight: str, value: float, light: float = 0.0) -> None:
        """Give a weight's connection the look of a `value`: its sign, and its size relative to the weights at
        first. `light` (0 to 1) highlights it."""
        self.edges[weight].show_weight(value, self._width_of(value, light), light)

    def reweigh(self, weight: str, value: float, opacity: float | None = None) -> Animation:
        """A weight's connection takes the look of a `value`, and an `opacity` if one is given."""
        width = self._width_of(value)
        return self._turn(
            weight, value, change(self.edges[weight]).show_weight(value, width).set_stroke(opacity=opacity)
        )

    def as_gradient(self, weight: str, value: float, steepest: float, opacity: float = 1.0) -> Animation:
        """A weight's connection takes the look of a gradient, relative to the `steepest` one."""
        width = width_for_gradient(abs(value) / steepest)
        return self._turn(weight, value, change(self.edges[weight]).show_gradient(value, width, opacity))

    def _turn(self, weight: str, value: float, look: Any) -> Animation:
        """The animation in which a weight's connection takes this look, of a `value`."""
        edge, move = self.edges[weight], look.build()
        edge.is_dashed = edge.can_be_dashed and value < 0  # which the animation leaves as it is
        return cast(Animation, move)

    def _width_of(self, value: float, light: float = 0.0) -> float:
        return self.calmness * width_at(min(2.0, abs(value) / self.strongest) + light)

    def edge_from(self, source: Neuron, weight: str) -> Edge:
        """A connection like that of a weight which begins at `source`, a copy of its neuron elsewhere."""
        value, (_, sink) = self.trace.number(weight), self.ends(weight)
        edge = Edge(source, self.nodes[sink], self.edges[weight].can_be_dashed)
        return edge.show_weight(value, self._width_of(value))

    def edge(self, weight: str) -> Edge:
        """The connection of a weight; raises StoryreelError where the name is not a weight's."""
        if weight not in self.edges:
            address = self.trace.network.names.get(weight)
            if address is not None and address.kind == "weight":
                raise StoryreelError(self.absence(weight))
            raise StoryreelError(f"{weight!r} is not a weight of this network: no connection has it")
        return self.edges[weight]

    @property
    def connections(self) -> list[VMobject]:
        """The lines between neurons, and those to the loss."""
        return [*self.edges.values(), *self.loss_lines.values()]

    def forward_paths(self, name: str) -> list[VMobject]:
        """The connections that end in the neuron `name` or in the loss."""
        if name == "loss":
            return list(self.loss_lines.values())
        return self._paths_to.get(name, [])

    @cached_property
    def _paths_to(self) -> dict[str, list[VMobject]]:
        """The connections by the neuron in which they end."""
        paths: dict[str, list[VMobject]] = {}
        for weight, edge in self.edges.items():
            paths.setdefault(self.ends(weight)[1], []).append(edge)
        return paths

    def backward_paths(self, name: str) -> list[VMobject]:
        """The lines from the next layer back to a neuron, along a weight's connection, or around a bias's
        neuron."""
        kind = self.trace.network.names[name].kind
        if kind == "weight":
            return [self.edge(name).copy().reverse_direction()]
        if kind == "bias":
            return [self.node(self.neuron_of(name)).circle]
        leaving = [edge for weight, edge in self.edges.items() if self.ends(weight)[0] == name]
        if name in self.loss_lines:
            leaving.append(self.loss_lines[name])
        return [edge.copy().reverse_direction() for edge in leaving]


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
