"""An output beside a plot, with the neurons before it and the connection of one weight, which can change."""

import numpy as np
from manim import LEFT, RIGHT, Rectangle, VGroup

from storyreel.core.number_format import shown
from storyreel.engine.experiment import Experiment
from storyreel.engine.network import Network
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, at
from storyreel.graphics.networks.edge import Edge
from storyreel.graphics.networks.neuron import Neuron
from storyreel.graphics.text.copy_outlines import copy_outlines
from storyreel.graphics.text.typeset import CAPITALS, Typeset, maths

WIDEST_PITCH, RADIUS, OUTPUT_RADIUS = 0.4, 0.36, 0.28
"""The largest distance of two neurons in Manim units, their radius in distances, and that of the output, in
units."""
LABEL, FAN, HEIGHT, GAP = 0.5, 0.36, 0.4, 0.14
"""The room for the number of a neuron at the left, in units; the share of the rest that the connections have;
the height of the bar, and a gap, in units."""
THINNEST, PER_WEIGHT, WIDEST = 2.0, 2.6, 16.0
"""The stroke width of the connection of a weight of 0, by how much a weight of 1 widens it, and its largest,
in 1/100 unit."""
FAINT = 0.4
"""The opacity of the other connections."""


class WeightFan(VGroup):
    """The output that `weight` leads into, in `area`: at the left the neurons before it, counted from 1, that
    of the weight with its number, and at the right its class and its bar, with its target.

    The connection of the weight is as wide as it is large, and it and the output follow the network that
    `show_network` shows.
    """

    def __init__(self, experiment: Experiment, area: Area, weight: str) -> None:
        network, names = experiment.network, experiment.network.names
        (self.place, source), layer = names[weight].index, len(network.layers)
        self.experiment, self.index = experiment, (self.place, source)
        activations = np.abs(experiment.trace.forward.activations[layer - 1][0])
        count, middle = len(activations), area.centre[1]
        pitch = min(WIDEST_PITCH, area.height / count)
        radius = RADIUS * pitch
        room = area.width - LABEL
        self.node = Neuron("activation", OUTPUT_RADIUS)
        self.node.move_to(at(area.left + LABEL + FAN * room, middle))
        heights = middle + pitch * ((count - 1) / 2 - np.arange(count))
        sources = list[Neuron]()
        for value, y in zip(activations.tolist(), heights.tolist(), strict=True):
            neuron = Neuron("activation", radius).move_to(at(area.left + LABEL + radius, y))
            sources.append(neuron.shine(value))
        weights = network.layers[-1].weights[self.place]
        strongest = float(np.abs(weights).max()) or 1.0
        self.others = VGroup()
        for number, (start, value) in enumerate(zip(sources, weights.tolist(), strict=True)):
            edge = Edge(start, self.node)
            if number == source:
                self.edge = edge
                continue
            self.others.add(edge.show_weight(value, 1 + 2 * abs(value) / strongest))
            edge.set_stroke(opacity=FAINT)
        called = str(source + 1)
        self.called = maths(called, plain=called, em=theme.SIZES.body, colour=theme.colour("text"))
        self.called.align_to(at(area.left + LABEL - GAP, 0), RIGHT)
        self.called.on_baseline(float(heights[source]) - CAPITALS * theme.SIZES.body / 2)
        self._draw_bar(area.right, float(experiment.trace.targets[0, self.place]))
        self.show_network(network, True)
        super().__init__(self.others, self.edge, *sources, self.node, self.called, self.bar)

    def _draw_bar(self, right: float, wanted: float) -> None:
        name, y = str(self.place), float(self.node.get_y())
        text = maths(name, plain=name, em=theme.SIZES.label, colour=theme.colour("text"))
        text.next_to(self.node, RIGHT, buff=GAP).on_baseline(y - CAPITALS * theme.SIZES.label / 2)
        self.foot = float(text.get_right()[0]) + 2 * GAP
        self.unit = right - self.foot

        def bar(length: float, height: float) -> Rectangle:
            shape = Rectangle(width=max(length * self.unit, 0.02), height=height, stroke_width=0)
            return shape.move_to(at(self.foot + length * self.unit / 2, y))

        track = bar(1.0, HEIGHT).set_fill(theme.colour("surface"), opacity=1)
        self.filled = bar(1.0, HEIGHT).set_fill(theme.colour("activation"), opacity=1)
        target = bar(wanted, HEIGHT + 0.12).set_fill(opacity=0)
        target.set_stroke(theme.colour("target"), theme.SPACING.thin_stroke)
        self.number = VGroup(*self._number(0.0))
        self.bar = VGroup(text, track, self.filled, target, self.number)

    def _number(self, value: float) -> Typeset:
        text, y = shown(value, ".2f"), float(self.node.get_y())
        number = maths(text, plain=text, em=theme.SIZES.body, colour=theme.colour("activation"))
        return number.align_to(at(self.foot, 0), LEFT).on_baseline(y + HEIGHT / 2 + 1.5 * GAP)

    def show_network(self, network: Network, is_at_rest: bool) -> None:
        """Show the weight and the output of a network with other weights."""
        weight = float(network.layers[-1].weights[self.index])
        self.edge.show_weight(weight, min(WIDEST, THINNEST + PER_WEIGHT * abs(weight)))
        value = float(network.forward(self.experiment.inputs).prediction[0, self.place])
        self.filled.stretch_to_fit_width(max(value * self.unit, 0.02)).align_to(at(self.foot, 0), LEFT)
        copy_outlines(self.number, self._number(value))
        self.node.shine(abs(value))
