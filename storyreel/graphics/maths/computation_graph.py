"""The computation graph of a chain network: a node for every number, with operations between them."""

import math
from itertools import pairwise

import numpy as np
from manim import DOWN, DR, LEFT, PI, RIGHT, Arrow, Circle, Line, VGroup, VMobject

from storyreel.core.errors import StoryreelError
from storyreel.engine.trace import Trace
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, Point, at
from storyreel.graphics.networks.diagram import BEYOND, LABEL_GAP, Diagram
from storyreel.graphics.networks.neuron import Neuron
from storyreel.graphics.parts.badge import Badge
from storyreel.graphics.polylines import polyline
from storyreel.graphics.text.typeset import maths

LARGEST, SMALLEST = 0.75, 0.5
"""The largest and the smallest radius of a node, in Manim units."""
LONGEST_GAP, SHORTEST_GAP = 2.57, 1.0
"""The largest and the smallest distance of two nodes with an operation between them."""
OPERATION = 0.22
"""The largest radius of an operation, as a share of the distance of its nodes."""
ACTIVATION_GAP = 0.3
"""Units between a pre-activation and its activation, the two parts of a neuron."""
RISE = 2.3
"""Units from the row of activations to the weights in a network without biases."""
ROOM_FOR_NAME = 0.45
"""Units below the row of activations for their symbols, beyond what badges have above the weights."""
ROOM_FOR_BADGE = 0.05
"""Units above the weights and below the biases, for the badges on their outer sides."""
BESIDE_BIAS = 0.2
"""What a symbol leaves free of the distance of two nodes where there is a bias below it, in units."""
SHOULDER = 0.9
"""The angle, in radians, of a badge on a node."""
CORNER, ROUND = 0.5, 2 / 3
"""A rounded corner of a path: its length on each side of the corner in units, and how far the handles of the
curve extend towards the corner. With 2/3, a spark keeps its speed where the path does not bend."""
PRODUCT, WEIGHTED_SUM, ACTIVATION, LOSS = "times", "Sigma", "f", "ell"
"""The signs of operations, as Typst maths."""
SQUARED_LOSS = "parabola"
"""The sign of a loss that is a square: its curve, which says more than a letter."""
WIDTH, DEPTH = 1.1, 0.8
"""The width and the height of the parabola, in radii of its operator."""
WIDEST_SIGN, HIGHEST_SIGN = 1.6, 1.5
"""The largest width and height of any other sign, in radii of its operator."""


class Operator(VGroup):
    """A small circle with the sign of an operation in it: Typst maths, or the curve of a `SQUARED_LOSS`."""

    def __init__(self, sign: str, radius: float) -> None:
        self.circle = Circle(
            radius=radius,
            stroke_color=theme.colour("line"),
            stroke_width=theme.SPACING.thin_stroke,
            fill_color=theme.colour("background"),
            fill_opacity=1,
        )
        if sign == SQUARED_LOSS:
            super().__init__(self.circle, _parabola(radius))
            return
        label = maths(sign, plain="", em=theme.SIZES.small, colour=theme.colour("muted"))
        factor = min(1.0, WIDEST_SIGN * radius / label.width, HIGHEST_SIGN * radius / label.height)
        super().__init__(self.circle, label.scale(factor))


def _parabola(radius: float) -> VMobject:
    curve = VMobject(stroke_color=theme.colour("loss"), stroke_width=theme.SPACING.thin_stroke)
    across = np.linspace(-1.0, 1.0, 9)
    places = ((WIDTH / 2 * x, DEPTH * (x * x - 0.5), 0.0) for x in across.tolist())
    curve.points = polyline([radius * np.array(place) for place in places])
    return curve


def loss_sign(trace: Trace) -> str:
    """The sign of the operation that makes the loss of the output."""
    return SQUARED_LOSS if "squared" in trace.network.loss.name else LOSS


