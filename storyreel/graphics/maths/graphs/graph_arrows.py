"""The arrows of the picture of a graph, from each value to the operations that use it."""

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
from manim import Polygon, VGroup, VMobject

from storyreel.core.arrays import Array
from storyreel.engine.graph.graph import Edge
from storyreel.engine.graph.layout import Place
from storyreel.graphics import theme
from storyreel.graphics.layout import at
from storyreel.graphics.maths.graphs.graph_node import GraphNode
from storyreel.storyboard.graphs.room import AROUND, HALF_WIDTH, RADIUS, SIGN, TOUCH, GraphRoom

TIP = 0.18
"""The length of an arrow's tip, at the scale 1."""
SPREAD = 0.62
"""The angle, in radians, between the first and the last of several arrows that end at one sign, halved."""
BEND = 0.5
"""How far the curve of an arrow runs straight on from its ends, as a share of its length."""
BOW = 0.35
"""How far two arrows between the same two nodes bend apart, in units at the scale 1."""


class Arrow(VGroup):
    """An arrow along a smooth `line`, with a `tip`."""

    def __init__(self, line: VMobject, tip: Polygon) -> None:
        self.line, self.tip = line, tip
        super().__init__(line, tip)


class ArrowPaths:
    """The paths of arrows between `nodes`, in the room of a picture whose middle is at `middle`."""

    def __init__(self, nodes: Mapping[str, GraphNode], room: GraphRoom, middle: Array) -> None:
        self.nodes, self.room, self.middle = nodes, room, middle
        self.runs_down, self.scale = room.runs_down, room.scale

    def arrows_to(self, name: str) -> dict[Edge, Arrow]:
        """The arrows that end at a node, by their edges."""
        node, arrows = self.nodes[name], dict[Edge, Arrow]()
        ends = list(zip(node.drawn.inputs, node.drawn.positions, strict=True))
        places = {position: self._last_place(name, source, position) for source, position in ends}
        order = sorted(places, key=lambda position: places[position])
        for source, position in ends:
            rank = order.index(position) - (len(order) - 1) / 2
            twins = [each for one, each in ends if one == source]
            edge = Edge(name, position)
            is_close = len(twins) > 1 and not self._way(edge)  # past other nodes each has a place of its own
            bow = BOW * self.scale * (twins.index(position) - (len(twins) - 1) / 2) if is_close else 0.0
            arrows[edge] = self._arrow(source, node, edge, rank / max(1, (len(order) - 1) / 2), bow)
        return arrows

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
            spot = self.middle + np.array((right, up, 0.0))
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
        reach, corridor = AROUND * self.scale / 3, float(self.middle[1]) - self.room.corridor
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
