"""The picture of a graph of operations: a node for every value, the sign of its operation, arrows between."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, Polygon, RoundedRectangle, VGroup, VMobject

from storyreel.core.arrays import Array
from storyreel.core.number_format import briefest, shorter
from storyreel.engine.graph.calculation import back_name
from storyreel.engine.graph.drawn import DrawnNode, drawn_nodes, formula_of
from storyreel.engine.graph.experiment import GraphExperiment
from storyreel.engine.graph.graph import Edge
from storyreel.engine.graph.layout import Place
from storyreel.engine.graph.primitive import Shape
from storyreel.engine.operation import GRADIENT
from storyreel.graphics import theme
from storyreel.graphics.layout import Frame, Point, at
from storyreel.graphics.networks.label_places import Box, box_of, is_clear, put_clear
from storyreel.graphics.networks.neuron import Neuron
from storyreel.graphics.parts.badge import Badge
from storyreel.graphics.text.symbol import symbol
from storyreel.graphics.text.typeset import Typeset, maths
from storyreel.storyboard.graphs.room import (
    AROUND,
    BEHIND,
    HALF_WIDTH,
    LABEL,
    RADIUS,
    SIGN,
    TOUCH,
    GraphRoom,
    half_sign,
    room_of_graph,
    taken_below,
)

NAME_GAP, BADGE_GAP = 0.12, 0.1
"""Units between a node and its name, and its gradient, at the scale 1."""
FOR_BADGE = 0.55
"""The room that a gradient takes beside its node, at the scale 1."""
BADGE_SCALES = (1.0, 0.85)
"""The sizes of a badge on an arrow that are tried."""
LEAST_WITH_POWER = 0.35
"""The font size from which a power is written with a raised exponent."""
TIP = 0.18
"""The length of an arrow's tip, at the scale 1."""
SPREAD = 0.62
"""The angle, in radians, between the first and the last of several arrows that end at one sign, halved."""
BEND = 0.5
"""How far the curve of an arrow runs straight on from its ends, as a share of its length."""
BOW = 0.35
"""How far two arrows between the same two nodes bend apart, in units at the scale 1."""
SHARES_NEAR_SIGN = (0.62, 0.55, 0.7, 0.48, 0.78, 0.4)
SHARES_NEAR_SOURCE = (0.42, 0.35, 0.5, 0.28, 0.58)
"""Where along its arrow a local derivative is tried, and what comes back there."""
BESIDE_LINE = 0.08
"""Units between an arrow's line and what is written beside it: more than half the width of a line that is
lit."""
BESIDE_NAME = 0.08
"""Units between a name and a local derivative, of which it would seem to be a factor."""
LINE_SAMPLES = 48
"""At how many places the room that a line takes is measured."""


class Sign(VGroup):
    """The sign of an operation, Typst maths, in a small `circle` or capsule; `label` is its text."""

    def __init__(self, sign: str, scale: float) -> None:
        half, radius = scale * half_sign(sign), scale * SIGN
        if scale * LABEL < LEAST_WITH_POWER:
            sign = sign.replace("x^", '"^"')  # as in a formula: a raised digit would be too small
        self.circle = RoundedRectangle(
            width=2 * half,
            height=2 * radius,
            corner_radius=radius,
            stroke_color=theme.colour("line"),
            stroke_width=theme.SPACING.thin_stroke,
            fill_color=theme.colour("background"),
            fill_opacity=1,
        )
        self.half = half
        self.label = maths(sign, plain="", em=scale * LABEL, colour=theme.colour("text"))
        room = 2 * half - 0.16 * scale
        if self.label.width > room:
            self.label.scale(room / self.label.width)
        super().__init__(self.circle, self.label.move_to(self.circle))


class Arrow(VGroup):
    """An arrow along a smooth `line`, with a `tip`."""

    def __init__(self, line: VMobject, tip: Polygon) -> None:
        self.line, self.tip = line, tip
        super().__init__(line, tip)


