"""What a layer asks of a neuron before it: the arrows of its neurons, times the weights between them."""

import numpy as np
from manim import DOWN, RIGHT, VGroup, VMobject

from storyreel.engine.equations.neuron_sum import neuron_sum
from storyreel.engine.trace import Trace
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, at
from storyreel.graphics.networks.edge import Edge
from storyreel.graphics.networks.images.arrow_rows import ArrowRows, descents
from storyreel.graphics.networks.neuron import Neuron
from storyreel.graphics.text.typeset import CAPITALS, Typeset, maths

FAN, LARGEST_FAN = 0.25, 3.4
"""The width of the room for the connections, as a share of the area's, and at most in units."""
RADIUS, LARGEST_RADIUS = 0.4, 0.24
"""The radius of a neuron of the layer in distances of rows, and at most in units."""
NODE = 0.42
"""The radius of the neuron before it, in units."""
NARROW, BESIDE = 9.0, 1.9
"""The width below which an area has no room for connections: the neuron is then below the heads, and its
arrow beside it; and how many units to the right of its middle this begins."""
BRIGHT = 0.6
"""The activation from which on the number in a neuron has the colour of the background."""
BELOW_NODE, GAP = 0.3, 0.14
"""Units from the neuron down to its arrow and from this to its number, and between a neuron and its class."""


class BackwardSum(VGroup):
    """The hidden neuron `name`, with its `number` in its layer, at the left of `area`, its connections to all
    neurons of the layer after it, and these as the heads of `rows`, in which minus the gradients of their
    weighted sums are multiplied by the weights and added up. Outputs have the number of their class beside
    them.
    """

    def __init__(self, trace: Trace, name: str, area: Area) -> None:
        names = trace.network.names
        self.trace, self.name, self.area = trace, name, area
        self.numbers = neuron_sum(trace, name)
        self.layer = names[name].layer or 0
        (self.place,) = names[name].index
        self.following = names.activations[self.layer + 1]
        is_last = self.layer + 1 == len(trace.network.layers)
        self.is_narrow = area.width < NARROW
        aside = 0.0 if self.is_narrow else 2 * NODE + min(LARGEST_FAN, FAN * area.width)
        room = Area("rows", area.left + aside, area.bottom, area.right, area.top)
        pitch = room.height / (len(self.following) + 3)
        radius = min(LARGEST_RADIUS, RADIUS * pitch)
        self.neurons = [self._neuron(each, radius) for each in self.following]
        heads = [
            VGroup(neuron, *([_class_of(place, neuron)] if is_last else []))
            for place, neuron in enumerate(self.neurons)
        ]
        self.rows = ArrowRows(descents(self.numbers), heads, room)
        self.node = self._neuron(name, NODE)
        ys = self.rows.ys[: len(heads)]
        middle = (ys[0] + ys[-1]) / 2 if not self.is_narrow else (self.rows.ys[-1] + self.rows.ys[-3]) / 2
        self.node.move_to(at(area.left + NODE, middle))
        weights = trace.network.layers[self.layer].weights[:, self.place]
        self.number = self._number_in_node()
        self.edges = VGroup()
        strongest = float(np.abs(weights).max()) or 1.0
        for neuron, weight in zip(self.neurons, [] if self.is_narrow else weights.tolist(), strict=False):
            self.edges.add(Edge(self.node, neuron).show_weight(weight, 1.5 + 5 * abs(weight) / strongest))
        self.symbols = VGroup(*([] if self.is_narrow else self._symbols()))
        super().__init__(self.edges, self.node, self.number, self.rows)

    def _neuron(self, name: str, radius: float) -> Neuron:
        return Neuron("activation", radius).shine(abs(self.trace.number(name)))

    def _number_in_node(self) -> Typeset:
        """The number of the neuron in its layer, counted from 1, in it."""
        text, is_bright = str(self.place + 1), abs(self.trace.number(self.name)) > BRIGHT
        number = maths(
            text,
            plain=text,
            em=theme.SIZES.body,
            colour=theme.colour("background" if is_bright else "text"),
        )
        return number.move_to(self.node.circle).set_z_index(1)

    def _symbols(self) -> list[Typeset]:
        """What the total and the product are arrows of: a, the neuron's activation, and its weighted sum z;
        at the ends of their rows' numbers in front of the arrows."""
        symbols, em = list[Typeset](), theme.SIZES.label
        for symbol, kind, row in (("a", "activation", -3), ("z", "text", -1)):
            text = maths(symbol, plain=symbol, em=em, colour=theme.colour(kind))
            text.align_to(self.rows.starts, RIGHT).on_baseline(float(self.rows.ys[row]) - CAPITALS * em / 2)
            symbols.append(text)
        return symbols if self.rows.shown.product else []

    def row_of(self, name: str) -> Area | None:
        """The room of the row of a neuron of the layer; None for another name."""
        return self.rows.row(self.following.index(name)) if name in self.following else None

    def own(self) -> tuple[VMobject, Typeset]:
        """The arrow of the neuron itself, below it, on the scale of the rows, and its number."""
        found = self.rows.shown.product or self.rows.shown.total
        x, y = float(self.node.get_x()), float(self.node.get_bottom()[1]) - BELOW_NODE
        if self.is_narrow:
            x, y = x + BESIDE, float(self.node.get_y()) + BELOW_NODE
        arrow = (self.rows.sum.product[0] if self.rows.shown.product else self.rows.sum.total).copy()
        arrow.shift(at(x - _foot(self.rows), y - float(arrow.get_y())))
        number = maths(found.text, plain=found.text, em=theme.SIZES.label, colour=theme.colour("gradient"))
        return arrow, number.next_to(at(x, y - GAP), DOWN, buff=GAP)


def _foot(rows: ArrowRows) -> float:
    """The x coordinate of the zero line."""
    return float(rows.sum.zero[0].get_x())


def _class_of(place: int, neuron: Neuron) -> Typeset:
    name = maths(str(place), plain=str(place), em=theme.SIZES.small, colour=theme.colour("text"))
    name.next_to(neuron.circle, RIGHT, buff=GAP)
    return name.on_baseline(float(neuron.get_y()) - CAPITALS * theme.SIZES.small / 2)
