"""The computation graph of the path from a weight to the loss: the path in a row, other operands below."""

import math
from functools import cached_property
from itertools import pairwise

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, Line, VGroup, VMobject

from storyreel.core.arrays import Array
from storyreel.core.errors import StoryreelError
from storyreel.engine.curves import has_curve
from storyreel.engine.operation import GRADIENT
from storyreel.engine.weight_path import WeightPath
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, Point, at
from storyreel.graphics.maths.computation_graph import (
    ACTIVATION,
    PRODUCT,
    WEIGHTED_SUM,
    Operator,
    arrow_between,
    loss_sign,
)
from storyreel.graphics.networks.diagram import LABEL_GAP, Diagram
from storyreel.graphics.networks.gates.gate import Gate
from storyreel.graphics.networks.label_places import Box, box_of
from storyreel.graphics.networks.neuron import Neuron
from storyreel.graphics.parts.badge import Badge
from storyreel.graphics.parts.tag import Tag
from storyreel.graphics.text.typeset import Typeset, maths

LARGEST_RADIUS, RADIUS, RADIUS_IN_LARGEST, CLOSE, RADIUS_WHERE_CLOSE = 0.78, 0.26, 0.22, 2.0, 0.2
"""The largest radius of a node in Manim units, and its largest share of the distance of columns: also that in
the largest chain, and that of columns so close that two operators between them would else be too small to be
read."""
RADIUS_BESIDE_GATES = 0.18
"""That in the largest chain where there are two operators between nodes, with what is written above them."""
OPERATOR = 0.37
"""The radius of an operator, in radii of a node."""
ARROW, SHARE_OF_ARROW = 0.12, 0.075
"""What is free for an arrow before and after each of two operators: in units, and at most as a share of the
distance of columns."""
GATE, SMALL_GATE, LARGEST_GATE = 0.72, 0.57, 1.2
"""The side of a gate, as a share of what is free between two nodes, alone and beside another operator, and
its largest there, in radii of a node."""
TO_TAG = 0.22
"""Units from an operator down to the first tag."""
BETWEEN_RIMS = 0.15
"""Units that stay free beside a tag between two nodes, and beside a badge between two others."""
ROOM_FOR_TAGS, FROM_TAG = 1.75, 0.05
"""The largest width of tags beside a chain that runs down, and the units from them to the nodes."""
LEAST_OF_TAG = 0.6
"""The least scale of a tag between two nodes; it stands below their symbols where it has no room for that."""
SHOULDER, ROOM_FOR_BADGE = 0.79, 0.25
"""How far above a node's middle a badge on it begins, in radii, and the units that it needs from there."""
WIDEST_NAME = 1.75
"""The largest width of a symbol below a node, in radii of it."""
READABLE_TAG, NARROWEST_NAME = 0.68, 0.75
"""The scale of a tag for which symbols get narrower, and the least factor of that."""
LARGEST_CHAIN = 5
"""The most numbers in the row that can be read."""


