"""The base of all diagrams of a trace: nodes that can show values, and badges for gradients."""

from abc import ABC, abstractmethod
from collections.abc import Mapping

from manim import DOWN, DR, RIGHT, UR, VGroup, VMobject

from storyreel.core.errors import StoryreelError
from storyreel.engine.operation import GRADIENT
from storyreel.engine.trace import Trace
from storyreel.graphics import theme
from storyreel.graphics.networks.edge import WeightLabel
from storyreel.graphics.networks.neuron import Neuron
from storyreel.graphics.parts.badge import Badge
from storyreel.graphics.parts.tag import Tag
from storyreel.graphics.text.symbol import symbol
from storyreel.graphics.text.typeset import Typeset, maths

LABEL_GAP = 0.12
LARGEST_LOSS_NODE = 0.7


class Diagram(VGroup, ABC):
    """A diagram of a trace, whose parts are found by the trace's names.

    `nodes["h"]` are circles for values, `names["h"]` their symbols, `labels["w1"]` the weights' labels and
    `targets["target"]` the tags of targets without a node. Values are drawn only when a scene calls `value`.
    """

    def __init__(self, trace: Trace) -> None:
        super().__init__()
        self.trace = trace
        self.nodes: dict[str, Neuron] = {}
        self.names: dict[str, Typeset] = {}
        self.labels: dict[str, WeightLabel] = {}
        self.targets: dict[str, Tag] = {}
        activations = [
            quantity.value for quantity in trace.values() if quantity.kind in ("input", "activation")
        ]
        self.largest = max(map(abs, activations)) or 1.0

    @abstractmethod
    def forward_paths(self, name: str) -> list[VMobject]:
        """The lines along which values flow into the node `name`, in the direction of the flow."""

    @abstractmethod
    def backward_paths(self, name: str) -> list[VMobject]:
        """The lines along which gradients flow to the part `name`, in the direction of the flow."""

    @property
    @abstractmethod
    def connections(self) -> list[VMobject]:
        """Everything drawn between the nodes, in drawing order."""

    @property
    def tags(self) -> Mapping[str, WeightLabel | Tag]:
        """The labels and tags beside the nodes, by the quantity's name."""
        return {**self.labels, **self.targets}

    def name_below(self, name: str) -> None:
        """Write a node's symbol below it."""
        node = self.nodes[name]
        label = maths(symbol(name), plain=name, colour=theme.colour(node.kind))
        self.names[name] = label.next_to(node, DOWN, buff=LABEL_GAP)

    def node(self, name: str) -> Neuron:
        """The node of a quantity; raises StoryreelError where there is none."""
        if name not in self.nodes:
            raise StoryreelError(f"{name!r} has no node in this picture")
        return self.nodes[name]

    def brightness(self, name: str) -> float:
        """The size of an activation relative to the network's largest, 0 to 1; 0 for other quantities."""
        quantity = self.trace[name]
        return abs(quantity.value) / self.largest if quantity.kind in ("input", "activation") else 0.0

    def value(self, name: str, spec: str = "") -> Typeset | None:
        """The number to show inside the node `name`, or None where it would be too small to read."""
        return self.node(name).value_to_show(self.trace.text(name, spec), self.brightness(name))

    def badge(self, name: str, kind: str, value: float, called: str = "") -> Badge:
        """A badge with `value`: at the upper right of a node, at a weight's label, below a bias's neuron.

        `called` is the number's own name, by default that of the gradient of `name` or of itself.
        """
        own = called or (GRADIENT + name if kind == "gradient" else name)
        badge = Badge(self.trace.notation.text(own, value), kind)
        if name in self.labels:
            label = self.labels[name]
            if label.is_beside:
                badge.scale(min(1.0, label.room / badge.width))
            side = DOWN if label.is_beside else RIGHT
            return badge.next_to(label, side, buff=label.lift + 0.22 if label.is_beside else 0.08)
        quantity = self.trace[name]
        if quantity.kind == "bias" and name not in self.nodes:
            neuron = self.trace.network.names.activations[quantity.layer or 0][quantity.index[0]]
            if neuron in self.names:
                return badge.next_to(self.names[neuron], DOWN, buff=0.08)
            return badge.move_to(self.nodes[neuron].circle.point_at_angle(-0.9)).shift(0.1 * DR)
        if name not in self.nodes:
            return badge.move_to(self.part(name))
        return badge.move_to(self.nodes[name].circle.point_at_angle(0.9)).shift(0.1 * UR)

    def part(self, name: str) -> VMobject:
        """The node, label or tag of a quantity; raises StoryreelError where it has none."""
        found: VMobject | None = self.nodes.get(name) or self.tags.get(name)
        if found is None:
            raise StoryreelError(f"nothing in this picture stands for {name!r}")
        return found

    def number_of(self, name: str) -> VMobject | None:
        """The number of a quantity in the diagram, or None where it is not shown."""
        if name in self.nodes:
            return self.nodes[name].value
        label = self.tags.get(name)
        return label.number if label else None

    def symbol_of(self, name: str) -> VMobject | None:
        """The symbol of a quantity in the diagram, or None where it is not shown."""
        label = self.tags.get(name)
        return self.names.get(name) or (label.symbol if label else None)
