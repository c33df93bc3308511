"""The loss over an output, with the secant between two points and the tangent at the first."""

import math
from collections.abc import Iterator

import numpy as np
from manim import DOWN, LEFT, RIGHT, Dot, Line, RoundedRectangle, VGroup, VMobject

from storyreel.core.arrays import Array
from storyreel.core.number_format import is_exact, read_float
from storyreel.engine.weight_path import WeightPath
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, at
from storyreel.graphics.polylines import polyline
from storyreel.graphics.text.copy_outlines import copy_outlines
from storyreel.graphics.text.symbol import symbol
from storyreel.graphics.text.typeset import Typeset, maths

SAMPLES = 41
BEFORE, AFTER = 1.2, 0.25
"""What is shown of the curve before the first point and after the second, in moves of the output."""
INSIDE = 0.86
"""The width and height of the plot, in sides of its plate."""
CORNER, DOT, GAP = 0.2, 0.09, 0.1
"""The radius of the plate's corners and of the points, and the distance to what is written around it."""
FOR_NAME = 0.55
"""Units below and to the left of the plate for the names of its axes."""
WIDEST = 3.4
"""The largest width of the plate, in its heights."""
INSET, ROW = 0.25, 0.55
"""Units from the edges of the plate to a slope, and the height of its row."""
FADING = 0.1
"""The share of the largest nudge below which the secant's slope fades, as it becomes that of the tangent."""