class ComputationGraph(Diagram):
    """The graph of a network with one neuron per layer, from its input (left) to the loss (right).

    Weights and the target stand above the operation that uses them, biases below it. In an upright area it
    runs from top to bottom, with weights on the left and biases on the right. `operations` are the
    circles between the numbers, by the name of their result; `arrows` the lines, by their two ends. Raises
    StoryreelError for a wider network and for one with too many layers.
    """

    def __init__(self, trace: Trace, area: Area) -> None:
        super().__init__(trace, area)
        columns = trace.network.names.activations
        if any(len(column) > 1 for column in columns):
            raise StoryreelError(
                "the computation graph is drawn for chains: networks with one neuron a layer"
            )
        self.operations: dict[str, Operator] = {}
        self.arrows: dict[tuple[str, str], VMobject] = {}
        self.sources: dict[str, str] = {}
        self.limits: dict[str, float] = {}
        steps = self._steps()
        activations = sum(sign == ACTIVATION for _, sign, _, _ in steps)
        self.runs_down = area.is_upright
        length, depth = (area.height, area.width) if self.runs_down else (area.width, area.height)
        gaps, width = len(steps) - activations, length - activations * ACTIVATION_GAP
        self.radius = min(LARGEST, (width - gaps * SHORTEST_GAP) / (2 * len(steps) + 2))
        if self.radius < SMALLEST:
            raise StoryreelError(
                f"the computation graph of {len(columns) - 1} layers is too long to be read;"
                " there is room for five layers, or for three with activations"
            )
        self.gap = min(LONGEST_GAP, (width - 2 * self.radius * (len(steps) + 1)) / gaps)
        has_biases = any(trace.network.names.biases)
        self.rise = (depth - 2 * self.radius) / 2 - ROOM_FOR_BADGE if has_biases else RISE
        aside = 0.0 if has_biases else (RISE - ROOM_FOR_NAME) / 2
        self.row = area.centre[0] + aside if self.runs_down else area.centre[1] - aside
        taken = 2 * self.radius * (len(steps) + 1) + self.gap * gaps + ACTIVATION_GAP * activations
        self._node(columns[0][0], self.radius - taken / 2)
        for name, sign, source, operands in steps:
            self._step(name, sign, source, operands)

    def _steps(self) -> list[tuple[str, str, str, list[str]]]:
        """Each number after the input: its name, its operation's sign, its source, its other operands."""
        names, steps = self.trace.network.names, []
        for layer, column in enumerate(names.activations[1:], start=1):
            (source,), (value,), (before,) = (
                names.activations[layer - 1],
                column,
                names.pre_activations[layer],
            )
            weight, bias = names.weights[layer][0][0], names.biases[layer]
            is_identity = self.trace[value].operation.kind == "weighted_sum"
            summed = value if is_identity else before
            steps.append((summed, WEIGHTED_SUM if bias else PRODUCT, source, [weight, *bias]))
            if not is_identity:
                steps.append((value, ACTIVATION, summed, []))
        (target,), (output,) = names.targets, names.activations[-1]
        return [*steps, ("loss", loss_sign(self.trace), output, [target])]

    def _at(self, along: float, over: float = 0.0) -> Point:
        """The point `along` units after the middle of the row of activations, `over` units on the side of the
        weights."""
        x, y, _ = self.area.centre
        return at(self.row - over, y - along) if self.runs_down else at(x + along, self.row + over)

    def _along(self, name: str) -> float:
        """Where a number of the row is, as `_at` counts."""
        x, y, _ = self.nodes[name].get_center() - np.array(self.area.centre)
        return float(-y if self.runs_down else x)

    def _node(self, name: str, along: float) -> None:
        """Add a number to the row of activations."""
        node = self.nodes[name] = Neuron(self.trace[name].kind, self.radius).move_to(self._at(along))
        self.name_below(name)
        if self.runs_down:
            self.names[name].next_to(node, RIGHT, buff=LABEL_GAP)
            return
        label, room = self.names[name], self.row - self.radius - LABEL_GAP - (self.area.bottom - BEYOND)
        wide = min(2 * self.radius, self.gap - BESIDE_BIAS)  # else it would reach into the bias of the next
        if label.width > wide and any(self.trace.network.names.biases):
            label.scale(wide / label.width).next_to(node, DOWN, buff=LABEL_GAP)
        if label.height > room:  # a symbol with an index above it, which would reach into the equation
            label.scale(room / label.height).next_to(node, DOWN, buff=LABEL_GAP)

    def _step(self, name: str, sign: str, source: str, operands: list[str]) -> None:
        """Add the next number of the row, its operation, and its other operands."""
        gap = ACTIVATION_GAP if sign == ACTIVATION else self.gap
        middle = self._along(source) + self.radius + gap / 2
        self._node(name, middle + gap / 2 + self.radius)
        operation = self.operations[name] = Operator(sign, min(self.radius / 2, OPERATION * self.gap))
        operation.move_to(self._at(middle))
        self.sources[source] = name
        if not self.runs_down:
            self.limits[source] = operation.get_x() - (0.0 if sign == ACTIVATION else 0.1)
        for operand in operands:
            node = Neuron(self.trace[operand].kind, self.radius)
            rise = -self.rise if node.kind == "bias" else self.rise
            self.nodes[operand] = node.move_to(self._at(middle, rise))
            self.name_below(operand)
            if not self.runs_down:
                # That of a bias is lower, clear of a long name below the number of the row before it.
                angle = PI + SHOULDER / 2 if node.kind == "bias" else PI
                self.names[operand].next_to(node.circle.point_at_angle(angle), LEFT, buff=LABEL_GAP)
            self.sources[operand] = name
            self.arrows[operand, name] = arrow_between(node.circle, operation.circle)
        if sign != ACTIVATION:
            self.arrows[source, name] = arrow_between(self.nodes[source].circle, operation.circle)
            self.arrows["", name] = arrow_between(operation.circle, self.nodes[name].circle)

    def badge_factor(self, name: str, badge: Badge) -> float:
        """The factor with which a badge has room between its node and the next operation."""
        if name not in self.limits:
            return 1.0
        room = 2 * (self.limits[name] - self.nodes[name].circle.get_x())
        return max(min(1.0, room / badge.width), theme.SIZES.smallest / badge.em)

    def badge_places(self, name: str, badge: Badge) -> list[np.ndarray]:
        """The places for a badge: that of a bias below its node, none over the next operation."""
        places, circle = super().badge_places(name, badge), self.node(name).circle
        if self.nodes[name].kind == "bias" and not self.runs_down:
            assert isinstance(circle, Circle)
            places.insert(0, circle.point_at_angle(-SHOULDER) + 0.1 * DR)
        if name not in self.limits:
            return places
        most = self.limits[name] - badge.width / 2
        return [np.array((min(place[0], most), *place[1:])) for place in places]

    @property
    def connections(self) -> list[VMobject]:
        """The operations and the arrows."""
        return [*self.operations.values(), *self.arrows.values()]

    def forward_paths(self, name: str) -> list[VMobject]:
        """The lines from each operand through the operation to the number `name`."""
        arrows: list[VMobject] = [arrow for (_, sink), arrow in self.arrows.items() if sink == name]
        sources = (source for source, sink in self.sources.items() if sink == name)
        return arrows or [_bent(self.nodes[source].circle, self.nodes[name].circle) for source in sources]

    def backward_paths(self, name: str) -> list[VMobject]:
        """The line from the next number back through the operation to the number `name`."""
        if name not in self.sources:
            return []
        sink = self.sources[name]
        return [_bent(self.nodes[sink].circle, self.operations[sink].circle, self.nodes[name].circle)]


