"""The three ways to change a neuron: its bias, the weights into it, and the activations behind these."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from manim import LEFT, RIGHT, Line, Rectangle, VGroup, VMobject

from storyreel.core.arrays import Array
from storyreel.core.number_format import shown
from storyreel.engine.trace import Trace
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, at
from storyreel.graphics.networks.edge import Edge
from storyreel.graphics.networks.images.level_arrow import LevelArrow
from storyreel.graphics.networks.neuron import Neuron
from storyreel.graphics.text.copy_outlines import copy_outlines
from storyreel.graphics.text.typeset import Typeset, maths

HEADER, WIDEST_PITCH = 0.6, 0.6
"""The height of the line of headers, and the largest distance of two rows, in Manim units."""
RADIUS, OUTPUT_RADIUS = 0.4, 0.42
"""The radius of a neuron, in distances of rows, and that of the output, in units."""
FIELD, FIELD_SHARE, GAP = 2.9, 0.195, 0.15
"""The largest width of the field of arrows, this as a share of an area that is not upright, and the gap
between two columns, in units."""
ROOM_FOR_NUMBER, LARGE_NUMBER, WIDEST_EM = 0.85, 2.5, 0.041
"""The width of a column of numbers, in units; that of one in which a few rows have numbers, in em of these;
and the largest em of these, in widths of the area."""
BAR, HEAD = 0.5, 0.72
"""The height of the output's bar, in units, and of the head of an arrow, in distances of rows."""
AT_OUTPUT, OUTPUT_SHARE, BELOW, ABOVE, FORMULA = 3.6, 0.3, 4.9, 1.35, 1.1
"""The largest room for the output and its bar at the right, in units and as a share of the width; that below,
in an upright frame, and there what is free above the middle of the output, and the height of a formula at the
bottom; in units."""
BELOW_BIAS = 1.6
"""Units from the output down to a formula below the bias."""
FROM_OUTPUT, BESIDE_OUTPUT = 0.35, 0.04
"""The units between the output and what is below it; and in an area that is not upright, how far to the left
of the output this may reach, as a share of the width: more to the left are connections."""
HALF_SCALE = 0.95
"""The length of the longest arrow, in halves of the field."""