class SecantPlot(VGroup):
    """The loss at the end of `chain` over the output before it, on a plate in `area`.

    `tangent` is that at the output's value. `move_to_nudge` puts the second point where a nudge of the
    chain's parameter takes it; then `secant` runs through both points, and `legs` are the moves of output and
    loss, whose ratio is its slope, which stands as `rate` on the plate; `limit` is that of the tangent, and
    `text`, a word for them, is before both. `largest` is the nudge that has room. `steps` are its parts, in
    the order in which they are explained.
    """

    def __init__(self, chain: WeightPath, largest: float, area: Area, text: str = "") -> None:
        self.chain, self.largest, self.text = chain, largest, text
        self.name_of_output, self.name_of_loss = chain.names[-2:]
        height = area.height - FOR_NAME
        width = min(WIDEST * height, area.width - FOR_NAME)
        self.output, self.loss = chain.values(0.0)[-2:]
        move = chain.moves(largest)[-2]
        self.low, self.high = sorted((self.output - BEFORE * move, self.output + (1 + AFTER) * move))
        inputs = np.linspace(self.low, self.high, SAMPLES)
        outputs = np.array([self._loss_at(float(y)) for y in inputs])
        self.floor, self.top = float(outputs.min()), float(outputs.max())
        self.plate = RoundedRectangle(
            corner_radius=CORNER,
            width=width,
            height=height,
            stroke_color=theme.colour("loss"),
            stroke_width=theme.SPACING.thin_stroke,
            fill_color=theme.colour("background"),
            fill_opacity=1,
        ).move_to(at(area.centre[0] + FOR_NAME / 2, area.top - height / 2))
        self.axis = Line(
            self.place(self.low, self.floor),
            self.place(self.high, self.floor),
            stroke_color=theme.colour("line"),
            stroke_width=theme.SPACING.thin_stroke,
        )
        self.curve = VMobject(stroke_color=theme.colour("loss"), stroke_width=theme.SPACING.stroke)
        self.curve.points = polyline([self.place(*pair) for pair in zip(inputs, outputs, strict=True)])
        self.secant, self.tangent, *self.legs = (
            Line(stroke_color=theme.colour(kind), stroke_width=stroke)
            for kind, stroke in (
                ("text", theme.SPACING.stroke),
                ("gradient", theme.SPACING.stroke),
                (chain.trace[self.name_of_output].kind, theme.SPACING.bold_stroke),
                ("loss", theme.SPACING.bold_stroke),
            )
        )
        self.start, self.end = (Dot(radius=DOT, color=theme.colour(kind)) for kind in ("loss", "text"))
        self.rate = VGroup()
        limit = chain.trace.notation.text(chain.derivative_names[-1], chain.derivatives[-1])
        self.limit = self._slope(limit, "gradient", is_exact(chain.derivatives[-1], limit))
        self._written = ""
        self.steps = (
            VGroup(self.plate, self.axis, self.curve, *self._names()),
            VGroup(*self.legs, self.end),
            VGroup(self.secant, self.rate),
            VGroup(self.tangent, self.start, self.limit),
        )
        super().__init__(*self.steps)
        self.move_to_nudge(0.0)

    def _slope(self, number: str, kind: str, is_equal: bool = False) -> Typeset:
        """A slope in the colour of a kind: the number alone, or `slope ≈ 2.42` with a text for it."""
        sign = "=" if is_equal else "≈"
        markup, plain = (
            (f'"{self.text}" {sign} {number}', f"{self.text} {sign} {number}")
            if self.text
            else (number, number)
        )
        return maths(markup, plain=plain, em=theme.SIZES.label, colour=theme.colour(kind))

    def _names(self) -> Iterator[VMobject]:
        """The symbols of output and loss at the ends of the plate's sides, and their numbers at rest."""
        spot, ends = self.place(self.output, self.loss), self.place(self.high, self.top)
        for name, side, axis in ((self.name_of_output, DOWN, 0), ("loss", LEFT, 1)):
            paint = theme.colour(self.chain.trace[name].kind)
            label = maths(symbol(name), plain=name, em=theme.SIZES.label, colour=paint)
            yield label.next_to(self.plate, side, buff=GAP).set_coord(ends[axis], axis)
            text = self.chain.trace.text(name)
            number = maths(text, plain=text, em=theme.SIZES.label, colour=paint)
            yield number.next_to(self.plate, side, buff=GAP).set_coord(spot[axis], axis)

    def _loss_at(self, output: float) -> float:
        trace = self.chain.trace
        prediction = np.array(trace.forward.prediction)
        prediction[0, self.chain.neurons[-1]] = output
        return float(trace.network.loss.value(prediction, trace.targets)[0])

    def place(self, output: float, loss: float) -> Array:
        """The point of the plot for an output and a loss, in Manim units: (3,)."""
        across = (output - (self.low + self.high) / 2) / (self.high - self.low) * self.plate.width
        up = (loss - (self.floor + self.top) / 2) / (self.top - self.floor) * self.plate.height
        return np.asarray(self.plate.get_center() + INSIDE * np.array([across, up, 0.0]))

    def move_to_nudge(self, nudge: float, rate: str = "") -> None:
        """Show the secant to the point to which a nudge of the parameter takes output and loss, and its slope
        as the text `rate`."""
        output, loss = self.chain.values(nudge)[-2:]
        here, there = self.place(self.output, self.loss), self.place(output, loss)
        corner = self.place(output, self.loss)
        self.start.move_to(here)
        self.end.move_to(there)
        self.legs[0].points, self.legs[1].points = polyline([here, corner]), polyline([corner, there])
        for line, slope in (
            (self.secant, self.chain.ratios(nudge)[-1]),
            (self.tangent, self.chain.derivatives[-1]),
        ):
            line.points = polyline(self._across(slope))
        is_equal = bool(rate) and math.isclose(read_float(rate), self.chain.ratios(nudge)[-1], rel_tol=1e-9)
        self._write_rates(rate, is_equal, min(1.0, abs(nudge / self.largest) / FADING))

    def _write_rates(self, rate: str, is_equal: bool, opacity: float) -> None:
        """Put the slopes into the corner above the curve, that of the tangent in place of the other one."""
        if rate != self._written:
            self._written = rate
            copy_outlines(self.rate, self._slope(rate, "text", is_equal) if rate else VGroup())
        side = LEFT if self.chain.derivatives[-1] >= 0 else RIGHT
        edge = self.plate.get_edge_center(side) - INSET * side
        top = float(self.plate.get_top()[1]) - INSET
        for text, shown in ((self.rate, 2 * opacity - 1), (self.limit, 1 - 2 * opacity)):
            if len(text):
                text.next_to(edge, -side, buff=0).set_y(top - ROW / 2).set_opacity(max(0.0, shown))

    def _across(self, slope: float) -> tuple[Array, Array]:
        """The ends of a line through the first point with a slope, cut off at the edges of the plot."""
        outputs = [self.low, self.high]
        if slope:
            reach = sorted(self.output + (level - self.loss) / slope for level in (self.floor, self.top))
            outputs = [max(self.low, reach[0]), min(self.high, reach[1])]
        first, last = (self.place(y, self.loss + slope * (y - self.output)) for y in outputs)
        return first, last
