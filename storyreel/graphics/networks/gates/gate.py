"""The gate of a neuron: a small plot of its activation function, through which its weighted sum passes."""

import math
from collections.abc import Iterator

import numpy as np
from manim import (
    LEFT,
    UP,
    Animation,
    Dot,
    Line,
    Mobject,
    RoundedRectangle,
    UpdateFromAlphaFunc,
    VGroup,
    VMobject,
)
from manim.utils.rate_functions import linear

from storyreel.core.arrays import Array
from storyreel.engine.curves import has_curve, plotted_activation
from storyreel.graphics import theme
from storyreel.graphics.motion.verbs import ease_travel
from storyreel.graphics.networks.connected_neurons import ConnectedNeurons
from storyreel.graphics.networks.neuron import Neuron
from storyreel.graphics.polylines import polyline

SAMPLES = 33
"""The points of a curve."""
LEAST_REACH, BEYOND = 2.5, 1.2
"""Where a plot ends on both sides: the least pre-activation, and in pre-activations of its neuron."""
MOST_REACH = 1e300
"""Where a plot ends at the latest: twice as much is a number of a computer, too."""
INSIDE = 0.72
"""The width and height of a plot, in sides of its plate."""
CORNER, DOT, TANGENT = 0.2, 0.085, 0.3
"""The radius of the plate's corners, that of the dot, and half the length of a tangent, in its sides."""
WITHIN = 0.9
"""The share of the way to the plate's edge that a tangent goes at most."""
ON_CIRCLE, ON_CAPSULE = 1.0, 1.25
"""The side of a gate, in radii of its neuron."""
SMALL = 0.5
"""The side in Manim units below which a curve is thin."""
OUTSIDE_CIRCLE, OUTSIDE_CAPSULE = 0.35, 0.3
"""How far beyond the neuron's rim its centre is, in sides."""


