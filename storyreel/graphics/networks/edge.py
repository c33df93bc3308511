"""A connection between two neurons, and the label that names its weight."""

import numpy as np
from manim import BackgroundRectangle, Line, VGroup

from storyreel.core.number_format import shown
from storyreel.graphics import theme
from storyreel.graphics.layout import at
from storyreel.graphics.network_layout import width_at
from storyreel.graphics.networks.neuron import Neuron
from storyreel.graphics.text.symbol import symbol
from storyreel.graphics.text.typeset import Typeset, slot

LONGEST_BESIDE, LONGEST_UPON = 0.95, 0.75
"""The width of a label beside its edge or upon it, in lengths of the edge; it is made smaller to fit."""
SHORT = 1.5
"""Units below which an edge has too little room for a label between its neurons."""
LIFT, LIFT_OVER_SHORT = 0.08, 0.7
"""How far above its edge a label stands: in units, and in radii of the neurons at the ends of a short one."""


class Edge(Line):
    """A line from one neuron's rim to another's; the wider, the larger the weight is beside the others.

    `strength` is the weight's size from 0 to 1. A label beside it stands `lift` units above it; where that is
    high above a short edge, the neurons leave `extra` units more for it there.
    """

    def __init__(self, source: Neuron, sink: Neuron, strength: float) -> None:
        start, end = source.circle.get_center(), sink.circle.get_center()
        along = (end - start) / np.linalg.norm(end - start)
        super().__init__(
            start + along * source.radius,
            end - along * sink.radius,
            stroke_color=theme.colour("line"),
            stroke_width=width_at(strength),
        )
        radius = min(source.radius, sink.radius)
        is_short = self.get_length() < SHORT
        self.lift = LIFT_OVER_SHORT * radius if is_short else LIFT
        self.extra = 2 * radius * (1 - np.sqrt(1 - LIFT_OVER_SHORT**2)) if is_short else 0.0


class WeightLabel(VGroup):
    """The weight of `edge`: `w₁ = 3` beside it, or, where edges are crowded, its number alone upon it.

    `plate` and `text` are its parts, `symbol` and `number` those of the text, `rest` is all but the number,
    `room` is how wide a badge below it may be, `lift` how far it stands above its edge. `position` (0 to 1)
    is how far along the edge the label stands, `spec` the number's format, as `shown` takes it.
    """

    def __init__(
        self, name: str, value: float, edge: Edge, position: float, beside: bool, spec: str = ""
    ) -> None:
        self.is_beside = beside
        self.lift = edge.lift
        number = shown(value, spec)
        paint = theme.colour("weight")
        self.text = text = Typeset(
            f"${slot(0, symbol(name))} = display({slot(1, number)})$" if beside else f"${slot(1, number)}$",
            plain=f"{name} = {number}" if beside else number,
            em=theme.SIZES.label,
            slots=(name, name),
            colours=(paint, paint),
            colour=paint,
        )
        self.number = text.slot(1)
        self.symbol = text.slot(0) if beside else None
        longest = LONGEST_BESIDE if beside else min(LONGEST_UPON, 1.9 * min(position, 1 - position))
        self.room = longest * edge.get_length()
        room = self.room + (edge.extra if beside else 0.0)
        text.scale(max(min(1.0, room / text.width), theme.SIZES.smallest / theme.SIZES.label))
        self.plate = BackgroundRectangle(
            text, color=theme.colour("background"), fill_opacity=0.0 if beside else 1.0, buff=0.08
        )
        super().__init__(self.plate, text)
        unnumbered = (glyph for glyph in text if glyph not in self.number.submobjects)
        self.rest = VGroup(self.plate, *unnumbered)
        self.move_to(edge.point_from_proportion(position))
        if beside:
            self.shift(at(0, self.height / 2 + edge.lift))