@dataclass(frozen=True)
class GraphNode:
    """The drawn parts of a node; what is given has no `sign`, and a part of a formula no `name`."""

    drawn: DrawnNode
    circle: Neuron
    sign: Sign | None
    name: Typeset | None

    @property
    def parts(self) -> list[VMobject]:
        """All of its parts."""
        return [self.circle, *filter(None, (self.sign, self.name))]

    @property
    def entry(self) -> VMobject:
        """Where arrows end: the sign of its operation."""
        return self.sign.circle if self.sign is not None else self.circle.circle


class GraphPicture:
    """The picture of a graph on the stage of a frame: from left to right or, as a rule where that is upright,
    from top to bottom. Equations below it may have `taken` so many units of the stage's height, by default
    what they need.

    `nodes` are found by name, `arrows` by their edge. A name is over its node, a gradient under it; where the
    picture runs down, they are on its left and on its right. Raises StoryreelError for a graph that is too
    large to be read.
    """

    def __init__(self, experiment: GraphExperiment, frame: Frame, taken: float | None = None) -> None:
        taken = taken_below(experiment, frame.aspect) if taken is None else taken
        self.experiment, self.trace = experiment, experiment.trace
        self.area = replace(frame.stage, bottom=frame.stage.bottom + taken)
        self.room: GraphRoom = room_of_graph(experiment, frame.aspect, taken)
        self.runs_down, self.scale = self.room.runs_down, self.room.scale
        self.nodes = {name: self._node(drawn) for name, drawn in drawn_nodes(experiment.graph).items()}
        self._centre()
        self.arrows: dict[Edge, Arrow] = {}
        for name, node in self.nodes.items():
            self._arrows_to(name, node)

    def _node(self, drawn: DrawnNode) -> GraphNode:
        scale = self.scale
        circle = Neuron(drawn.kind, scale * RADIUS, scale * HALF_WIDTH)
        circle.move_to(self._at(drawn.name))
        sign = Sign(drawn.sign, scale) if drawn.sign else None
        if sign is not None and self.runs_down:
            sign.next_to(circle.circle, UP, buff=scale * TOUCH)
        elif sign is not None:
            sign.next_to(circle.circle, LEFT, buff=scale * TOUCH)
        name = None
        if drawn.is_named:
            name = maths(
                symbol(drawn.name), plain=drawn.name, em=scale * LABEL, colour=theme.colour(drawn.kind)
            )
            if self.runs_down:
                name.next_to(circle.circle, LEFT, buff=scale * NAME_GAP)
            else:
                name.next_to(circle.circle, UP, buff=scale * NAME_GAP)
                name.on_baseline(float(circle.circle.get_top()[1]) + scale * (NAME_GAP + 0.1))
        return GraphNode(drawn, circle, sign, name)

    def _at(self, name: str) -> Point:
        right, up = self.room.at(self.room.layout.places[name])
        return at(self.area.centre[0] + right, self.area.centre[1] + up)

    def _centre(self) -> None:
        """Move the picture, with room for gradients, to the middle of its area."""
        boxes = np.array([box_of(part) for node in self.nodes.values() for part in node.parts])
        low, high = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
        if self.runs_down:
            high[0] += self.scale * FOR_BADGE
        else:
            low[1] -= self.scale * FOR_BADGE
        if self.room.first_row < self.room.layout.layers:  # the edge between two rows needs its room, too
            low[0], high[0] = self.area.left, self.area.right
        self.shift = (*(np.array(self.area.centre[:2]) - (low + high) / 2), 0.0)
        for node in self.nodes.values():
            VGroup(*node.parts).shift(self.shift)

    def _arrows_to(self, name: str, node: GraphNode) -> None:
        drawn = node.drawn
        ends = list(zip(drawn.inputs, drawn.positions, strict=True))
        places = {position: self._last_place(name, source, position) for source, position in ends}
        order = sorted(places, key=lambda position: places[position])
        for source, position in ends:
            rank = order.index(position) - (len(order) - 1) / 2
            twins = [each for one, each in ends if one == source]
            edge = Edge(name, position)
            is_close = len(twins) > 1 and not self._way(edge)  # past other nodes each has a place of its own
            bow = BOW * self.scale * (twins.index(position) - (len(twins) - 1) / 2) if is_close else 0.0
            self.arrows[edge] = self._arrow(source, node, edge, rank / max(1, (len(order) - 1) / 2), bow)

    def _way(self, edge: Edge) -> Sequence[Place]:
        """The places at which an edge passes layers; the layout counts only inputs that are drawn."""
        positions = self.nodes[edge.to].drawn.positions
        return self.room.layout.ways[Edge(edge.to, positions.index(edge.position))]

    def _last_place(self, name: str, source: str, position: int) -> float:
        """How far across the picture an edge is before it ends."""
        way = self._way(Edge(name, position))
        return way[-1][1] if way else self.room.layout.places[source][1] + 1e-3 * position

    def _arrow(self, source: str, node: GraphNode, edge: Edge, rank: float, bow: float) -> Arrow:
        """The arrow of an edge; `rank` is from −1, the first at the sign, to 1, the last."""
        along = np.array((0.0, -1.0, 0.0) if self.runs_down else (1.0, 0.0, 0.0))
        aside = np.array((1.0, 0.0, 0.0) if self.runs_down else (0.0, -1.0, 0.0))
        out = self.nodes[source].circle
        start = out.get_center() + along * (out.reach(along) + 0.03)
        angle = SPREAD * rank
        entry = node.entry
        half = (entry.height if self.runs_down else entry.width) / 2
        across = min(entry.height, entry.width) / 2
        middle = entry.get_center() - along * (half - across)
        inwards = along * math.cos(angle) - aside * math.sin(angle)
        end = middle - inwards * (across + 0.04)
        if self.runs_down:  # a wide sign is entered from above
            end = entry.get_center() - along * (half + 0.04) + aside * rank * (entry.width / 2 - across)
            inwards = along
        corners = [start]
        for place in self._way(edge):
            right, up = self.room.at(place)
            spot = np.array((self.area.centre[0] + right, self.area.centre[1] + up, 0.0)) + self.shift
            before, after = (RADIUS, RADIUS) if self.runs_down else (HALF_WIDTH, HALF_WIDTH)
            before += 2 * (SIGN if self.runs_down else self.room.signs[place[0]]) + TOUCH
            corners += [spot - along * before * self.scale, spot + along * after * self.scale]
        tip_length = TIP * self.scale
        corners.append(end - inwards * tip_length)
        line = VMobject(stroke_color=theme.colour("line"), stroke_width=theme.SPACING.thin_stroke)
        line.start_new_path(corners[0])
        layers = [self.room.layout.places[source][0], *(layer for layer, _ in self._way(edge))]
        for number, (first, last) in enumerate(pairwise(corners)):
            if number % 2:  # past a node
                line.add_line_to(last)
                continue
            if layers[number // 2] == self.room.first_row - 1:
                self._lead_to_next_row(line, first, last)
                continue
            reach = BEND * abs(float(np.dot(last - first, along)))
            ends = inwards if number == len(corners) - 2 else along
            bent = aside * bow
            line.add_cubic_bezier_curve_to(first + along * reach + bent, last - ends * reach + bent, last)
        turned = np.array((-inwards[1], inwards[0], 0.0)) * 0.38 * tip_length
        tip = Polygon(end, end - inwards * tip_length + turned, end - inwards * tip_length - turned)
        tip.set_fill(theme.colour("line"), opacity=1).set_stroke(width=0)
        return Arrow(line, tip)

    def _lead_to_next_row(self, line: VMobject, first: Array, last: Array) -> None:
        """Continue a line from the right end of the first row to the left end of the second."""
        reach, corridor = AROUND * self.scale / 3, self.area.centre[1] + self.shift[1] - self.room.corridor
        right, left = float(first[0]) + reach, float(last[0]) - reach
        bends = [
            at(right, float(first[1])),
            at(right, corridor),
            at(left, corridor),
            at(left, float(last[1])),
        ]
        for bend, following in pairwise([*bends, last]):
            corner, after = np.array(bend), np.array(following)
            for_corner = [corner - line.points[-1], after - corner]
            to, away = (way / np.linalg.norm(way) * min(reach, np.linalg.norm(way) / 2) for way in for_corner)
            line.add_line_to(corner - to)
            line.add_cubic_bezier_curve_to(corner - to / 3, corner + away / 3, corner + away)
        line.add_line_to(last)

    def value(self, name: str) -> Typeset | None:
        """The value to show in a node; of an array, its shape."""
        circle, value = self.nodes[name].circle, self.trace[name].value
        if value.shape:
            text = shape_of(value.shape)
            tight = f'"{text.replace(" ", "")}"'  # without the room around an operator
            return circle.value_to_show(text, 0.0) or circle.value_to_show(
                text, 0.0, smallest=0.0, source=tight
            )
        number = float(value)
        shown = circle.longest_value(self.experiment.notation.text(name, number), number, 0.0)
        if shown is not None:  # in a large node it may be as large as a name
            room = 2 * (circle.half_width - 0.25 * circle.radius) / shown.width
            shown.scale(max(1.0, min(self.scale * LABEL / shown.em, room)))
        return shown

    def badge(self, name: str) -> Badge:
        """The gradient of a node on a badge under it; of an array, its shape."""
        gradient = self.trace[name].gradient
        if gradient.shape:
            badges = [self._badge(shape_of(gradient.shape))]
        else:
            number = float(gradient)
            written = self.experiment.notation.text(GRADIENT + name, number)
            badges = [self._badge(text) for text in (written, *shorter(number))]
        side, circle = (RIGHT if self.runs_down else DOWN), self.nodes[name].circle.circle
        widest = 2 * self.scale * HALF_WIDTH + (0.0 if self.runs_down else 0.3 * self.scale)
        badge = next((each for each in badges if each.width <= widest), badges[-1])
        room = self.scale * (BEHIND - 2 * BADGE_GAP)
        if self.runs_down and badge.width > room:  # else it would reach the name of the next node
            least = theme.SIZES.crowded / (LABEL * self.badge_scale)
            if not gradient.shape and badge.width * least > room:
                shorter_ones = map(self._badge, briefest(float(gradient)))
                badge = next((each for each in shorter_ones if each.width * least <= room), badge)
            badge.scale(min(1.0, max(room / badge.width, least)))
        return badge.next_to(circle, side, buff=BADGE_GAP * self.scale)

    def _badge(self, text: str) -> Badge:
        return Badge(text, "gradient", em=LABEL).scale(self.badge_scale)

    @property
    def badge_scale(self) -> float:
        """The scale of badges, at which their numbers can be read."""
        return max(self.scale, theme.SIZES.crowded / LABEL)

    def passed_badge(self, edge: Edge, taken: Iterable[Box]) -> Badge | None:
        """What comes back along an edge, on a badge on its arrow; None where there is no room."""
        gradient = self.trace.gradients.along[edge]
        if gradient.shape:
            text = shape_of(gradient.shape)
        else:
            text = self.experiment.notation.text(back_name(self.trace, edge), float(gradient))
        line = self.arrows[edge].line
        badge = self._badge(text)
        places = [line.point_from_proportion(share) for share in SHARES_NEAR_SOURCE]
        places += [spot for share in SHARES_NEAR_SOURCE for spot in self._beside(line, share, badge)]
        blocked = [*self.written_boxes(), *taken]
        smallest = theme.SIZES.crowded / (LABEL * self.badge_scale)
        put_clear(badge, places, blocked, [scale for scale in BADGE_SCALES if scale >= min(1.0, smallest)])
        return badge if is_clear(badge, blocked) else None

    def local_derivative(self, edge: Edge, taken: Iterable[Box]) -> Typeset | None:
        """The local derivative of a number with respect to an input, beside its arrow; None for arrays and
        where there is no room."""
        node = self.trace[edge.to]
        source = node.inputs[edge.position]
        if node.value.shape or self.trace[source].value.shape or node.primitive is None:
            return None
        inputs = [self.trace[each].value for each in node.inputs]
        slope = float(node.primitive.vjp(np.ones(()), node.value, *inputs)[edge.position])
        if not math.isfinite(slope):
            return None
        line = self.arrows[edge].line
        for digits in (self.experiment.notation.text(f"local {edge.to} {source}", slope), *shorter(slope)):
            text = maths(f"times {f'({digits})' if digits[0] in '−-' else digits}", plain=f"× {digits}",
                         em=self.scale * LABEL, colour=theme.colour("gradient"))  # fmt: skip
            places = [spot for share in SHARES_NEAR_SIGN for spot in self._beside(line, share, text)]
            names = [box_of(node.name, BESIDE_NAME) for node in self.nodes.values() if node.name is not None]
            blocked = [*self.written_boxes(), *names, *self.line_boxes(), *taken]
            put_clear(text, places, blocked, [1.0])
            if is_clear(text, blocked):
                return text
        return None

    def _beside(self, line: VMobject, share: float, text: VMobject) -> list[Array]:
        spot, ahead = line.point_from_proportion(share), line.point_from_proportion(min(1.0, share + 0.02))
        way = ahead - spot
        way = way / max(1e-9, float(np.linalg.norm(way)))
        normal = np.array((-way[1], way[0], 0.0))
        reach = abs(normal[0]) * text.width / 2 + abs(normal[1]) * text.height / 2 + BESIDE_LINE
        return [spot + side * reach * factor * normal for factor in (1.0, 1.5) for side in (1, -1)]

    def node_boxes(self) -> list[Box]:
        """The rectangles of nodes, signs and names."""
        return [
            box_of(part) for node in self.nodes.values() for part in (*node.parts[1:], node.circle.circle)
        ]

    def written_boxes(self) -> list[Box]:
        """The rectangles of nodes, signs, names, and of the places for gradients."""
        return [*self.node_boxes(), *(box_of(self.badge(name), 0.02) for name in self.nodes)]

    def line_boxes(self) -> list[Box]:
        """Small rectangles along all arrows, as wide as these are when they are lit."""
        shares = np.linspace(0, 1, LINE_SAMPLES)
        spots = [
            arrow.line.point_from_proportion(share) for arrow in self.arrows.values() for share in shares
        ]
        return [(x - 0.05, y - 0.05, x + 0.05, y + 0.05) for x, y, _ in spots]

    def arrows_into(self, name: str) -> list[tuple[Edge, Arrow]]:
        """The arrows that end at a node."""
        return [(edge, arrow) for edge, arrow in self.arrows.items() if edge.to == name]

    def with_parts(self, names: Iterable[str]) -> list[str]:
        """The nodes of formulas and inputs by name, with those of parts of these formulas."""
        wanted = set(names)
        return [name for name in self.nodes if formula_of(name) in wanted]

    def columns(self) -> Sequence[list[str]]:
        """The names of the nodes, layer by layer."""
        layers: list[list[str]] = [[] for _ in range(self.room.layout.layers)]
        for name, (layer, _) in self.room.layout.places.items():
            layers[layer].append(name)
        return layers


def shape_of(shape: Shape) -> str:
    """The shape of an array as a picture writes it: `3×3`; that of a vector is a column, `3×1`."""
    return " × ".join(map(str, shape if len(shape) > 1 else (*shape, 1)))