class ChainGraph(Diagram):
    """The numbers of `chain` as nodes along the top of an area, in columns of equal width.

    In an upright area they stand one below the other on its left, in rows of equal height, with the other
    operands to the left of the operators. `spacing` is the distance of the nodes.

    For each number after the first: `operators` are the circles before it, or the gate of an activation whose
    weighted sum is a number of the chain, and `arrows` the lines to it. `operands` are the tags of the other
    operands, below the operators, to which `hangers` lead; `rests` are the dots for operands that are left
    out. Raises StoryreelError where the chain is too long.
    """

    def __init__(self, chain: WeightPath, area: Area) -> None:
        super().__init__(chain.trace, area)
        if len(chain.names) > LARGEST_CHAIN:
            raise StoryreelError(
                f"from {chain.parameter!r} to the loss there are {len(chain.names)} numbers;"
                f" the chain rule is shown for up to {LARGEST_CHAIN}, as of three layers"
            )
        self.chain = chain
        self.runs_down = area.is_upright
        self.spacing = (area.height if self.runs_down else area.width) / len(chain.names)
        are_two = any(len(self._signs(*link)) > 1 for link in self._links)
        share = RADIUS_IN_LARGEST if len(chain.names) == LARGEST_CHAIN else RADIUS
        if are_two and self.spacing < CLOSE:
            share = RADIUS_WHERE_CLOSE
        elif are_two and len(chain.names) == LARGEST_CHAIN:
            share = RADIUS_BESIDE_GATES
        self.radius = min(LARGEST_RADIUS, share * self.spacing)
        self.row = area.top - max(self.radius + 0.12, SHOULDER * self.radius + ROOM_FOR_BADGE)
        self.operators: dict[str, list[Operator | Gate]] = {}
        self.arrows: dict[str, list[VMobject]] = {}
        self.operands: dict[str, Tag] = {}
        self.hangers: dict[str, Line] = {}
        self.rests: dict[str, Typeset] = {}
        for column, name in enumerate(chain.names):
            node = self.nodes[name] = Neuron(self.trace[name].kind, self.radius)
            node.move_to(self.place(column))
            self.name_below(name)
            if self.runs_down:
                self.names[name].next_to(node, LEFT, buff=LABEL_GAP)
        if not self.runs_down:
            self._narrow_names()
        for column, (name, operands) in enumerate(self._links):
            self._link(column, name, operands)

    def _narrow_names(self) -> None:
        """Make symbols narrower than nodes, so that tags have room between them; all have one size."""
        widest = max(label.width for label in self.names.values())
        tags = [self._tag(operand).width for _, operands in self._links for operand in operands]
        factor = min(1.0, WIDEST_NAME * self.radius / widest)
        beside_tag = (self.spacing - BETWEEN_RIMS - READABLE_TAG * max(tags, default=0.0)) / widest
        if beside_tag >= NARROWEST_NAME * factor:  # else tags stand below them
            factor = min(factor, beside_tag)
        for label in self.names.values():
            label.scale(factor, about_point=np.array(at(label.get_x(), label.first_baseline)))

    @property
    def _links(self) -> list[tuple[str, tuple[str, ...]]]:
        """Each number after the first, with its other operands."""
        return list(zip(self.chain.names[1:], self.chain.operands, strict=True))

    def x(self, column: float) -> float:
        """The x coordinate of a column's middle, counted from 0; n + 0.5 is between two columns."""
        return self.area.left + (column + 0.5) * self.spacing

    def place(self, column: float) -> Point:
        """The middle of a node; n + 0.5 is between two nodes."""
        if not self.runs_down:
            return at(self.x(column), self.row)
        beside = ROOM_FOR_TAGS + FROM_TAG + self.radius
        return at(self.area.left + beside, self.area.top - (column + 0.5) * self.spacing)

    def _signs(self, name: str, operands: tuple[str, ...]) -> list[str]:
        kind = self.trace[name].kind
        if kind == "loss":
            return [loss_sign(self.trace)]
        layer = self.trace[name].layer or 0
        is_first = name == self.chain.names[1]
        has_bias = any(self.trace[operand].kind == "bias" for operand in operands)
        is_sum = has_bias or name in self.chain.abridged or (is_first and not self.chain.is_weight)
        first = WEIGHTED_SUM if is_sum else PRODUCT
        is_identity = self.trace.network.layers[layer - 1].activation.name == "identity"
        is_identity = is_identity or self.trace[name].kind == "pre_activation"
        return [first] if is_identity else [first, ACTIVATION]

    def _gate(self, name: str, side: float) -> Gate:
        """The gate before an activation, with the dot and the slope at its weighted sum."""
        layer = self.trace[name].layer or 1
        neuron = self.chain.neurons[layer - self.chain.layer]
        z = float(self.trace.forward.pre_activations[layer - 1][0, neuron])
        gate = Gate(self.trace.network.layers[layer - 1].activation.name, z, side)
        return gate.put_dot(z).show_slope(z)

    def _operators(self, name: str, signs: list[str], free: float) -> list[Operator | Gate]:
        """The operations before a number, `free` units wide together: an activation function is a gate where
        it has a curve."""
        layer = self.trace[name].layer or 1
        largest = OPERATOR * min(LARGEST_RADIUS, RADIUS * self.spacing)
        if ACTIVATION in signs and has_curve(self.trace.network.layers[layer - 1].activation.name):
            side = min(SMALL_GATE * free, LARGEST_GATE * self.radius)
            return [Operator(signs[0], min(largest, (free - side) / 2)), self._gate(name, side)]
        return [Operator(sign, min(largest, free / (2 * len(signs)))) for sign in signs]

    def _link(self, column: int, name: str, operands: tuple[str, ...]) -> None:
        middle, signs = np.array(self.place(column + 0.5)), self._signs(name, operands)
        onwards = DOWN if self.runs_down else RIGHT
        arrow = min(ARROW, SHARE_OF_ARROW * self.spacing)
        operators = self._operators(name, signs, self.spacing - 2 * self.radius - (len(signs) + 1) * arrow)
        VGroup(*operators).arrange(onwards, buff=arrow).move_to(middle)
        if self.chain.is_activation_of(name):
            operators = [self._gate(name, GATE * (self.spacing - 2 * self.radius)).shift(middle)]
        self.operators[name] = operators
        source, sink = self.nodes[self.chain.names[column]].circle, self.nodes[name].circle
        stops = [source, *(each.plate if isinstance(each, Gate) else each.circle for each in operators), sink]
        self.arrows[name] = [arrow_between(a, b) for a, b in pairwise(stops)]
        hanging, is_low = list[VMobject](), False
        for operand in operands:
            tag = self._tag(operand)
            room = ROOM_FOR_TAGS if self.runs_down else self._room_for_tag(self.chain.names[column], name)
            if room < LEAST_OF_TAG * tag.width:  # it stands below the symbols
                is_low, room = True, self.spacing - BETWEEN_RIMS
            self.operands[operand] = tag.scale(min(1.0, room / tag.width))
            hanging.append(tag)
        if name in self.chain.abridged:
            rest = maths("dots.c", plain="…", em=theme.SIZES.small, colour=theme.colour("muted"))
            hanging.append(rest)
            self.rests[name] = rest
        if hanging:
            if is_low:
                middle = np.array(at(operators[0].get_x(), middle[1]))
            self._hang_from(name, hanging, operators[0], middle, is_low)
            if self.runs_down:
                self._between_symbols(VGroup(*hanging), self.chain.names[column], name)

    def _between_symbols(self, hanging: VGroup, before: str, after: str) -> None:
        """Move operands beside a chain that runs down between the symbols of two numbers, smaller where these
        are too close."""
        high, low = self.names[before].get_bottom()[1], self.names[after].get_top()[1]
        room = float(high - low) - 2 * FROM_TAG
        if self.names[before].get_left()[0] < hanging.get_right()[0] and hanging.height > room:
            hanging.scale(room / hanging.height, about_point=hanging.get_right())
        top, bottom = float(high) - FROM_TAG, float(low) + FROM_TAG
        hanging.shift(min(0.0, top - hanging.get_top()[1]) * UP)
        hanging.shift(max(0.0, bottom - hanging.get_bottom()[1]) * UP)

    def _tag(self, operand: str) -> Tag:
        """The tag of an operand, as large as where there is room."""
        return Tag(operand, self.trace.text(operand), self.trace[operand].kind, theme.SIZES.small)

    def _room_for_tag(self, before: str, after: str) -> float:
        """The largest width of a tag between two nodes, whose rims are as far apart as at its upper edge, and
        between their symbols."""
        depth = min(self.radius, OPERATOR * self.radius + TO_TAG)
        rims = 2 * math.sqrt(self.radius**2 - depth**2)
        symbols = max(self.names[before].width, self.names[after].width)
        between = self.spacing - max(rims, symbols) - BETWEEN_RIMS
        return min(0.96 * (self.spacing - min(0.6, self.radius)), between)

    def _hang_from(
        self, name: str, hanging: list[VMobject], operator: Operator | Gate, middle: Array, is_low: bool
    ) -> None:
        """Place the operands of a number beside an operator, and the line between; below the symbols where
        they are to be low."""
        self._hang(hanging, operator, middle)
        if is_low:
            lowest = min(float(symbol.get_bottom()[1]) for symbol in self.names.values())
            VGroup(*hanging).shift((hanging[0].get_top()[1] - lowest + LABEL_GAP) * DOWN)
        start = at(operator.get_x(), hanging[0].get_top()[1])
        if self.runs_down:
            start = at(max(shape.get_right()[0] for shape in hanging), operator.get_y())
        self.hangers[name] = Line(
            start,
            operator.get_left() if self.runs_down else operator.get_bottom(),
            stroke_color=theme.colour("line"),
            stroke_width=theme.SPACING.thin_stroke,
        )

    def _hang(self, hanging: list[VMobject], operator: VMobject, middle: Array) -> None:
        """Place operands below an operator, or left of the nodes, around `middle`, that of the link."""
        if self.runs_down:
            tags = VGroup(*hanging).arrange(DOWN, buff=0.08)
            tags.next_to(middle + (self.radius + FROM_TAG) * LEFT, LEFT, buff=0.0)
            return
        above: VMobject = operator
        for shape in hanging:
            shape.next_to(above, DOWN, buff=TO_TAG if above is operator else 0.08).set_x(middle[0])
            above = shape

    def boxes(self, name: str) -> list[Box]:
        """The rectangles of everything that a badge of `name` must not cover, operators and operands too."""
        signs = (operator for operators in self.operators.values() for operator in operators)
        return [*super().boxes(name), *map(box_of, signs), *map(box_of, self.operands.values())]

    def badge_below(self, name: str, gradient: float) -> Badge:
        """A badge with the gradient of a number of the row, below its symbol, or to the right of its node
        where the chain runs down."""
        badge = self._badge(name, gradient)
        return badge.move_to(self._below(name, badge))

    def _badge(self, name: str, gradient: float) -> Badge:
        badge = Badge(self.trace.notation.text(GRADIENT + name, gradient), "gradient")
        return badge if self.runs_down else badge.scale(min(1.0, (self.spacing - BETWEEN_RIMS) / badge.width))

    def _below(self, name: str, badge: Badge) -> Array:
        node = self.nodes[name]
        if self.runs_down:
            return np.asarray(badge.copy().next_to(node, RIGHT, buff=LABEL_GAP).get_center())
        return np.array(at(node.get_x(), self._top_of_badges - badge.height / 2))

    @cached_property
    def _top_of_badges(self) -> float:
        """The y coordinate below the symbols, and below the operands that the badge of any number of the row
        would cover."""
        lowest = min(float(symbol.get_bottom()[1]) for symbol in self.names.values())
        for name in self.chain.names[:-1]:
            x, half = (
                self.nodes[name].get_x(),
                self._badge(name, self.trace.number(GRADIENT + name)).width / 2,
            )
            for part in (*self.operands.values(), *self.rests.values()):
                if abs(part.get_x() - x) < half + part.width / 2:
                    lowest = min(lowest, float(part.get_bottom()[1]))
        return lowest - LABEL_GAP

    def badge_places(self, name: str, badge: Badge) -> list[np.ndarray]:
        """The places for a badge, the best first: that of a number of the row is below its symbol."""
        places = super().badge_places(name, badge)
        return [self._below(name, badge), *places] if name in self.nodes else places

    @property
    def lowest(self) -> float:
        """The y coordinate of the lower edge of the graph."""
        parts = (*self.names.values(), *self.operands.values(), *self.rests.values())
        return min(float(part.get_bottom()[1]) for part in parts)

    def between(self, name: str) -> VGroup:
        """Everything between the number `name` and the one before it, without the tags of operands."""
        rest = [self.rests[name]] if name in self.rests else []
        hangers = [self.hangers[name]] if name in self.hangers else []
        return VGroup(*self.operators[name], *self.arrows[name], *hangers, *rest)

    @property
    def connections(self) -> list[VMobject]:
        """Everything between the numbers of the row, without the tags of operands."""
        return [part for name in self.arrows for part in self.between(name)]

    @property
    def links(self) -> dict[str, VGroup]:
        """What leads on from each number of the row, with the plates of the operands there."""
        pairs = zip(self.chain.names, self.chain.names[1:], self.chain.operands, strict=False)
        return {
            before: VGroup(*self.between(name), *(self.operands[operand].plate for operand in operands))
            for before, name, operands in pairs
        }

    @property
    def tags(self) -> dict[str, Tag]:
        """The tags of operands."""
        return self.operands

    def forward_paths(self, name: str) -> list[VMobject]:
        """The line to the number `name` from the one before it."""
        place = self.chain.names.index(name) if name in self.chain.names else 0
        if not place:
            return []
        source, sink = self.nodes[self.chain.names[place - 1]], self.nodes[name]
        return [Line(source.get_center(), sink.get_center())]

    def backward_paths(self, name: str) -> list[VMobject]:
        """The line back to the number `name` from the one after it."""
        links = zip(self.chain.names, self.chain.names[1:], strict=False)
        return [
            path.reverse_direction()
            for before, after in links
            if before == name
            for path in self.forward_paths(after)
        ]

    def brightness_at(self, name: str, value: float) -> float:
        """The brightness of the node `name` with the number `value`, 0 to 1."""
        is_activation = self.nodes[name].kind == "activation"
        return min(1.0, abs(value) / self.largest) if is_activation else 0.0

    def moved_value(self, name: str, value: float, decimals: int, is_at_rest: bool) -> VGroup:
        """The number `value` in the node `name`, with as many decimals as fit; empty where none fits."""
        brightness = self.brightness_at(name, value)
        number = self.nodes[name].rounded_value(value, decimals, brightness, is_at_rest)
        return VGroup(number) if number is not None else VGroup()
