"""A gate enlarged: the weighted sum enters its plot from below, the activation leaves it to the left."""

from collections.abc import Callable

import numpy as np
from manim import (
    DOWN,
    LEFT,
    RIGHT,
    UP,
    Animation,
    AnimationGroup,
    BackgroundRectangle,
    FadeOut,
    Mobject,
    UpdateFromAlphaFunc,
    VGroup,
    VMobject,
)
from manim.utils.rate_functions import linear

from storyreel.core.arrays import Array
from storyreel.graphics import theme
from storyreel.graphics.motion.verbs import appear, ease_out, ease_travel, pop
from storyreel.graphics.networks.gates.gate import Gate
from storyreel.graphics.networks.neuron import Neuron
from storyreel.graphics.polylines import polyline
from storyreel.graphics.text.copy_outlines import copy_outlines
from storyreel.graphics.text.typeset import maths, words

SIDE = 1.9
"""The side of an enlarged gate in Manim units."""
GAP = 0.12
"""Units between its plate and what is written around it."""
VEIL = 0.85
"""The opacity of the ground behind an enlarged gate: connections are seen faintly, as none is cut off."""
AT_CURVE = 0.6
"""The share of its time after which a value has reached the curve."""


def ground_behind(*written: VMobject) -> BackgroundRectangle:
    """A veil behind an enlarged gate and its texts, which else would lie on a network's connections."""
    return BackgroundRectangle(
        VGroup(*written),
        color=theme.colour("background"),
        fill_opacity=VEIL,
        buff=GAP,
        corner_radius=2 * GAP,
    )


class GatePanel(VGroup):
    """A copy of `gate` with sides of `SIDE` units, and around it the name of its function, the numbers
    `before` and `after` it as texts, and a trace of the way of a value from one to the other.

    A `ground` dims what is behind it all. A `leader` ties it to its neuron after `tie_to`.
    """

    def __init__(self, gate: Gate, name: str, z: float, before: str, after: str) -> None:
        self.z = z
        self.gate: Gate = gate.copy().scale(SIDE / gate.plate.width)
        for shape in (self.gate.curve, self.gate.plate):
            shape.set_stroke(width=theme.SPACING.stroke)
        self.gate.dot.set_fill(opacity=0)
        self.heading = words(name, em=theme.SIZES.small, colour=theme.colour("muted"))
        self.heading.next_to(self.gate.plate, UP, buff=GAP)
        self.before = maths(before, plain=before, em=theme.SIZES.label, colour=theme.colour("pre_activation"))
        self.after = maths(after, plain=after, em=theme.SIZES.label, colour=theme.colour("activation"))
        plate, (x, y, _) = self.gate.plate, self.gate.point(z)
        self.before.next_to(plate, DOWN, buff=GAP).set_x(x)
        self.after.next_to(plate, LEFT, buff=GAP).set_y(y)
        self.trace = VMobject(stroke_color=theme.colour("target"), stroke_width=theme.SPACING.stroke)
        self.ground = ground_behind(plate, self.heading, self.before, self.after)
        self.leader = VMobject(
            stroke_color=theme.colour("activation"), stroke_width=theme.SPACING.thin_stroke
        )
        super().__init__(
            self.ground, self.leader, self.gate, self.trace, self.heading, self.before, self.after
        )
        self.set_z_index(1)

    def tie_to(self, node: Neuron) -> None:
        """Draw a line from the nearest side of the plate to its neuron's rim."""
        plate, centre = self.gate.plate, node.circle.get_center()
        side = min((plate.get_edge_center(way) for way in (UP, DOWN, LEFT, RIGHT)), key=_distance_to(centre))
        along = (side - centre) / np.linalg.norm(side - centre)
        self.leader.points = polyline([centre + node.reach(along) * along, side])

    @property
    def way(self) -> tuple[Array, Array, Array]:
        """The way of a value: in from below, to the curve, out to the left; in Manim units, each (3,)."""
        plate, corner = self.gate.plate, self.gate.point(self.z)
        into = np.array([corner[0], plate.get_bottom()[1], 0.0])
        return into, corner, np.array([plate.get_left()[0], corner[1], 0.0])

    def opens(self) -> Animation:
        """It appears with the name of the function."""
        leader = [appear(self.leader)] if len(self.leader.points) else []
        return AnimationGroup(appear(self.ground), *leader, pop(self.gate), appear(self.heading))

    def passes(self) -> Animation:
        """A value runs from below to the curve, where a dot stays, and on to the left."""
        into, corner, out = self.way

        def run(_: Mobject, alpha: float) -> None:
            up = ease_travel(min(1.0, alpha / AT_CURVE))
            aside = ease_travel(max(0.0, alpha - AT_CURVE) / (1 - AT_CURVE))
            here = into + up * (corner - into)
            stops = [into, here, *([corner + aside * (out - corner)] if aside else [])]
            self.trace.points = polyline(stops)
            self.gate.dot.move_to(here).set_fill(opacity=1)

        return UpdateFromAlphaFunc(VGroup(self.trace, self.gate.dot), run, introducer=True, rate_func=linear)

    def show_value(self, z: float, before: str, after: str) -> None:
        """Let another value have gone its way, with these numbers."""
        self.z, factor = z, self.gate.plate.width / SIDE
        into, corner, out = self.way
        self.trace.points = polyline([into, corner, out])
        self.gate.dot.move_to(corner)
        buff, em = factor * GAP, factor * theme.SIZES.label
        numbers = [(self.before, before, "pre_activation"), (self.after, after, "activation")]
        for number, text, kind in numbers:
            new = maths(text, plain=text, em=em, colour=theme.colour(kind))
            if number is self.before:
                new.next_to(self.gate.plate, DOWN, buff=buff).set_x(corner[0])
            else:
                new.next_to(self.gate.plate, LEFT, buff=buff).set_y(corner[1])
            copy_outlines(number, new)

    def closes(self) -> Animation:
        """All of it fades out but the number `after`, which has gone on."""
        gate = self.gate
        parts = (
            self.ground,
            gate.plate,
            *gate.axes,
            gate.curve,
            self.trace,
            gate.dot,
            self.heading,
            self.before,
            *([self.leader] if len(self.leader.points) else []),
        )
        return AnimationGroup(*map(leaves, parts))


def _distance_to(centre: Array) -> Callable[[Array], float]:
    """The distance of a point to `centre`, both (3,)."""
    return lambda point: float(np.linalg.norm(point - centre))


def leaves(part: VMobject) -> Animation:
    """A part of an enlarged gate fades out. The parts come on stage one after another, so they leave one by
    one, and none is there before its turn."""
    return FadeOut(part, rate_func=ease_out, introducer=True)