class NeuronWays(VGroup):
    """The neuron `output` of the last layer of `trace` in `area`, at the right, with all neurons before it in
    a column at the left, and the connections between them.

    `steps` are minus the derivatives of the loss with respect to its bias, each weight into it, and each
    activation behind these, as far as they act through this neuron; the arrows for all three have one scale,
    on which 1 is `unit` Manim units long. A column of numbers beside the neurons has the `factors` of each.
    Where only the rows of a few neurons are `numbered`, they have larger numbers, and all others none.
    """

    def __init__(self, trace: Trace, output: str, area: Area, numbered: Sequence[str] | None = None) -> None:
        network = trace.network
        names, layer = network.names, len(network.layers)
        place = self.place = names[output].index[0]
        self.trace, self.output, self.area = trace, output, area
        self.sources = names.activations[layer - 1]
        self.activations = trace.forward.activations[layer - 1][0]
        self.weights = network.layers[-1].weights[place]
        slope = float(trace.gradients.pre_activations[layer - 1][0, place])
        self.bias_step = -slope
        self.output_step = -float(trace.gradients.activations[layer][0, place])
        """Minus the derivative of the loss with respect to the output."""
        self.slope = slope / -self.output_step if self.output_step else 0.0
        """That of the activation function at its weighted sum."""
        self.steps = {"weights": -slope * self.activations, "activations": -slope * self.weights}
        self.factors = {"weights": self.activations, "activations": self.weights}
        largest = max(abs(slope), *(float(np.abs(each).max()) for each in self.steps.values()))
        field = FIELD if area.is_upright else min(FIELD, FIELD_SHARE * area.width)
        self.unit = HALF_SCALE * field / 2 / (largest or 1.0)
        count = len(self.activations)
        below = BELOW if area.is_upright else 0.0
        self.pitch = min(WIDEST_PITCH, (area.height - HEADER - below) / count)
        middle = area.centre[1] - HEADER / 2 + below / 2
        self.heights = middle + self.pitch * ((count - 1) / 2 - np.arange(count))
        self.em = max(theme.SIZES.crowded, min(theme.SIZES.body, 0.82 * self.pitch))
        self.room_for_number, self.numbered = ROOM_FOR_NUMBER, self.sources if numbered is None else numbered
        if numbered is not None:
            self.em = min(theme.SIZES.body if area.is_upright else theme.SIZES.label, WIDEST_EM * area.width)
            self.room_for_number = max(ROOM_FOR_NUMBER, LARGE_NUMBER * self.em)
        self.zero_x = area.left + self.room_for_number + GAP + field / 2
        self.factor_right = self.zero_x + field / 2 + GAP + self.room_for_number
        sources = list[Neuron]()
        radius = RADIUS * self.pitch
        for name, y in zip(names.activations[layer - 1], self.heights.tolist(), strict=True):
            source = Neuron("activation", radius)
            source.move_to(at(self.factor_right + GAP + radius, y))
            source.shine(abs(trace.number(name)))
            sources.append(source)
        self.neurons, self.circles = VGroup(*sources), [source.circle for source in sources]
        self.node = Neuron("activation", OUTPUT_RADIUS)
        place_of_output = at(area.right - min(AT_OUTPUT, OUTPUT_SHARE * area.width), middle)
        if area.is_upright:
            place_of_output = at(area.right - OUTPUT_RADIUS, area.bottom + BELOW - ABOVE)
        self.node.move_to(place_of_output)
        self.node.shine(abs(trace.number(output)))
        strongest = float(np.abs(self.weights).max()) or 1.0
        self.edges = VGroup()
        for start, weight in zip(sources, self.weights.tolist(), strict=True):
            self.edges.add(Edge(start, self.node).show_weight(weight, 1.5 + 5 * abs(weight) / strongest))
        self.bar = self._bar(place)
        self.zero = Line(
            at(self.zero_x, float(self.heights[0]) + self.pitch / 2),
            at(self.zero_x, float(self.heights[-1]) - self.pitch / 2),
            stroke_color=theme.colour("line"),
            stroke_width=theme.SPACING.thin_stroke,
        )
        super().__init__(self.edges, self.neurons, self.node, self.bar)

    def _bar(self, place: int) -> VGroup:
        """The class of the output, its bar on a scale from 0 to 1, its target, and its number above."""
        value, wanted = self.trace.number(self.output), float(self.trace.targets[0, place])
        y = float(self.node.get_y())
        left, right = float(self.node.get_right()[0]) + 2 * GAP, self.area.right
        if self.area.is_upright:
            left, right = self.area.left, float(self.node.get_left()[0]) - 2 * GAP
        name = maths(str(place), plain=str(place), em=theme.SIZES.number, colour=theme.colour("text"))
        name.align_to(at(left, 0), LEFT).on_baseline(y - 0.34 * theme.SIZES.number)
        foot = float(name.get_right()[0]) + 2 * GAP
        self.bar_unit = right - foot

        def bar(length: float, height: float) -> Rectangle:
            shape = Rectangle(width=max(length * self.bar_unit, 0.02), height=height, stroke_width=0)
            return shape.move_to(at(foot + length * self.bar_unit / 2, y))

        track = bar(1.0, BAR).set_fill(theme.colour("surface"), opacity=1)
        filled = bar(value, BAR).set_fill(theme.colour("activation"), opacity=1)
        target = bar(wanted, BAR + 0.16).set_fill(opacity=0)
        target.set_stroke(theme.colour("target"), theme.SPACING.thin_stroke)
        number = self.number = VGroup(*self._number_above(value, foot, y))
        slope = float(self.trace.gradients.activations[-1][0, place])
        self.output_arrow = LevelArrow(
            foot + self.bar_unit * value, foot + self.bar_unit * (value - slope), y, HEAD * BAR
        ).set_z_index(1)
        self.foot = foot
        return VGroup(name, track, filled, target, number)

    def _number_above(self, value: float, left: float, y: float) -> Typeset:
        """The number of the output above its bar."""
        text = shown(value, ".2f")
        number = maths(text, plain=text, em=theme.SIZES.label, colour=theme.colour("activation"))
        return number.align_to(at(left, 0), LEFT).on_baseline(y + BAR / 2 + 2 * GAP)

    def show_output(self, value: float) -> None:
        """Let the output, its bar and the number of this have another value."""
        filled = self.bar[2]
        y = float(self.node.get_y())
        filled.stretch_to_fit_width(max(value * self.bar_unit, 0.02)).align_to(at(self.foot, 0), LEFT)
        copy_outlines(self.number, self._number_above(value, self.foot, y))
        self.node.shine(abs(value))

    @property
    def below_output(self) -> Area:
        """The room below the output and its bar, where that for a bias is."""
        y = float(self.node.get_bottom()[1]) - FROM_OUTPUT
        left = (
            self.area.left
            if self.area.is_upright
            else float(self.node.get_x()) - BESIDE_OUTPUT * self.area.width
        )
        return replace(self.area, name="below the output", left=left, top=y)

    @property
    def below_bias(self) -> Area:
        """The room for a formula, below the bias; in an upright area at its bottom."""
        room = self.below_output
        if self.area.is_upright:
            return replace(room, name="formula", top=self.area.bottom + FORMULA)
        return replace(room, name="formula", top=float(self.node.get_bottom()[1]) - BELOW_BIAS)

    @property
    def beside_gate(self) -> Area:
        """The room for the plot of the activation function: above the output's bar, or in an upright area
        below it and to the right of that for a bias."""
        y = float(self.node.get_y())
        left, bottom = float(self.node.get_x()), y + BAR / 2 + 3 * GAP + theme.SIZES.label
        room = replace(self.area, name="beside the output", left=left, bottom=bottom)
        if self.area.is_upright:
            below = float(self.node.get_bottom()[1]) - FROM_OUTPUT
            room = replace(room, left=self.area.centre[0], bottom=self.area.bottom + FORMULA, top=below)
        return room

    def source(self, name: str) -> VMobject | None:
        """The neuron `name` of the layer before; None for another name."""
        return self.neurons[self.sources.index(name)] if name in self.sources else None

    def row(self, name: str) -> Area | None:
        """The room of the numbers and the arrow of a neuron of the layer before; None for another name."""
        if name not in self.sources:
            return None
        y, half = float(self.heights[self.sources.index(name)]), max(self.pitch, self.em) / 2
        return Area("row", self.area.left, y - half, self.factor_right + GAP / 2, y + half)

    def numbers(self, way: str) -> VGroup:
        """The factors of a way beside the neurons: activations, or weights in the colours of their signs."""
        column = VGroup()
        for value, y in self._in_numbered_rows(self.factors[way]):
            kind = "activation" if way == "weights" else "negative" if value < 0 else "positive"
            column.add(self._number(shown(value, ".2f"), kind, y).align_to(at(self.factor_right, 0), RIGHT))
        return column

    def arrows(self, way: str) -> list[LevelArrow]:
        """The arrows of a way, one for each neuron."""
        rows = zip(self.steps[way].tolist(), self.heights.tolist(), strict=True)
        return [
            LevelArrow(self.zero_x, self.zero_x + self.unit * step, y, HEAD * self.pitch) for step, y in rows
        ]

    def amounts(self, way: str) -> VGroup:
        """The numbers of the arrows of a way, at their left."""
        column = VGroup()
        right = self.area.left + self.room_for_number
        for step, y in self._in_numbered_rows(self.steps[way]):
            column.add(self._number(signed(step), "gradient", y).align_to(at(right, 0), RIGHT))
        return column

    def bias_arrow(self, word: Typeset, as_product: bool = False) -> tuple[LevelArrow, Typeset, Typeset]:
        """The arrow for the bias, below the output, its number, and a word for it, below both. Where the
        number is written as the product of the output's arrow and a slope, the word is beside the arrow."""
        x = float(self.node.get_x())
        if self.area.is_upright:  # at the left, as the plot of the activation function is at the right
            x = self.area.left + max(0.0, -self.unit * self.bias_step)
        y = float(self.node.get_bottom()[1]) - 0.5
        end = x + self.unit * self.bias_step
        arrow = LevelArrow(x, end, y, HEAD * BAR)
        amount, paint, below = signed(self.bias_step), theme.colour("gradient"), y - 0.75
        if not as_product:
            number = maths(amount, plain=amount, em=theme.SIZES.label, colour=paint)
            number.next_to(arrow, RIGHT, buff=2 * GAP)
            return arrow, number, word.align_to(at(x, 0), LEFT).on_baseline(below)
        amount = f"{shown(self.output_step, '.2f')} × {shown(self.slope, '.2f')} ≈ {amount}"
        source = amount.replace("×", "times").replace("≈", "approx")
        number = maths(source, plain=amount, em=theme.SIZES.label, colour=paint)
        right, left = (self.area.centre[0] - 2 * GAP if self.area.is_upright else self.area.right), x
        if not self.area.is_upright:
            left -= max(0.0, min(OUTPUT_RADIUS, number.width - (right - x)))
        number.scale(min(1.0, (right - left) / number.width)).align_to(at(left, 0), LEFT).on_baseline(below)
        word.next_to(arrow, RIGHT, buff=2 * GAP).on_baseline(y - 0.34 * theme.SIZES.small)
        beside = self.area.right - float(word.get_left()[0])
        word.scale(min(1.0, beside / word.width), about_point=word.get_left())
        return arrow, number, word

    def headers(self, arrows: Typeset, factors: Typeset) -> VGroup:
        """Words for the arrows and for the factors at the right of these, above the columns."""
        base, left = self.area.top - 0.75 * theme.SIZES.small, self.factor_right - self.room_for_number
        lacking = arrows.width - (left - 2 * GAP - self.area.left)
        above_connections = float(self.node.get_left()[0]) - left - factors.width
        left += max(0.0, min(lacking, above_connections))
        factors.align_to(at(left, 0), LEFT).on_baseline(base)
        room = left - 2 * GAP - self.area.left
        if arrows.width > room:
            arrows.scale(room / arrows.width)
        arrows.align_to(at(left - 2 * GAP, 0), RIGHT).on_baseline(base)
        return VGroup(arrows, factors)

    def _in_numbered_rows(self, values: Array) -> list[tuple[float, float]]:
        """Of `values`, one for each row, those in rows with numbers, each with the height of its row."""
        rows = zip(self.sources, values.tolist(), self.heights.tolist(), strict=True)
        return [(value, y) for name, value, y in rows if name in self.numbered]

    def _number(self, text: str, kind: str, y: float) -> Typeset:
        number = maths(text, plain=text, em=self.em, colour=theme.colour(kind))
        return number.on_baseline(y - 0.34 * self.em)


def signed(value: float) -> str:
    """A number with two decimals and its sign: `+0.14`, `−0.02`."""
    text = shown(value, ".2f")
    return text if value < 0 or float(text) == 0 else f"+{text}"
