"""Two pictures of one network, in which values go forward and gradients back, in step."""

import numpy as np
from manim import Animation, AnimationGroup, Succession, VGroup, VMobject

from storyreel.engine.operation import GRADIENT
from storyreel.engine.trace import Trace
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, at
from storyreel.graphics.motion.verbs import appear, change, run_spark
from storyreel.graphics.network_layout import ROOM_FOR_TARGETS
from storyreel.graphics.networks.network_diagram import NetworkDiagram
from storyreel.graphics.networks.neuron import Neuron
from storyreel.graphics.text.typeset import Typeset, words

ROOM_FOR_NAME, LEAST_OPACITY = 0.9, 0.25
"""Units above a network for its name, and the opacity of a connection whose gradient is 0."""


class PassPair:
    """The network of `trace` in two `areas`, with `names` above: in the first, values go forward, in the
    second gradients back.

    `pictures` are the connections and neurons of both, `headings` the names, `numbers` those in the neurons
    that have come so far. In the second one, a neuron has the gradient of its weighted sum, with the slope of
    its activation function, and is as bright as the size of that, relative to the largest; a connection is as
    wide as the size of its weight's.
    """

    def __init__(self, trace: Trace, areas: tuple[Area, Area], names: tuple[str, str]) -> None:
        self.trace = trace
        self.forward, self.backward = (
            NetworkDiagram(trace, _below_name(area), has_values=True) for area in areas
        )
        kinds = ("activation", "gradient")
        self.headings = [
            _heading(name, area, kind) for name, area, kind in zip(names, areas, kinds, strict=True)
        ]
        for node in self.backward.nodes.values():
            node.kind = "gradient"
            node.circle.set_stroke(theme.colour("gradient"))
            node.glow.set_color(theme.colour("gradient")).set_stroke(opacity=0)
        self.pictures = [
            VGroup(*diagram.edges.values(), *diagram.nodes.values(), *diagram.marks.values())
            for diagram in (self.forward, self.backward)
        ]
        gradients = trace.gradients
        self.steepest = max(float(np.abs(layer).max()) for layer in gradients.weights) or 1.0
        slopes = [
            abs(self._slope(self._sum(name))) for column in self.backward.columns[1:] for name in column
        ]
        self.largest = max(slopes) or 1.0
        self.numbers: list[Typeset] = []

    def _slope(self, name: str) -> float:
        return self.trace.number(GRADIENT + name)

    def _sum(self, neuron: str) -> str:
        """The name of a neuron's weighted sum."""
        names = self.trace.network.names
        return names.pre_activations[names[neuron].layer or 0][names[neuron].index[0]]

    def run(self) -> Animation:
        """Values go forward, and gradients back, layer by layer, each layer in the same time as that of the
        other picture."""
        count = len(self.forward.columns)
        return Succession(
            *(AnimationGroup(self._forward_to(k), self._back_to(count - 1 - k)) for k in range(count))
        )

    def _forward_to(self, layer: int) -> Animation:
        """Values reach a layer, counted from 0 for the inputs."""
        diagram, steps = self.forward, list[Animation]()
        column = diagram.columns[layer]
        lines = [line for name in column for line in diagram.forward_paths(name)]
        if lines:
            steps.append(AnimationGroup(*(run_spark(line, "activation") for line in lines)))
        lit = [
            self._lights_up(diagram.nodes[name], diagram.value(name), diagram.brightness(name))
            for name in column
        ]
        return Succession(*steps, AnimationGroup(*lit))

    def _back_to(self, layer: int) -> Animation:
        """Gradients reach a layer; its inputs' are none of the network's."""
        diagram, steps = self.backward, list[Animation]()
        if layer + 1 < len(diagram.columns):
            weights = [
                name
                for row in self.trace.network.names.weights[layer + 1]
                for name in row
                if name in diagram.edges
            ]
            sparks, looks = list[Animation](), list[Animation]()
            for name in weights:
                slope = self._slope(name)
                size = abs(slope) / self.steepest
                back = diagram.edges[name].copy().reverse_direction()
                sparks.append(run_spark(back, "gradient", (size, size)))
                opacity = LEAST_OPACITY + (1 - LEAST_OPACITY) * size
                looks.append(diagram.as_gradient(name, slope, self.steepest, opacity))
            steps.append(AnimationGroup(*sparks, *looks))
        if layer:
            lit = []
            for name in diagram.columns[layer]:
                total, node = self._sum(name), diagram.nodes[name]
                slope = self._slope(total)
                share = abs(slope) / self.largest
                number = node.longest_value(self.trace.text(GRADIENT + total), slope, share)
                lit.append(self._lights_up(node, number, share))
            steps.append(AnimationGroup(*lit))
        return Succession(*steps)

    def _lights_up(self, node: Neuron, number: Typeset | None, brightness: float) -> Animation:
        moves: list[Animation] = [change(node).shine(brightness).build()]
        if number is not None:
            self.numbers.append(number.set_z_index(1))
            moves.append(appear(number))
        return AnimationGroup(*moves)

    @property
    def everything(self) -> list[VMobject]:
        """All that is on stage."""
        return [*self.headings, *self.pictures, *self.numbers]


def _below_name(area: Area) -> Area:
    """The area of a network, which has no targets beside it and so no room for them."""
    return Area("network", area.left, area.bottom, area.right + ROOM_FOR_TARGETS, area.top - ROOM_FOR_NAME)


def _heading(name: str, area: Area, kind: str) -> Typeset:
    text = words(name, em=theme.SIZES.label, colour=theme.colour(kind), weight="semibold")
    return text.move_to(at(area.centre[0], area.top - theme.SIZES.label / 2))
