"""A node of the picture of a graph: its circle, the sign of its operation before it, its name beside it."""

from dataclasses import dataclass

import numpy as np
from manim import LEFT, UP, RoundedRectangle, VGroup, VMobject

from storyreel.engine.graph.drawn import DrawnNode
from storyreel.graphics import theme
from storyreel.graphics.layout import Point
from storyreel.graphics.networks.neuron import Neuron
from storyreel.graphics.text.symbol import symbol
from storyreel.graphics.text.typeset import Typeset, maths
from storyreel.storyboard.graphs.room import (
    CARD,
    HALF_WIDTH,
    LABEL,
    RADIUS,
    SIGN,
    TOUCH,
    GraphRoom,
    half_sign,
)

NAME_GAP = 0.12
"""Units between a node and its name, at the scale 1."""
LEAST_WITH_POWER = 0.35
"""The font size from which a power is written with a raised exponent."""


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


@dataclass(frozen=True)
class GraphNode:
    """The drawn parts of a node; what is given has no `sign`, and a part of a formula no `name`.

    `cards` are behind the `circle`, where it has another value in each example of a batch: one for each of
    the others, the last one first.
    """

    drawn: DrawnNode
    circle: Neuron
    sign: Sign | None
    name: Typeset | None
    cards: VGroup | None = None

    @property
    def parts(self) -> list[VMobject]:
        """All of its parts."""
        cards = [self.cards] if self.cards is not None else []
        return [*cards, self.circle, *filter(None, (self.sign, self.name))]

    @property
    def entry(self) -> VMobject:
        """Where arrows end: the sign of its operation."""
        return self.sign.circle if self.sign is not None else self.circle.circle


def graph_node(drawn: DrawnNode, spot: Point, room: GraphRoom, is_stack: bool = False) -> GraphNode:
    """The node at a spot of the picture that takes this room; as the front of a stack if it `is_stack`."""
    scale = room.scale
    circle = Neuron(drawn.kind, scale * RADIUS, scale * HALF_WIDTH)
    circle.move_to(np.array(spot))
    sign = Sign(drawn.sign, scale) if drawn.sign else None
    if sign is not None:
        sign.next_to(circle.circle, UP if room.runs_down else LEFT, buff=scale * TOUCH)
    depth = room.depth if is_stack else 0.0
    name = None
    if drawn.is_named:
        name = maths(symbol(drawn.name), plain=drawn.name, em=scale * LABEL, colour=theme.colour(drawn.kind))
        if room.runs_down:
            name.next_to(circle.circle, LEFT, buff=scale * NAME_GAP)
        else:
            name.next_to(circle.circle, UP, buff=scale * NAME_GAP + depth)
            name.on_baseline(float(circle.circle.get_top()[1]) + scale * (NAME_GAP + 0.1) + depth)
    return GraphNode(drawn, circle, sign, name, _cards(circle, room) if depth else None)


def _cards(circle: Neuron, room: GraphRoom) -> VGroup:
    """The outlines behind the front of a stack, away from the sign of its operation."""
    step = scaled_step(room) * np.array((1.0, -1.0 if room.runs_down else 1.0, 0.0))
    cards = [circle.circle.copy().shift(number * step) for number in range(room.cards - 1, 0, -1)]
    return VGroup(*(card.set_stroke(width=theme.SPACING.thin_stroke) for card in cards))


def scaled_step(room: GraphRoom) -> float:
    """How far each card of a stack is behind the one before it, in Manim units."""
    return room.scale * CARD
