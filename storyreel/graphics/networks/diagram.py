"""The base of all diagrams of a trace: nodes that can show values, and badges for gradients."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping

import numpy as np
from manim import DL, DOWN, DR, LEFT, RIGHT, UL, UP, UR, Circle, VGroup, VMobject

from storyreel.core.errors import StoryreelError
from storyreel.core.number_format import short_of_one, shorter
from storyreel.engine.operation import GRADIENT
from storyreel.engine.trace import Trace
from storyreel.graphics import theme
from storyreel.graphics.layout import Area
from storyreel.graphics.networks.bias_label import BiasLabel
from storyreel.graphics.networks.edge import WeightLabel
from storyreel.graphics.networks.label_places import Box, box_of, is_clear, put_clear
from storyreel.graphics.networks.neuron import Neuron
from storyreel.graphics.parts.badge import Badge
from storyreel.graphics.parts.tag import Tag
from storyreel.graphics.text.symbol import symbol
from storyreel.graphics.text.typeset import CAPITALS, Typeset, maths

LABEL_GAP = 0.12
LARGEST_LOSS_NODE = 0.9
BEYOND = 0.12
"""Units by which badges and remarks may leave the area of their picture, upwards and downwards."""
FAR = 100.0
"""Units from the middle to where there is nothing."""
FROM_NUMBER = 0.24
"""Units between the number on a connection and the badge beside it, where there is room: the two are not read
as one number."""
LARGE_BADGE = 1.2
"""The scale of a badge where that has room."""
BADGE_SCALES = (1.0, 0.85, 0.7, 0.56)
"""The sizes of a badge that are tried, from the largest."""


class Diagram(VGroup, ABC):
    """A diagram of a trace, whose parts are found by the trace's names.

    `nodes["h"]` are circles for values, `names["h"]` their symbols, `labels["w1"]` the labels of weights and
    biases, `targets["target"]` the tags of targets without a node, `marks` what stands for neurons left out,
    by layer. Values are drawn only when a scene calls `value`.
    """

    runs_down = False
    """True where values flow from top to bottom, and so there are lines above and below nodes."""

    def __init__(self, trace: Trace, area: Area) -> None:
        super().__init__()
        self.trace, self.area = trace, area
        self.nodes: dict[str, Neuron] = {}
        self.names: dict[str, Typeset] = {}
        self.labels: dict[str, WeightLabel | BiasLabel] = {}
        self.targets: dict[str, Tag] = {}
        self.marks: dict[int, VGroup] = {}
        self.largest = max(float(np.abs(layer).max()) for layer in trace.forward.activations) or 1.0

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
    def links(self) -> Mapping[str, VGroup]:
        """What leads on from each number and moves along with it when the diagram turns into one of the same
        kind, by the number's name."""
        return {}

    @property
    def tags(self) -> Mapping[str, WeightLabel | BiasLabel | Tag]:
        """The labels and tags beside the nodes, by the quantity's name."""
        return {**self.labels, **self.targets}

    def name_below(self, name: str) -> None:
        """Write a node's symbol below it."""
        node = self.nodes[name]
        label = maths(symbol(name), plain=name, colour=theme.colour(node.kind))
        self.names[name] = label.next_to(node, DOWN, buff=LABEL_GAP)
        # One line for all symbols but those with an index above, which reach higher.
        label.on_baseline(min(label.first_baseline, node.get_bottom()[1] - LABEL_GAP - CAPITALS * label.em))

    def node(self, name: str) -> Neuron:
        """The node of a quantity; raises StoryreelError where there is none."""
        if name not in self.nodes:
            has_part = name in self.tags or name not in self.trace.network.names
            raise StoryreelError(f"{name!r} has no node in this picture" if has_part else self.absence(name))
        return self.nodes[name]

    def absence(self, name: str) -> str:
        """Why a quantity has no part in this picture."""
        return f"nothing in this picture stands for {name!r}"

    def brightness(self, name: str) -> float:
        """The size of an activation relative to the network's largest, 0 to 1; 0 for other quantities."""
        kind = self.trace.network.names[name].kind
        return abs(self.trace.number(name)) / self.largest if kind in ("input", "activation") else 0.0

    def value(self, name: str, spec: str = "", written: str = "") -> Typeset | None:
        """The number to show inside the node `name`, or None where it would be too small to read; if there is
        room for it, as it is `written` elsewhere."""
        text, value = written or self.trace.text(name, spec), self.trace.number(name)
        if self.nodes[name].kind == "activation" and not spec and not written:
            text = short_of_one(value) or text  # as 1, a value of tanh would seem to have no slope
        return self.node(name).longest_value(text, value, self.brightness(name))

    def badge(self, name: str, kind: str, value: float, called: str = "", taken: Iterable[Box] = ()) -> Badge:
        """A badge with `value` beside a node or a label, where it covers nothing of this picture.

        `called` is the number's own name, by default that of the gradient of `name` or of itself. `taken` are
        the rectangles of other things on stage.
        """
        blocked = [*self.boxes(name), *taken]
        own = called or (GRADIENT + name if kind == "gradient" else name)
        for text in (self.trace.notation.text(own, value), *shorter(value)):
            badge = Badge(text, kind)
            factor, least = self.badge_factor(name, badge), theme.SIZES.crowded / badge.em
            badge.scale(factor)
            scales = [scale for scale in (LARGE_BADGE, *BADGE_SCALES) if scale * factor >= least]
            if factor < 1:
                scales = [scale for scale in scales if scale <= 1]
            put_clear(badge, self.badge_places(name, badge), blocked, scales or [1.0])
            if is_clear(badge, blocked):
                break
        return badge

    def badge_factor(self, name: str, badge: Badge) -> float:
        """The factor with which a badge has room below a label beside its connection; 1 for others."""
        label = self.labels.get(name)
        if label is None or not label.is_beside:
            return 1.0
        return max(min(1.0, label.room / badge.width), theme.SIZES.crowded / badge.em)

    @property
    def surroundings(self) -> list[Box]:
        """The rectangles around the picture's area, and a little above and below it, which belong to other
        things."""
        left, right, far = self.area.left, self.area.right, FAR
        bottom, top = self.area.bottom - BEYOND, self.area.top + BEYOND
        sides = (
            (-far, -far, left, far),
            (right, -far, far, far),
            (-far, -far, far, bottom),
            (-far, top, far, far),
        )
        return list(sides)

    def boxes(self, name: str) -> list[Box]:
        """The rectangles of everything that a badge of `name` must not cover, on stage or not yet."""
        texts = [
            *self.names.values(),
            *self.targets.values(),
            *(label.text for label in self.labels.values()),
        ]
        values = filter(None, (self.value(node) for node in self.nodes))
        return [*map(box_of, texts), *(box_of(glyph) for value in values for glyph in value)]

    def badge_places(self, name: str, badge: Badge) -> list[np.ndarray]:
        """The places for a badge, the best first: at the upper right of a node, at a label, at a bias's
        neuron, at a tag, along the connection of a weight without a label."""
        places = list[np.ndarray]()
        if name in self.labels:
            label = self.labels[name]
            lift = label.lift + 0.22 if label.is_beside else 0.08
            over = LEFT if self.runs_down and label.is_beside else DOWN  # across its edge
            beside = (over, RIGHT, UP if self.runs_down else LEFT)
            sides = beside if label.is_beside else (RIGHT, LEFT, DOWN, UP)
            for across in (0.08,) if label.is_beside else (FROM_NUMBER, 0.08):
                for side in sides:
                    gap = lift if side is over else across
                    places.append(badge.copy().next_to(label, side, buff=gap).get_center())
        neuron = self.nodes.get(name)
        if neuron is None and self.trace.network.names[name].kind == "bias":
            neuron = self.nodes.get(self.neuron_of(name))
        if neuron is not None:
            places += _around(neuron, badge)
        if not places and name in self.tags:
            sides = (DOWN, RIGHT, LEFT, UP)
            places = [badge.copy().next_to(self.tags[name], side, buff=0.08).get_center() for side in sides]
        if not places:
            part = self.part(name)
            shares = (0.5, 0.4, 0.6, 0.3, 0.7, 0.25, 0.75, 0.2, 0.8)
            places = [np.array(part.point_from_proportion(share)) for share in shares]
        return places

    def neuron_of(self, bias: str) -> str:
        """The name of a bias's neuron."""
        address = self.trace.network.names[bias]
        return self.trace.network.names.activations[address.layer or 0][address.index[0]]

    def part(self, name: str) -> VMobject:
        """The node, label or tag of a quantity; raises StoryreelError where it has none."""
        found: VMobject | None = self.nodes.get(name) or self.tags.get(name)
        if found is None:
            raise StoryreelError(self.absence(name))
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


def _around(neuron: Neuron, badge: Badge) -> list[np.ndarray]:
    """The places of a badge at a neuron: on its rim, then beside it."""
    shifts = (UR, DR, UL, DL)
    if isinstance(neuron.circle, Circle):
        angles = (0.9, -0.9, np.pi - 0.9, 0.9 - np.pi)
        rim = map(neuron.circle.point_at_angle, angles)
        corners = [point + 0.1 * shift for point, shift in zip(rim, shifts, strict=True)]
    else:
        corners = [neuron.get_corner(shift) for shift in shifts]
    sides = (RIGHT, LEFT, UP, DOWN)
    return [*corners, *(badge.copy().next_to(neuron, side, buff=0.05).get_center() for side in sides)]
