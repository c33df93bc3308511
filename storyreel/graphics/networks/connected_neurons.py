"""Neurons with their connections: what a network's diagram has without its weights' labels."""

from functools import cached_property
from itertools import pairwise
from typing import cast

import numpy as np
from manim import LEFT, RIGHT, UP, Animation, VMobject

from storyreel.core.errors import StoryreelError
from storyreel.core.number_format import shorter
from storyreel.engine.trace import Trace
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, at
from storyreel.graphics.motion.verbs import change
from storyreel.graphics.network_layout import (
    LOSS_ABOVE,
    NARROW,
    ROOM_FOR_TARGETS,
    TO_TARGET,
    calmness,
    width_at,
    width_for_gradient,
)
from storyreel.graphics.networks.diagram import LABEL_GAP, LARGEST_LOSS_NODE, Diagram
from storyreel.graphics.networks.edge import Edge
from storyreel.graphics.networks.neuron import Neuron
from storyreel.graphics.networks.neuron_columns import NeuronColumns
from storyreel.graphics.parts.tag import Tag

RISE_OF_LOSS = 1.4
"""Units from the top of the first output up to a node for the loss that stands above the targets."""
ABOVE_LINE = 0.16
"""Manim units from the line of the only output, along which light runs, up to its target."""


class ConnectedNeurons(NeuronColumns):
    """The neurons and connections of a network, with the targets beside its outputs.

    `edges` holds the connections by their weights' names. `with_loss` adds a node for the loss, and
    `loss_lines` to it. Where the only output `has_line_beside` it, to the loss if that is drawn, its target
    is above that line. See `NeuronColumns` for the other parameters.
    """

    def __init__(self, trace: Trace, area: Area, with_loss: bool, has_values: bool, pixels: bool) -> None:
        super().__init__(trace, area, with_loss, has_values, pixels)
        is_wide = self.network_area.width >= NARROW and not self.runs_down
        self.has_line_beside = is_wide and len(self.columns[-1]) == 1
        self.edges: dict[str, Edge] = {}
        self.loss_lines: dict[str, Edge] = {}
        self._connect()
        self._place_targets()
        if with_loss:
            self._place_loss(self.network_area)

    def _connect(self) -> None:
        network = self.trace.network
        self.strongest = max(float(np.abs(layer.weights).max()) for layer in network.layers) or 1.0
        counts = [len(one) * len(other) for one, other in pairwise(self.columns)]
        self.calmness = calmness(max(counts))
        for layer in range(1, len(self.columns)):
            for row in self.layout.drawn(layer):
                for column in self.layout.drawn(layer - 1):
                    weight = network.names.weights[layer][row][column]
                    source, sink = self.ends(weight)
                    self.edges[weight] = Edge(self.nodes[source], self.nodes[sink])
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
        if self.has_line_beside:
            tag.shift((tag.height / 2 + ABOVE_LINE) * UP)
        return tag

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

    def reweigh(self, weight: str, value: float) -> Animation:
        """A weight's connection takes the look of a `value`."""
        look = change(self.edges[weight]).show_weight(value, self._width_of(value))
        return cast(Animation, look.build())

    def as_gradient(self, weight: str, value: float, steepest: float, opacity: float = 1.0) -> Animation:
        """A weight's connection takes the look of a gradient, relative to the `steepest` one."""
        width = width_for_gradient(abs(value) / steepest)
        look = change(self.edges[weight]).show_gradient(value, width, opacity)
        return cast(Animation, look.build())

    def _width_of(self, value: float, light: float = 0.0) -> float:
        return self.calmness * width_at(min(2.0, abs(value) / self.strongest) + light)

    def edge_from(self, source: Neuron, weight: str, sink: Neuron | None = None) -> Edge:
        """A connection like that of a weight which begins at `source`, a copy of its neuron elsewhere, and
        may end at a copy of the other one, `sink`."""
        value, (_, end) = self.trace.number(weight), self.ends(weight)
        edge = Edge(source, sink or self.nodes[end])
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
