"""A connection between two neurons, which shows its weight's sign and size, and the label of its weight."""

import numpy as np
from manim import BackgroundRectangle, Line, ManimColor, VGroup, interpolate_color

from storyreel.graphics import theme
from storyreel.graphics.layout import at
from storyreel.graphics.networks.neuron import Neuron
from storyreel.graphics.text.symbol import symbol
from storyreel.graphics.text.typeset import Typeset, in_line, slot

LONGEST_BESIDE, LONGEST_ON = 0.9, 0.75
"""The largest width of a label beside its edge and on it, as a share of the edge's length."""
LONGEST_OVER = 0.86
"""The largest width of a label above the neurons, as a share of the distance of these."""
ROOM_BESIDE_UPRIGHT, LIFT_BESIDE_UPRIGHT = 2.3, 0.15
"""The largest width of a label to the right of an upright edge, and its distance from it, in units."""
LIFT = 0.08
"""The least height of a label above its edge in Manim units."""
PAD = 0.08
"""The margin of the plate around a label, in Manim units."""
OUTSIDE = theme.SPACING.stroke / 200
"""Half the width of a neuron's outline in Manim units: connections end at its outer side."""


class Edge(Line):
    """A thin line from the rim of one neuron to the rim of another, until it shows a weight or a gradient.

    Its colour says the sign of either, by its lightness, too.

    A label beside it stands as low above it as the neurons, with this `radius` at their ends, leave room for
    it (see `lift_for`). Above the neurons, at the height `over`, there is room for as much as their distance,
    `span`; no label stands lower than `least_lift`. Labels stand to the right of one that `is_upright`.
    """

    def __init__(self, source: Neuron, sink: Neuron) -> None:
        start, end = source.circle.get_center(), sink.circle.get_center()
        self.span = float(np.linalg.norm(end - start))
        along = (end - start) / self.span
        super().__init__(
            start + along * (source.reach(along) + OUTSIDE),
            end - along * (sink.reach(along) + OUTSIDE),
            stroke_color=theme.colour("line"),
            stroke_width=theme.SPACING.thin_stroke,
        )
        self.radius = min(source.radius, sink.radius)
        self.is_upright = abs(float(along[0])) < 1e-6
        self.over = max(source.radius, sink.radius) + LIFT
        self.least_lift = LIFT

    def lift_for(self, width: float) -> float:
        """The height above the edge, in Manim units, at which a label of this width stands: between the round
        ends of its neurons where it has room there, else above them."""
        missing = (width - LONGEST_BESIDE * self.get_length()) / (2 * self.radius)  # a share of the radius
        if missing >= 1:
            return self.over
        return max(LIFT, self.radius * float(np.sqrt(1 - (1 - max(0.0, missing)) ** 2)))

    def show_weight(self, value: float, width: float, light: float = 0.0) -> "Edge":
        """Take the look of a weight's sign, and a stroke width; `light` is the share of weights' colour."""
        sign = theme.colour("negative" if value < 0 else "positive")
        if light:
            lit = interpolate_color(ManimColor(sign), ManimColor(theme.colour("weight")), light)
            self.set_stroke(lit, width)
        else:  # a name is quicker, and networks show all their weights at every frame
            self.set_stroke(sign, width)
        return self

    def show_gradient(self, value: float, width: float, opacity: float = 1.0) -> "Edge":
        """Take the look of a gradient, and a stroke width: the colour of gradients where a step makes the
        weight larger, and `falling` where it makes it smaller."""
        self.set_stroke(theme.colour("gradient" if value < 0 else "falling"), width, opacity)
        return self

    def point_from_proportion(self, alpha: float) -> np.ndarray:
        """The point at the share `alpha` of the way."""
        start, end = self.get_start(), self.get_end()
        point: np.ndarray = start + alpha * (end - start)
        return point

    @property
    def segment(self) -> tuple[float, float, float, float]:
        """Its ends, (x, y) and (x, y)."""
        (x1, y1, _), (x2, y2, _) = self.get_start(), self.get_end()
        return float(x1), float(y1), float(x2), float(y2)


class WeightLabel(VGroup):
    """The weight of `edge`: `w₁ = 3` beside the edge, or only the number on it where edges are crowded.

    `weight` is its name. Its parts are `plate` and `text`, with `symbol` and `number`; `rest` is everything
    but the number. `room` is the largest width of a badge below it, `lift` its height above the edge,
    `position` its place along the edge (0 to 1), `fit` the size and the largest width of its text where these
    are not those of its edge. `fits` is False where its text is too wide for its room at the smallest size.
    """

    def __init__(
        self,
        name: str,
        number: str,
        edge: Edge,
        position: float,
        beside: bool,
        fit: tuple[float, float] | None = None,
    ) -> None:
        self.weight, self.is_beside = name, beside
        paint = theme.colour("weight")
        self.text = text = Typeset(
            f"${slot(0, symbol(name))} = {slot(1, in_line(number))}$" if beside else f"${slot(1, number)}$",
            plain=f"{name} = {number}" if beside else number,
            em=theme.SIZES.label,
            slots=(name, name),
            colours=(paint, paint),
            colour=paint,
        )
        self.number = text.slot(1)
        self.symbol = text.slot(0) if beside else None
        longest = LONGEST_BESIDE if beside else min(LONGEST_ON, 1.9 * min(position, 1 - position))
        self.room = room = longest * edge.get_length()
        self.lift, largest, smallest = LIFT, 1.0, theme.SIZES.smallest
        if beside and edge.is_upright:
            self.lift, self.room, room = LIFT_BESIDE_UPRIGHT, ROOM_BESIDE_UPRIGHT, ROOM_BESIDE_UPRIGHT
        elif beside:
            own, room = edge.lift_for(text.width), LONGEST_OVER * edge.span
            self.lift = max(own, edge.least_lift)
            if own == edge.over:
                self.room, smallest = room, theme.SIZES.crowded
        if fit is not None:
            largest, room, smallest = fit[0] / theme.SIZES.label, fit[1], theme.SIZES.crowded
        text.scale(max(min(largest, room / text.width), smallest / theme.SIZES.label))
        self.fits = text.width <= room + 1e-6
        self.plate = BackgroundRectangle(
            text, color=theme.colour("background"), fill_opacity=0.0 if beside else 1.0, buff=PAD
        )
        super().__init__(self.plate, text)
        unnumbered = (glyph for glyph in text if glyph not in self.number.submobjects)
        self.rest = VGroup(self.plate, *unnumbered)
        self.move_to(edge.point_from_proportion(position))
        if beside:
            right, up = self.width / 2 + self.lift, self.height / 2 + self.lift
            self.shift(at(right, 0) if edge.is_upright else at(0, up))
