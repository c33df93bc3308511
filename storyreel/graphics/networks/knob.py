"""A knob: a dial whose pointer shows a number, such as a weight that learning will turn."""

import math
from typing import NamedTuple

import numpy as np
from manim import RIGHT, Circle, ManimColor, VGroup, VMobject, interpolate_color
from numpy.typing import ArrayLike

from storyreel.core.arrays import Array
from storyreel.core.number_format import shown
from storyreel.graphics import theme
from storyreel.graphics.layout import at
from storyreel.graphics.polylines import polyline
from storyreel.graphics.text.copy_outlines import overwrite
from storyreel.graphics.text.glyph import Points
from storyreel.graphics.text.named_number import named_number
from storyreel.graphics.text.typeset import Typeset

SWEEP = 1.5 * math.pi
"""The angle from one end of a dial to the other, in radians, with 0 in the middle, at the top."""
LONGEST_PULL = 0.3 * SWEEP
SHORTEST_PULL = 0.12
"""Share of the longest arrow up to which an arrow is left out, as it would be all tip; then it fades in."""
TIP, TIP_CORNERS = 0.24, (0.0, 2 * math.pi / 3, 4 * math.pi / 3, 0.0)
"""The size of the arrow's tip, in radii, and where its corners are, in radians."""
ROOM_FOR_PULL = 1.4
"""How far the arrow reaches from the middle, in radii."""
CURVES = 6
_DARK, _BRIGHT = ManimColor(theme.colour("surface")), ManimColor(theme.colour("text"))


class Knob(VGroup):
    """A dial of `radius` units for the number called `name`, in the colour of `kind`.

    The pointer is straight up at 0, halfway to its right end at `unit`, and never reaches that end. With
    `labelled`, `label` says `name = value` to the right of the `dial`. `value` is the number that it shows.
    """

    def __init__(
        self, name: str, kind: str, value: float, unit: float, radius: float, labelled: bool
    ) -> None:
        super().__init__()
        self.name, self.kind, self.paint = name, kind, ManimColor(theme.colour(kind))
        self.unit, self.radius = unit, radius
        thickness, pink = theme.SPACING.thin_stroke + 3 * radius, theme.colour("gradient")
        self.face = Circle(radius=0.74 * radius, stroke_width=0, fill_opacity=1)
        self.track = VMobject(stroke_color=theme.colour("line"), stroke_width=thickness)
        self.track.set_points(_arc(radius, np.array([-SWEEP / 2]), np.array([SWEEP / 2]))[0])
        self.amount = VMobject(stroke_color=self.paint, stroke_width=thickness)
        self.pointer = VMobject(stroke_color=self.paint, stroke_width=thickness)
        self.shaft = VMobject(stroke_color=pink, stroke_width=thickness)
        self.tip = VMobject(stroke_width=0, fill_color=pink)
        self.dial = VGroup(self.face, self.track, self.amount, self.pointer, self.shaft, self.tip)
        self.label = VGroup() if labelled else None
        self.glow = self.clarity = -1.0
        self.add(self.dial, *([self.label] if self.label is not None else []))
        self.text = ""
        self.turn(turned([value], [0.0], unit, radius)[0])

    def turn(self, to: "Turned", spec: str = "", glow: float = 0.0) -> None:
        """Turn as `turned` says, the number written by `spec` as `shown` takes it.

        `glow` lights the face, from 0 to 1.
        """
        self.value, middle = to.value, self.face.get_center()
        self.amount.points = middle + to.amount
        self.pointer.points = middle + to.pointer
        clarity = float(np.clip((abs(to.pull) - SHORTEST_PULL) / SHORTEST_PULL, 0, 1))
        if clarity:
            self.shaft.points = middle + to.shaft
            self.tip.points = middle + to.tip
        if clarity != self.clarity:
            self.clarity = clarity
            self.shaft.set_stroke(opacity=clarity)
            self.tip.set_fill(opacity=clarity)
        if glow != self.glow:
            self.glow = glow
            self.face.set_fill(interpolate_color(_DARK, self.paint, 0.45 * glow))
            self.pointer.set_stroke(interpolate_color(self.paint, _BRIGHT, glow))
        if self.label is not None and (text := shown(to.value, spec)) != self.text:
            self.text = text
            overwrite(self.label, self._label(text).shift(middle))

    def _label(self, number: str) -> Typeset:
        label = named_number(self.name, number, self.kind, theme.SIZES.label)
        return label.next_to(at(ROOM_FOR_PULL * self.radius, 0), RIGHT, buff=theme.SPACING.padding)


class Turned(NamedTuple):
    """The points of what turns with a knob, around the origin, for its `value` and the length of its arrow.

    `pull`, from −1 to 1, is that of an arrow around the dial: to the right where it is positive.
    """

    value: float
    pull: float
    amount: Points
    pointer: Points
    shaft: Points
    tip: Points


def turned(values: ArrayLike, pulls: ArrayLike, unit: float, radius: float) -> list[Turned]:
    """Knobs of one size turned to `values`, with arrows as long as `pulls`; both of shape (knobs,).

    All at once: there may be dozens of them in every frame.
    """
    value, pull = np.asarray(values, float), np.asarray(pulls, float)
    angle = SWEEP / math.pi * np.arctan(value / unit)
    outer, end = (ROOM_FOR_PULL + 1) / 2 * radius, angle + LONGEST_PULL * pull
    pointer = np.stack([_towards(angle, 0.17 * radius), _towards(angle, 0.68 * radius)], axis=1)
    onward = end + np.copysign(math.pi / 2, pull)
    corners = _towards(onward[:, None] + TIP_CORNERS, TIP * radius) + _towards(end, outer)[:, None]
    amounts, shafts = _arc(radius, np.zeros_like(angle), angle), _arc(outer, angle, end)
    parts = zip(value, pull, amounts, polyline(pointer), shafts, polyline(corners), strict=True)
    return [Turned(float(one), float(its), *shapes) for one, its, *shapes in parts]


def _towards(angle: Array, length: float) -> Array:
    """The points `length` units from the origin, at angles (in radians) to the right of straight up."""
    return length * np.stack([np.sin(angle), np.cos(angle), np.zeros_like(angle)], axis=-1)


def _arc(radius: float, start: Array, end: Array) -> Array:
    """The points of arcs around the origin between two angles each, to the right of straight up."""
    angles = start[:, None] + (end - start)[:, None] * np.linspace(0, 1, CURVES + 1)
    spots = _towards(angles, radius)
    reach = 4 / 3 * np.tan((end - start) / CURVES / 4)
    ahead = reach[:, None, None] * _towards(angles + math.pi / 2, radius)
    curves = [spots[:, :-1], spots[:, :-1] + ahead[:, :-1], spots[:, 1:] - ahead[:, 1:], spots[:, 1:]]
    return np.stack(curves, axis=2).reshape(len(start), -1, 3)
