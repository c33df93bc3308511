"""The picture of a graph of operations: a node for every value, the sign of its operation, arrows between."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
from manim import DOWN, RIGHT, VGroup

from storyreel.core.arrays import Array
from storyreel.core.number_format import briefest, shorter
from storyreel.engine.graph.drawn import drawn_nodes, formula_of
from storyreel.engine.graph.experiment import GraphExperiment
from storyreel.engine.graph.graph import Edge
from storyreel.engine.graph.primitive import Shape
from storyreel.engine.graph.trace import GraphTrace
from storyreel.engine.operation import COST_GRADIENT, GRADIENT
from storyreel.graphics import theme
from storyreel.graphics.layout import Frame, Point, at
from storyreel.graphics.maths.graphs.graph_arrows import Arrow, ArrowPaths
from storyreel.graphics.maths.graphs.graph_node import graph_node, scaled_step
from storyreel.graphics.networks.label_places import Box, box_of
from storyreel.graphics.parts.badge import Badge
from storyreel.graphics.text.typeset import Typeset
from storyreel.storyboard.graphs.room import (
    BEHIND,
    HALF_WIDTH,
    LABEL,
    GraphRoom,
    room_of_graph,
    taken_below,
)

BADGE_GAP = 0.1
"""Units between a node and its gradient, at the scale 1."""
FOR_BADGE = 0.55
"""The room that a gradient takes beside its node, at the scale 1."""


class GraphPicture:
    """The picture of a graph on the stage of a frame: from left to right or, as a rule where that is upright,
    from top to bottom. Equations below it may have `taken` so many units of the stage's height,
    by default what they need.

    `nodes` are found by name, `arrows` by their edge. A name is over its node, a gradient under it; where the
    picture runs down, they are on its left and on its right. With several `cards`, what has another value in
    each example of the data is a stack of them, with the example in focus in front. Raises StoryreelError for
    a graph that is too large to be read.

    Numbers are those of the `experiment`, which may become the same graph with other numbers; `gathered` are
    the parameters whose gradient is that of the cost.
    """

    def __init__(
        self, experiment: GraphExperiment, frame: Frame, taken: float | None = None, cards: int = 1
    ) -> None:
        taken = taken_below(experiment, frame.aspect) if taken is None else taken
        self.experiment = experiment
        self.gathered: set[str] = set()
        self.area = replace(frame.stage, bottom=frame.stage.bottom + taken)
        self.room: GraphRoom = room_of_graph(experiment, frame.aspect, taken, cards)
        self.runs_down, self.scale = self.room.runs_down, self.room.scale
        drawn = drawn_nodes(experiment.graph)
        stacks = {name for name in drawn if drawn[name].sign or name in experiment.data}
        self.nodes = {
            name: graph_node(drawn[name], self._at(name), self.room, name in stacks) for name in drawn
        }
        paths = ArrowPaths(self.nodes, self.room, self._centre())
        self.arrows: dict[Edge, Arrow] = {}
        for name in self.nodes:
            self.arrows |= paths.arrows_to(name)

    @property
    def trace(self) -> GraphTrace:
        """The numbers of the example in focus."""
        return self.experiment.trace

    def _at(self, name: str) -> Point:
        right, up = self.room.at(self.room.layout.places[name])
        return at(self.area.centre[0] + right, self.area.centre[1] + up)

    def _centre(self) -> Array:
        """Move the picture, with room for gradients, to the middle of its area; returns where the middle of
        its room is then."""
        boxes = np.array([box_of(part) for node in self.nodes.values() for part in node.parts])
        low, high = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
        if self.runs_down:
            high[0] += self.scale * FOR_BADGE
        else:
            low[1] -= self.scale * FOR_BADGE
        if self.room.first_row < self.room.layout.layers:  # the edge between two rows needs its room, too
            low[0], high[0] = self.area.left, self.area.right
        shift = np.array((*(np.array(self.area.centre[:2]) - (low + high) / 2), 0.0))
        for node in self.nodes.values():
            VGroup(*node.parts).shift(shift)
        middle: Array = np.array(self.area.centre) + shift
        return middle

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
        """The gradient of a node on a badge under it; of an array, its shape. In a batch, the badge of a
        parameter is a stack until it is gathered."""
        gradient, node = self.trace[name].gradient, self.nodes[name]
        is_shared = self.room.cards > 1 and name in self.experiment.parameters
        if gradient.shape:
            badges = [self.gradient_badge(shape_of(gradient.shape))]
        else:
            is_of_cost = name in self.gathered
            key = (COST_GRADIENT if is_of_cost else GRADIENT) + name
            number = self.experiment.number(key) if is_of_cost else float(gradient)
            written = self.experiment.notation.text(key, number)
            badges = [self.gradient_badge(text) for text in (written, *shorter(number))]
        side = RIGHT if self.runs_down else DOWN
        widest = 2 * self.scale * HALF_WIDTH + (0.0 if self.runs_down else 0.3 * self.scale)
        badge = next((each for each in badges if each.width <= widest), badges[-1])
        room = self.scale * (BEHIND - 2 * BADGE_GAP)
        if self.runs_down and badge.width > room:  # else it would reach the name of the next node
            least = theme.SIZES.crowded / (LABEL * self.badge_scale)
            if not gradient.shape and badge.width * least > room:
                shorter_ones = map(self.gradient_badge, briefest(number))
                badge = next((each for each in shorter_ones if each.width * least <= room), badge)
            badge.scale(min(1.0, max(room / badge.width, least)))
        aside = self.room.depth if self.runs_down and node.cards is not None else 0.0
        badge.next_to(node.circle.circle, side, buff=BADGE_GAP * self.scale + aside)
        if is_shared and name not in self.gathered:
            badge.stack(self.room.cards - 1, scaled_step(self.room))
        return badge

    def gradient_badge(self, text: str) -> Badge:
        """A badge with a gradient, at the picture's scale."""
        return Badge(text, "gradient", em=LABEL).scale(self.badge_scale)

    @property
    def badge_scale(self) -> float:
        """The scale of badges, at which their numbers can be read."""
        return max(self.scale, theme.SIZES.crowded / LABEL)

    def node_boxes(self) -> list[Box]:
        """The rectangles of nodes, signs and names."""
        return [
            box_of(part) for node in self.nodes.values() for part in (*node.parts[1:], node.circle.circle)
        ]

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