def arrow_between(source: VMobject, sink: VMobject) -> Arrow:
    """A thin arrow from the rim of one circle to the rim of another."""
    start, end = source.get_center(), sink.get_center()
    line = Line(start, end, buff=0)
    along = line.get_unit_vector()
    return Arrow(
        start + along * source.width / 2,
        end - along * sink.width / 2,
        buff=0.04,
        stroke_width=theme.SPACING.thin_stroke,
        tip_length=0.16,
        color=theme.colour("line"),
        max_tip_length_to_length_ratio=0.4,
        max_stroke_width_to_length_ratio=math.inf,  # else Manim draws short arrows thinner
    )


def _bent(*circles: VMobject) -> VMobject:
    """The line through the centres of circles, with rounded corners."""
    first, *corners, last = (circle.get_center() for circle in circles)
    path = VMobject().start_new_path(first)
    for corner, following in pairwise([*corners, last]):
        before, after = path.points[-1] - corner, following - corner
        lengths = float(np.linalg.norm(before)), float(np.linalg.norm(after))
        room = min(CORNER, *(length / 2 for length in lengths))
        to, away = (room * leg / length for leg, length in zip((before, after), lengths, strict=True))
        path.add_line_to(corner + to)
        handles = corner + (1 - ROUND) * to, corner + (1 - ROUND) * away
        path.add_cubic_bezier_curve_to(handles[0], handles[1], corner + away)
    return path.add_line_to(last)
