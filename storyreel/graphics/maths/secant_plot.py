"""The loss over an output, with the secant between two points and the tangent at the first."""

from collections.abc import Iterator

import numpy as np
from manim import DOWN, LEFT, Dot, Line, RoundedRectangle, VGroup, VMobject

from storyreel.core.arrays import Array
from storyreel.engine.weight_path import WeightPath
from storyreel.graphics import theme
from storyreel.graphics.polylines import polyline
from storyreel.graphics.text.symbol import symbol
from storyreel.graphics.text.typeset import maths

SAMPLES = 41
BEFORE, AFTER = 1.2, 0.4
"""What is shown of the curve before the first point and after the second, in moves of the output."""
INSIDE = 0.86
"""The width and height of the plot, in sides of its plate."""
CORNER, DOT, GAP = 0.2, 0.09, 0.1
"""The radius of the plate's corners and of the points, and the distance of the axes' names, in units."""


class SecantPlot(VGroup):
    """The loss at the end of `chain` over the output before it, on a plate of `width` × `height` units.

    `tangent` is that at the output's value. `move_to_nudge` puts the second point where a nudge of the
    chain's parameter takes it; then `secant` runs through both points, and `legs` are the moves of output and
    loss, whose ratio is its slope. `largest` is the nudge that has room. `steps` are its parts, in the order
    in which they are explained.
    """

    def __init__(self, chain: WeightPath, largest: float, width: float, height: float) -> None:
        self.chain, self.name_of_output = chain, chain.names[-2]
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
        )
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
        self.steps = (
            VGroup(self.plate, self.axis, self.curve, *self._names()),
            VGroup(*self.legs, self.end),
            VGroup(self.secant),
            VGroup(self.tangent, self.start),
        )
        super().__init__(*self.steps)
        self.move_to_nudge(0.0)

    def _names(self) -> Iterator[VMobject]:
        kinds = (self.chain.trace[self.name_of_output].kind, "loss")
        for name, kind, side in zip((self.name_of_output, "loss"), kinds, (DOWN, LEFT), strict=True):
            label = maths(symbol(name), plain=name, em=theme.SIZES.small, colour=theme.colour(kind))
            yield label.next_to(self.plate, side, buff=GAP)

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

    def move_to_nudge(self, nudge: float) -> None:
        """Show the secant to the point to which a nudge of the parameter takes output and loss."""
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

    def _across(self, slope: float) -> tuple[Array, Array]:
        """The ends of a line through the first point with a slope, cut off at the edges of the plot."""
        outputs = [self.low, self.high]
        if slope:
            reach = sorted(self.output + (level - self.loss) / slope for level in (self.floor, self.top))
            outputs = [max(self.low, reach[0]), min(self.high, reach[1])]
        first, last = (self.place(y, self.loss + slope * (y - self.output)) for y in outputs)
        return first, last