class Gate(VGroup):
    """The plot of an `activation` function, by its name in the engine, on a plate with sides of `side` units.

    It reaches from −`reach` to `reach`, far enough for the pre-activation `z`. Its parts are `plate`, `axes`
    (both through 0), `curve` and `dot`, which is invisible until `put_dot` or `passing` puts it on the curve.
    `show_slope` adds a tangent. With `is_true` both axes have one scale, where the curve is not higher than
    wide: a tangent is as steep as its slope says. `point` holds after any move and scaling. Raises
    StoryreelError where the function has no curve.
    """

    def __init__(self, activation: str, z: float, side: float, is_true: bool = False) -> None:
        self.activation = activation
        self.reach = min(max(LEAST_REACH, BEYOND * abs(z)), MOST_REACH)
        self.plotted = plotted_activation(activation, -self.reach, self.reach)
        self.function = self.plotted.value
        self.inputs = np.linspace(-self.reach, self.reach, SAMPLES)
        outputs = np.array([self.function(float(z)) for z in self.inputs])
        self.lowest, self.highest = float(outputs.min()), float(outputs.max())
        self.rise = self.highest - self.lowest
        """What is as long upwards as the plot is wide, in activations."""
        if is_true:
            self.rise = max(self.rise, 2 * self.reach)
        self.plate = RoundedRectangle(
            corner_radius=CORNER * side,
            width=side,
            height=side,
            stroke_color=theme.colour("activation"),
            stroke_width=theme.SPACING.thin_stroke,
            fill_color=theme.colour("background"),
            fill_opacity=1,
        )
        self.axes = VGroup(*self._axes())
        width = theme.SPACING.stroke if side >= SMALL else theme.SPACING.thin_stroke
        self.curve = VMobject(stroke_color=theme.colour("activation"), stroke_width=width)
        self.curve.points = polyline(
            [self.place(float(z), a) for z, a in zip(self.inputs, outputs, strict=True)]
        )
        self.dot = Dot(radius=DOT * side, color=theme.colour("text"), fill_opacity=0)
        super().__init__(self.plate, self.axes, self.curve, self.dot)

    def _axes(self) -> Iterator[Line]:
        for ends in (
            (self.place(-self.reach, 0.0), self.place(self.reach, 0.0)),
            (self.place(0.0, self.lowest), self.place(0.0, self.highest)),
        ):
            yield Line(*ends, stroke_color=theme.colour("line"), stroke_width=theme.SPACING.thin_stroke)

    def place(self, z: float, a: float) -> Array:
        """The point of the plot for a pre-activation and an activation, in Manim units: (3,)."""
        across = z / (2 * self.reach)
        up = (a - (self.lowest + self.highest) / 2) / self.rise
        share = INSIDE * self.plate.width
        return np.asarray(self.plate.get_center() + share * np.array([across, up, 0.0]))

    def point(self, z: float) -> Array:
        """The point of the curve for a pre-activation, in Manim units: (3,); at its end for one beyond."""
        inside = float(np.clip(z, -self.reach, self.reach))
        return self.place(inside, self.function(inside))

    @property
    def steepest(self) -> float:
        """The pre-activation at which the curve is steepest; the first of several."""
        assert self.plotted.slope is not None
        slopes = [abs(self.plotted.slope(float(z))) for z in self.inputs]
        return float(self.inputs[int(np.argmax(slopes))])

    def put_dot(self, z: float) -> "Gate":
        """Put the dot on the curve at a pre-activation."""
        self.dot.move_to(self.point(z)).set_fill(opacity=1)
        return self

    def show_slope(self, z: float) -> "Gate":
        """Add the tangent of the curve at a pre-activation."""
        self.submobjects.insert(-1, self.tangent(z))  # below the dot
        return self

    def tangent(self, z: float) -> Line:
        """The tangent of the curve at a pre-activation."""
        assert self.plotted.slope is not None
        here, slope = self.point(z), self.plotted.slope(z)
        # Not between two places: in a plot of large numbers these are as good as equal.
        across, up = 0.5, self.reach * slope / self.rise
        along = np.array([across, up, 0.0]) * (TANGENT * self.plate.width / math.hypot(across, up))
        start, end = (here + self._share_inside(here, way) * way for way in (-along, along))
        line = Line(start, end, stroke_color=theme.colour("gradient"))
        return line.set_stroke(width=theme.SPACING.stroke)

    def _share_inside(self, here: Array, step: Array) -> float:
        """The share of a step from a point of the plot, at most 1, that stays within the plate."""
        to_edge = self.plate.width / 2 - np.sign(step[:2]) * (here - self.plate.get_center())[:2]
        return float(min(1.0, *(WITHIN * to_edge / np.maximum(np.abs(step[:2]), 1e-9))))

    def passing(self, z: float) -> Animation:
        """The dot appears on the curve at 0 and runs along it to a pre-activation."""

        def run(_: Mobject, alpha: float) -> None:
            self.put_dot(ease_travel(alpha) * z)
            self.dot.set_fill(opacity=min(1.0, 4 * alpha))

        return UpdateFromAlphaFunc(self.dot, run, rate_func=linear)


def gate_of(diagram: ConnectedNeurons, name: str) -> Gate | None:
    """The gate of a neuron, on its rim where its connections end; None for an input, and where an activation
    depends on several numbers, as with softmax. Raises StoryreelError for what is no neuron."""
    node, trace = diagram.node(name), diagram.trace
    address = trace.network.names[name]
    if address.kind != "activation":
        return None
    layer, (index,) = address.layer or 0, address.index
    activation = trace.network.layers[layer - 1].activation.name
    if not has_curve(activation):
        return None
    side = (ON_CAPSULE if node.is_capsule else ON_CIRCLE) * node.radius
    gate = Gate(activation, float(trace.forward.pre_activations[layer - 1][0, index]), side)
    return gate.move_to(_rim(node, UP if diagram.runs_down else LEFT, side)).set_z_index(1)


def _rim(node: Neuron, towards: Array, side: float) -> Array:
    """Where the centre of a gate is, on the side of a neuron on which its connections end."""
    outside = OUTSIDE_CAPSULE if node.is_capsule else OUTSIDE_CIRCLE
    return np.asarray(node.get_center() + (node.reach(towards) + outside * side) * towards)
