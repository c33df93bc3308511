"""The diagram of a feed-forward network: neurons in columns, connections, weights, targets and loss."""

import itertools
from functools import cached_property

from manim import LEFT, RIGHT, VMobject

from storyreel.core.errors import StoryreelError
from storyreel.engine.trace import Trace
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, at
from storyreel.graphics.network_layout import ROOM_FOR_TARGETS, TO_TARGET, network_layout_of, width_at
from storyreel.graphics.networks.diagram import LARGEST_LOSS_NODE, Diagram
from storyreel.graphics.networks.edge import Edge, WeightLabel
from storyreel.graphics.networks.neuron import Neuron
from storyreel.graphics.parts.badge import Badge
from storyreel.graphics.parts.tag import Tag
from storyreel.graphics.text.copy_outlines import copy_outlines

DECIMALS = 2
"""The most decimals of a number in a node where not all fit."""


class NetworkDiagram(Diagram):
    """The network of a trace, laid out in an area from left (inputs) to right (outputs).

    `columns` holds the neurons' names by layer, `edges` the connections by their weights' names, `layout` the
    places. Weights have labels only where these can be read. `with_loss` adds a node for the loss.
    """

    def __init__(self, trace: Trace, area: Area, with_loss: bool = False) -> None:
        super().__init__(trace)
        self.columns = trace.network.names.activations
        self.edges: dict[str, Edge] = {}
        self.label_positions: dict[str, float] = {}
        self.loss_lines: dict[str, Edge] = {}
        self._place_neurons(area, with_loss)
        self._connect()
        self._place_targets()
        if with_loss:
            self._place_loss(area)
        for name in self.nodes if self.layout.has_names else ():
            self.name_below(name)

    def _place_neurons(self, area: Area, with_loss: bool) -> None:
        self.layout = network_layout_of(
            [len(column) for column in self.columns], area.left, area.bottom, area.right, area.top, with_loss
        )
        for layer, column in enumerate(self.columns):
            for row, name in enumerate(column):
                node = Neuron(self.trace[name].kind, self.layout.radius)
                self.nodes[name] = node.move_to(at(*self.layout.place(layer, row)))

    def _connect(self) -> None:
        weights = [quantity for quantity in self.trace.values() if quantity.kind == "weight"]
        self.strongest = max(abs(weight.value) for weight in weights) or 1.0
        for weight in weights:
            source, sink = self.ends(weight.name)
            edge = Edge(self.nodes[source], self.nodes[sink], abs(weight.value) / self.strongest)
            self.edges[weight.name] = edge
        for layer, group in itertools.groupby(weights, key=lambda weight: weight.layer or 0):
            members = list(group)
            position = self.layout.label_position(layer)
            if position is None:
                continue
            for weight in members:
                self.label_positions[weight.name] = position
                self.labels[weight.name] = self.label(weight.name, weight.value, beside=len(members) == 1)

    def ends(self, weight: str) -> tuple[str, str]:
        """The names of the neurons that a weight connects, the source first."""
        address = self.trace.network.names[weight]
        (row, column), layer = address.index, address.layer or 0
        return self.columns[layer - 1][column], self.columns[layer][row]

    def _place_targets(self) -> None:
        for name in self.trace.network.names.targets:
            self.place_target(name)

    def place_target(self, name: str) -> Tag:
        """Make the tag of a target anew, with its number in the diagram's trace."""
        output = self.columns[-1][self.trace[name].index[0]]
        tag = Tag(name, self.trace.text(name), "target", min(theme.SIZES.label, 0.55 * self.layout.spacing))
        tag.scale(min(1.0, (ROOM_FOR_TARGETS - TO_TARGET) / tag.width))
        self.targets[name] = tag.next_to(self.nodes[output], RIGHT, buff=TO_TARGET)
        return self.targets[name]

    def _place_loss(self, area: Area) -> None:
        node = self.nodes["loss"] = Neuron("loss", min(theme.SPACING.neuron_radius, LARGEST_LOSS_NODE))
        node.move_to(at(area.right - node.radius, self.layout.middle))
        self.loss_lines = {name: Edge(self.nodes[name], node, 0.0) for name in self.columns[-1]}

    def badge(self, name: str, kind: str, value: float, called: str = "") -> Badge:
        """A badge with `value`; that of an output does not overlap its target."""
        badge = super().badge(name, kind, value, called)
        if name in self.columns[-1]:
            room = self.nodes[name].get_right()[0] + TO_TARGET - 0.05
            badge.shift(LEFT * max(0.0, badge.get_right()[0] - room))
        return badge

    def label(self, weight: str, value: float, beside: bool, spec: str = "") -> WeightLabel:
        """The label of a weight with the number `value`, in its place on the connection."""
        number = self.trace.notation.text(weight, value, spec)
        return WeightLabel(weight, number, self.edges[weight], self.label_positions[weight], beside)

    def stroke_width_of(self, value: float) -> float:
        """The stroke width of a connection with the weight `value`, relative to the weights at first."""
        return width_at(min(2.0, abs(value) / self.strongest))

    def show_trace(self, trace: Trace, spec: str = "") -> None:
        """Change the diagram, which is on stage, to the weights and values of `trace`.

        `spec` is the format of numbers, as for `shown`; in a node where that does not fit, a number has as
        many decimals as fit.
        """
        self.trace = trace
        for name, edge in self.edges.items():
            edge.set_stroke(width=self.stroke_width_of(trace[name].value))
        for name, label in self.labels.items():
            copy_outlines(label, self.label(name, trace[name].value, label.is_beside, spec))
        for name, node in self.nodes.items():
            node.circle.set_fill(node.fill_at(self.brightness(name)))
            if node.value is None:
                continue
            number = self.value(name, "" if node.kind == "input" else spec) or node.rounded_value(
                trace[name].value, DECIMALS, self.brightness(name), is_at_rest=not spec
            )
            if number is None:
                node.value.set_opacity(0)
            else:
                copy_outlines(node.value, number)

    def edge(self, weight: str) -> Edge:
        """The connection of a weight; raises StoryreelError where the name is not a weight's."""
        if weight not in self.edges:
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
        quantity = self.trace[name]
        if quantity.kind == "weight":
            return [self.edges[name].copy().reverse_direction()]
        if quantity.kind == "bias":
            return [self.nodes[self.columns[quantity.layer or 0][quantity.index[0]]].circle]
        leaving = [edge for weight, edge in self.edges.items() if self.ends(weight)[0] == name]
        if name in self.loss_lines:
            leaving.append(self.loss_lines[name])
        return [edge.copy().reverse_direction() for edge in leaving]

    def part(self, name: str) -> VMobject:
        """The node, label or tag of a quantity, or the connection of a weight without a label."""
        return self.edges[name] if name in self.edges and name not in self.labels else super().part(name)
